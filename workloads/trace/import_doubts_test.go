package trace

import (
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cnv/workloads/logs"
)

// perMinute is a table with a row a minute.
func perMinute(header string, rows int, row func(i int) string) string {
	var b strings.Builder
	b.WriteString(header + "\n")
	for i := range rows {
		fmt.Fprintf(&b, "%d,%s\n", 1764374400+60*i, row(i))
	}
	return b.String()
}

// TestWhatImportsSay: of small files that are easily misunderstood, how many arrivals come
// out of them and what is said; or the error.
func TestWhatImportsSay(t *testing.T) {
	flat := func(i int) string { return fmt.Sprint(100 + i*3%7) }
	locust := "Timestamp,User Count,Type,Name,Requests/s,Failures/s,50%,Total Request Count,Total Failure Count\n1764374400,10,,Aggregated,5,0,1,40,0\n1764374401,10,,Aggregated,5,0,1,45,0\n1764374402,10,,Aggregated,5,0,1,50,0\n"
	for name, c := range map[string]struct {
		text     string
		o        logs.Options
		arrivals int64
		says     string // or the error
		not      string
	}{
		"epochs and counts":         {perMinute("time,requests", 20, flat), logs.Options{}, 2059, "taken for as many requests as requests says", ""},
		"epochs and values":         {perMinute("timestamp,value", 20, flat), logs.Options{}, 2059, "taken for as many requests as value says", ""},
		"counts among others":       {perMinute("time,requests,errors", 20, func(i int) string { return flat(i) + ",1" }), logs.Options{}, 0, "rows are 1m0s apart, and each was taken for one request, though the column requests may be how many there were: say it (--count requests)", ""},
		"an arrival alone":          {perMinute("time,requests", 20, flat), logs.Options{Arrival: "time"}, 0, "say it (--count requests)", ""},
		"counts as the user says":   {perMinute("time,requests,errors", 20, func(i int) string { return flat(i) + ",1" }), logs.Options{Arrival: "time", Count: "requests"}, 2059, "taken for arrivals of the 1m0s", ""},
		"counts with times":         {"time,requests\n2025-06-01 12:00:00,5\n2025-06-01 12:01:00,4\n2025-06-01 12:02:00,6\n", logs.Options{Arrival: "time", Count: "requests"}, 15, "taken for arrivals of the 1m0s", ""},
		"a value of milliseconds":   {perMinute("ts,value_ms", 20, flat), logs.Options{}, 20, "20 arrivals", "taken for as many"},
		"counts of more and more":   {perMinute("time,requests", 20, func(i int) string { return fmt.Sprint(50 * i) }), logs.Options{}, 0, "they may be a counter, or counts of more and more: say it (--values totals, or --values counts)", ""},
		"a counter without a name":  {perMinute("time,requests", 20, func(i int) string { return fmt.Sprint(5000 + 7*i) }), logs.Options{}, 7 * 19, "understood values are taken for a counter", ""},
		"a gauge":                   {ranged(t, seriesOf("nginx_connections_active", "a", 5, 6, 4, 7, 5, 6)), logs.Options{}, 0, "nginx_connections_active is no counter by its values, and no rate by its name", ""},
		"a gauge, told":             {ranged(t, seriesOf("nginx_connections_active", "a", 5, 6)), logs.Options{Quantity: "rates"}, 660, "", ""},
		"a recording rule":          {ranged(t, seriesOf("job:http:sum5m", "a", 5, 6, 4)), logs.Options{}, 900, "taken for arrivals per second", ""},
		"locust that began before":  {locust, logs.Options{}, 10, "40 requests came before the first row: they are left out", ""},
		"negative durations":        {"ts,duration_ms,path\n0,5,/a\n1,-5,/a\n2,7,/a\n", logs.Options{}, 3, "durations of 1 rows it is negative: taken for unknown", "the end is before the start"},
		"the first is negative":     {"ts,duration_ms,path\n0,-5,/a\n1,5,/a\n2,7,/a\n", logs.Options{}, 3, "of 2 arrivals", ""},
		"an instant as a duration":  {`{"requestTime":"10/Oct/2025:13:55:36 +0000","path":"/a"}` + "\n" + `{"requestTime":"10/Oct/2025:13:55:37 +0000","path":"/a"}` + "\n", logs.Options{}, 2, "arrival: requestTime, class: path", ""},
		"an average of CloudWatch":  {`{"Label":"RequestCount","Datapoints":[{"Timestamp":"2025-06-01T12:00:00Z","Average":1.0}]}`, logs.Options{}, 0, "no column \"Sum or SampleCount\"", "jsonl"},
		"two columns and no header": {"1748779200.1 0.2\n1748779200.4 0.3\n1748779201.0 0.1\n", logs.Options{}, 3, "taken for csv", "swf"},
		"numbers in a list":         {"[1748779200.1, 1748779200.4]\n", logs.Options{}, 0, "one JSON list of numbers", "swf"},
		"units in the cells":        {"ts,took\n0,5ms\n1,7ms\n", logs.Options{}, 2, "duration: took", "taken for seconds"},
		"no units":                  {"ts,took\n0,5\n1,7\n", logs.Options{}, 2, "duration: took (taken for seconds)", ""},
		"a French month":            {strings.ReplaceAll(accessLog, "/Oct/", "/oct./"), logs.Options{}, 0, "The nearest are clf", ""},
		"a column that is not":      {"when;took\n0;5\n", logs.Options{Arrival: "then"}, 0, "no column \"then\"", "haproxy"},
		"rows without a duration":   {"done,took_ms\n1,5\n2,\n3,-\n", logs.Options{End: "done", Duration: "took_ms"}, 3, "2 of 3 rows have no duration: their instants are taken for arrivals as they are", ""},
		"objects without a request": {`{"done":1,"took_ms":5,"path":"/a"}` + "\n" + `{"done":2,"path":"/b"}` + "\n" + strings.Repeat(`{"done":3,"took_ms":5,"path":"/a"}`+"\n", 30) + `{"done":4,"msg":"reloaded"}` + "\n", logs.Options{End: "done", Duration: "took_ms", Class: []string{"path"}}, 32, "unreadable 1 of 33 rows", ""},
	} {
		done, err := ImportFiles("", []string{file(t, "x.log", c.text)}, "", ImportOptions{DryRun: true, Options: c.o})
		said, records := "", int64(0)
		if err != nil {
			said = err.Error()
		} else {
			said, records = done.String(), done.Header.Records
		}
		said = strings.Join(strings.Fields(said), " ")
		if records != c.arrivals || !strings.Contains(said, c.says) || c.not != "" && strings.Contains(said, c.not) {
			t.Errorf("%s: %d arrivals, want %d; want %q, and not %q, in\n%s", name, records, c.arrivals, c.says, c.not, said)
		}
	}
}

// TestFilesInAnyOrder give the same bytes, but for their own names.
func TestFilesInAnyOrder(t *testing.T) {
	dir := t.TempDir()
	early := file(t, "early.log", accessLog)
	late := file(t, "late.log", strings.NewReplacer("10/Oct", "11/Oct", "/a ", "/c ", "/b ", "/a ").Replace(accessLog))
	var all [2]string
	for i, in := range [][]string{{early, late}, {late, early}} {
		out := filepath.Join(dir, fmt.Sprint(i))
		h, err := Import("", in, out, ImportOptions{Name: "x"})
		if err != nil {
			t.Fatal(err)
		}
		if h.Provenance.Path != "early.log, late.log" {
			t.Errorf("files %s", h.Provenance.Path)
		}
		for _, name := range []string{"classes.csv", "events.csv.gz", "trace.json"} {
			text, err := os.ReadFile(filepath.Join(out, name))
			if err != nil {
				t.Fatal(err)
			}
			all[i] += string(text)
		}
	}
	if all[0] != all[1] {
		t.Error("the order of the files shows in the trace")
	}
}

// TestPipesAreReadOnce, so that files among which there is one stay in their order.
func TestPipesAreReadOnce(t *testing.T) {
	in := []string{file(t, "late.log", strings.ReplaceAll(accessLog, "10/Oct", "11/Oct")), os.DevNull, file(t, "early.log", accessLog)}
	m := &importing{in: in}
	if err := m.inOrder(logs.Named("clf")); err != nil || !slices.Equal(m.in, in) {
		t.Errorf("%v, error %v", m.in, err)
	}
}

// TestAfterTheGzipStream: zeros fill up a block; anything else is named as what it is.
func TestAfterTheGzipStream(t *testing.T) {
	var b strings.Builder
	z := gzip.NewWriter(&b)
	_, err := z.Write([]byte(accessLog))
	if err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	done, err := ImportFiles("", []string{file(t, "x.gz", b.String()+strings.Repeat("\x00", 512))}, "", ImportOptions{DryRun: true})
	if err != nil || done.Header.Records != 3 {
		t.Errorf("zeros: %v, %v", done, err)
	}
	done, err = ImportFiles("", []string{file(t, "x.gz", b.String()+b.String())}, "", ImportOptions{DryRun: true})
	if err != nil || done.Header.Records != 6 {
		t.Errorf("two members: %v, %v", done, err)
	}
	for _, rest := range []string{"garbage", "garbage of more bytes than a header has"} {
		_, err := ImportFiles("", []string{file(t, "x.gz", b.String()+rest)}, "", ImportOptions{DryRun: true})
		if err == nil || !strings.Contains(err.Error(), "after a complete gzip stream something follows that is none") {
			t.Errorf("%s: %v", rest, err)
		}
	}
}
