package trace

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"cnv/workloads"
	"cnv/workloads/logs"
)

// accessRows are rows of an access log from a second on, one a second, each with one of
// the ends.
func accessRows(from int, ends ...string) string {
	var b strings.Builder
	at := time.Date(2026, 3, 29, 0, 59, 50, 0, time.UTC).Add(time.Duration(from) * time.Second)
	for i, end := range ends {
		fmt.Fprintf(&b, "10.0.0.1 - - [%s] \"GET /a HTTP/1.1\" 200 512 \"-\" \"x\"%s\n", at.Add(time.Duration(i)*time.Second).Format("02/Jan/2006:15:04:05 -0700"), end)
	}
	return b.String()
}

// times is so many times a text.
func times(n int, text string) []string { return slices.Repeat([]string{text}, n) }

// TestRowsTellTheLayout: whichever rows come first, those with a duration have theirs, and
// the others arrive at their instants.
func TestRowsTellTheLayout(t *testing.T) {
	timed := times(95, " 0.200")
	for name, c := range map[string]struct {
		ends []string
		with int
	}{
		"first row without":   {append(times(1, " "), times(2, " 0.200")...), 2},
		"first row a dash":    {append(times(1, " -"), timed...), 95},
		"old format first":    {append(times(5, ""), timed...), 95},
		"old format last":     {append(slices.Clone(timed), times(5, "")...), 95},
		"mostly old":          {append(times(60, ""), times(40, " 0.200")...), 40},
		"mostly dashes":       {append(times(60, " -"), times(40, " 0.200")...), 40},
		"addresses, mostly":   {append(times(60, ` "192.0.2.1"`), times(40, ` "192.0.2.1" 0.200`)...), 40},
		"digits of a request": {append(times(1, " 12345"), times(99, " 1234a")...), 0},
	} {
		dir := t.TempDir() + "/t"
		done, err := ImportFiles("", []string{file(t, "x.log", accessRows(0, c.ends...))}, dir, ImportOptions{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		with, early := 0, 0
		for _, a := range imported(t, dir) {
			if a.Wall == 200*time.Millisecond {
				with++
			} else if a.Wall != workloads.Unknown {
				early++
			}
		}
		want := fmt.Sprintf("%d of %d rows have no duration", len(c.ends)-c.with, len(c.ends))
		if c.with == 0 {
			want = "no durations in it"
		}
		if notes := strings.Join(done.Header.Notes, "\n"); with != c.with || early > 0 || done.Header.Records != int64(len(c.ends)) || !strings.Contains(notes, want) || c.with > 0 && strings.Contains(notes, "no durations in it") {
			t.Errorf("%s: %d of %d have a duration, want %d; notes %q, want %q", name, with, done.Header.Records, c.with, notes, want)
		}
	}
}

// TestFilesWithAndWithoutDurations: the trace is the same in whatever order they are read,
// and says what the rows have.
func TestFilesWithAndWithoutDurations(t *testing.T) {
	with, without := file(t, "with.log", accessRows(0, times(10, " 0.200")...)), file(t, "without.log", accessRows(10, times(10, "")...))
	var texts []string
	for i, in := range [][]string{{with, without}, {without, with}} {
		dir := filepath.Join(t.TempDir(), "t")
		if _, err := ImportFiles("", in, dir, ImportOptions{}); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(dir, "trace.json"))
		if err != nil {
			t.Fatal(err)
		}
		var h map[string]any
		if err := json.Unmarshal(b, &h); err != nil {
			t.Fatal(err)
		}
		delete(h, "provenance") // names the files in their order
		b, err = json.Marshal(h)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(b))
		if i == 0 {
			for _, want := range []string{"arrival = time - request_time; 10 of 20 rows have no duration", `"dur_us"`} {
				if !strings.Contains(texts[0], want) {
					t.Errorf("%s does not say %q", texts[0], want)
				}
			}
		}
	}
	if texts[0] != texts[1] || strings.Contains(texts[0], "no durations in it") {
		t.Errorf("%s\n%s", texts[0], texts[1])
	}
}

// TestUnitOfApache: whole numbers after the agent are microseconds, which no request takes
// so few of: the unit must be said, and what is said is told.
func TestUnitOfApache(t *testing.T) {
	for name, c := range map[string]struct {
		end, unit, refused, said string
		wall                     time.Duration
	}{
		"%D":                {" 2500", "", "", "taken for microseconds (%D): --duration-unit s or ms if it is %T", 2500 * time.Microsecond},
		"%T":                {" 1", "", "mean duration 1µs of 20 requests, and nothing says the unit", "", 0},
		"%T, said":          {" 1", "s", "", "the number after the agent is in seconds", time.Second},
		"%{ms}T":            {" 250", "", "", "taken for microseconds (%D)", 250 * time.Microsecond},
		"%{ms}T, said":      {" 250", "ms", "", "the number after the agent is in milliseconds", 250 * time.Millisecond},
		"%D, said, however": {" 1", "us", "", "the number after the agent is in microseconds", time.Microsecond},
	} {
		dir := t.TempDir() + "/t"
		done, err := ImportFiles("", []string{file(t, "x.log", accessRows(0, times(20, c.end)...))}, dir, ImportOptions{Options: logs.Options{DurationUnit: c.unit}})
		switch {
		case c.refused != "":
			if err == nil || !strings.Contains(err.Error(), c.refused) {
				t.Errorf("%s: error = %v, want %q", name, err, c.refused)
			}
		case err != nil:
			t.Errorf("%s: %v", name, err)
		default:
			if got := imported(t, dir)[0].Wall; got != c.wall || !strings.Contains(strings.Join(done.Header.Notes, "\n"), c.said) {
				t.Errorf("%s: took %v, notes %q, want %v, %q", name, got, done.Header.Notes, c.wall, c.said)
			}
		}
	}
}
