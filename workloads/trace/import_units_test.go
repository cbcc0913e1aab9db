package trace

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"cnv/workloads/logs"
)

// fourPerSecond is a table of requests, 250 ms apart.
func fourPerSecond(header string, row func(at time.Time, i int) string) string {
	var b strings.Builder
	b.WriteString(header + "\n")
	for i := range 200 {
		b.WriteString(row(time.UnixMilli(1740909600000+int64(i)*250), i) + "\n")
	}
	return b.String()
}

// TestUnitsAreToldByNames: a unit after the name, or alone, however it is written.
func TestUnitsAreToldByNames(t *testing.T) {
	for _, header := range []string{"ts,ms", "ts,Response Time [ms]", "ts,elapsed_ms", "ts,latencyMs", "ts,duration (ms)", "when (UTC),rt_ms", "epoch_ms,took_ms"} {
		text := fourPerSecond(header+",CPU µs,End-point", func(at time.Time, i int) string { return fmt.Sprintf("%d,%d,5000,/a", at.UnixMilli(), 10+i%3) })
		done, err := ImportFiles("", []string{file(t, "x.csv", text)}, "", ImportOptions{DryRun: true})
		if err != nil {
			t.Errorf("%s: %v", header, err)
			continue
		}
		if !strings.Contains(done.First[0], "class /a  took 10ms  work 5ms") {
			t.Errorf("%s: %s", header, done.First[0])
		}
	}
	for _, name := range []string{"cpu_us", "cpu_\u00b5s", "cpu_\u03bcs", "cpuUs", "CPU [us]"} {
		text := fourPerSecond("ts,"+name, func(at time.Time, _ int) string { return fmt.Sprintf("%d,5000", at.UnixMilli()) })
		done, err := ImportFiles("", []string{file(t, "x.csv", text)}, "", ImportOptions{DryRun: true, Options: logs.Options{Work: name}})
		if err != nil || !strings.Contains(done.First[0], "work 5ms") {
			t.Errorf("%s: %v, %v", name, done, err)
		}
	}
}

// TestJMeter: elapsed is the duration and not Latency, both are milliseconds, and a
// response code may be words.
func TestJMeter(t *testing.T) {
	text := fourPerSecond("timeStamp,elapsed,label,responseCode,bytes,sentBytes,Latency", func(at time.Time, i int) string {
		code := "200"
		if i == 7 {
			code = "Non HTTP response code: java.net.SocketTimeoutException"
		}
		return fmt.Sprintf("%d,143,Home,%s,512,100,20", at.UnixMilli(), code)
	})
	done, err := ImportFiles("", []string{file(t, "x.jtl", text)}, "", ImportOptions{DryRun: true})
	if err != nil {
		t.Fatal(err)
	}
	if done.Kind.Name != "jmeter" || done.First[0] != "arrival 2025-03-02T10:00:00Z  class Home  took 143ms  in 100  out 512  status 200" || !strings.Contains(done.String(), "of 1 rows it is no number: taken for unknown") {
		t.Errorf("%s", done)
	}
}

// TestDurationsThatCannotBe: numbers without a unit are not taken for seconds where so
// many requests would be in progress, or where whole numbers are long; who says the
// unit is believed, up to what no server does.
func TestDurationsThatCannotBe(t *testing.T) {
	whole := fourPerSecond("ts,duration", func(at time.Time, i int) string { return fmt.Sprintf("%d,%d", at.UnixMilli(), 140+i%7) })
	pointed := fourPerSecond("ts,duration", func(at time.Time, i int) string { return fmt.Sprintf("%d,%d.5", at.UnixMilli(), 140+i%7) })
	few := fourPerSecond("ts,duration", func(at time.Time, i int) string { return fmt.Sprintf("%d,%d", at.UnixMilli()*100, 12+i%7) })
	huge := fourPerSecond("ts,duration_s", func(at time.Time, _ int) string { return fmt.Sprintf("%d,9000", at.UnixMilli()) })
	for name, c := range map[string]struct {
		text string
		o    logs.Options
		want string
	}{
		"whole numbers":        {whole, logs.Options{}, "mean duration 2m23s at 4.02 /s would keep 574.8 requests in progress at all times (Little's law), and nothing says the unit"},
		"numbers with points":  {pointed, logs.Options{}, "nothing says the unit, so seconds were taken: say it (--duration-unit"},
		"whole, not so many":   {few, logs.Options{}, "nothing says the unit"},
		"said to be ms":        {whole, logs.Options{DurationUnit: "ms"}, ""},
		"said to be s":         {whole, logs.Options{DurationUnit: "s"}, ""},
		"said, but impossible": {huge, logs.Options{}, "would keep 3.618e+04 requests in progress"},
		"work":                 {strings.Replace(whole, "duration", "cpu", 1), logs.Options{}, "mean work 2m23s at 4.02 /s would keep 574.8 cores busy, and nothing says the unit"},
	} {
		in := []string{file(t, "x.csv", c.text)}
		_, err := ImportFiles("", in, "", ImportOptions{DryRun: true, Options: c.o})
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: error = %v, want %q", name, err, c.want)
		}
		if _, err := ImportFiles("", in, "", ImportOptions{DryRun: true, Options: c.o, Force: true}); err != nil {
			t.Errorf("%s: forced: %v", name, err)
		}
	}
}

// TestWorkContradictsDurations: work of most requests above 64 cores for the duration has a
// wrong unit, and both columns are named.
func TestWorkContradictsDurations(t *testing.T) {
	table := func(header string, work int) string {
		return fourPerSecond("ts,"+header, func(at time.Time, _ int) string { return fmt.Sprintf("%d,100,%d", at.UnixMilli(), work) })
	}
	for text, want := range map[string]string{
		table("duration_ms,cpu_time", 40):  "of 200 of 200 requests the work (column cpu_time) is more than 64 cores do in the duration (column duration_ms): a column names no unit, so seconds were taken: say it (--work-unit",
		table("duration_ms,cpu_ms", 40000): "is the unit right (--work-unit, --duration-unit)?",
		table("duration_ms,cpu_ms", 6400):  "",
		table("duration_ms,cpu_ms", 40):    "",
	} {
		in := []string{file(t, "x.csv", text)}
		_, err := ImportFiles("", in, "", ImportOptions{DryRun: true})
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("error = %v, want %q", err, want)
		}
		if _, err := ImportFiles("", in, "", ImportOptions{DryRun: true, Force: true}); err != nil {
			t.Errorf("forced: %v", err)
		}
	}
}

// TestOneStepIsNoRate: arrivals of one step of the recorder came within it, so that a few
// of one second are no millions per second.
func TestOneStepIsNoRate(t *testing.T) {
	in := []string{file(t, "x.csv", "time,id\n"+strings.Repeat("2026-03-29T00:59:50Z,a\n", 3))}
	if done, err := ImportFiles("", in, "", ImportOptions{DryRun: true}); err != nil || !strings.Contains(done.String(), "3 /s in the mean") || strings.Contains(done.String(), "NaN") {
		t.Errorf("%v, %v", done, err)
	}
}

// TestOddLinesAreLeftOut: a line of another kind, and a last one that was cut off, are
// named and left out; with --force so are many.
func TestOddLinesAreLeftOut(t *testing.T) {
	line := "Mar  2 10:00:%02d lb haproxy[1]: 192.0.2.1:33317 [02/Mar/2025:10:00:%02d.100] http-in static/srv1 0/0/1/49/50 200 2750 - - ---- 1/1/1/1/0 0/0 \"GET /a HTTP/1.1\"\n"
	var log strings.Builder
	log.WriteString("Mar  2 10:00:00 lb haproxy[1]: Proxy http-in started.\n")
	for i := range 40 {
		fmt.Fprintf(&log, line, i, i)
	}
	cut := log.String() + line[:60]
	done, err := ImportFiles("", []string{file(t, "x.log", cut)}, "", ImportOptions{DryRun: true})
	if err != nil {
		t.Fatal(err)
	}
	told := strings.Join(strings.Fields(done.String()), " ")
	for _, want := range []string{"unreadable 1 of 41 rows (2.44 %), left out; the first:", "x.log:1: not like client:port", "cut off the last line has no line break and cannot be read, left out:", "x.log:42: not like", "rate 40 arrivals"} {
		if !strings.Contains(told, want) {
			t.Errorf("%s\ndoes not say %q", done, want)
		}
	}
	if n := len(done.Header.Notes); n != 2 {
		t.Errorf("notes: %q", done.Header.Notes)
	}
	odd := file(t, "y.log", log.String()+strings.Repeat("Server x is DOWN\n", 3))
	if _, err := ImportFiles("haproxy", []string{odd}, "", ImportOptions{DryRun: true}); err == nil || !strings.Contains(err.Error(), "(4 of 44 rows cannot be read, 9.09 %, more than the 5 % that may be left out") {
		t.Errorf("error = %v", err)
	}
	if done, err := ImportFiles("haproxy", []string{odd}, "", ImportOptions{DryRun: true, Force: true}); err != nil || done.Header.Records != 40 {
		t.Errorf("forced: %v, %v", done, err)
	}
}

// TestWhyAClassIsOther: the reason is the true one.
func TestWhyAClassIsOther(t *testing.T) {
	in := file(t, "x.csv", "ts,class\n1,/a\n2,-\n3,/b\n4,\"a\nb\"\n5,other\n")
	for o, want := range map[*logs.Options]string{
		{}:                       "requests: 1 without a class in the log, 1 whose class is too long or no printable text",
		{Class: []string{"/a*"}}: "requests: 4 that match none of the patterns of --class",
	} {
		done, err := ImportFiles("", []string{in}, "", ImportOptions{DryRun: true, Options: *o})
		if err != nil {
			t.Fatal(err)
		}
		if told := strings.Join(strings.Fields(done.String()), " "); !strings.Contains(told, want) {
			t.Errorf("%s\ndoes not say %q", done, want)
		}
	}
}

// TestCellsWithLineBreaks: a quoted cell goes on in the next line; a quote that is
// never closed is text.
func TestCellsWithLineBreaks(t *testing.T) {
	text := "ts,note,duration_ms\n1,\"two\r\nlines, \"\"quoted\"\"\n\",20\n2,\"never closed,30\n3,c,40\n"
	done, err := ImportFiles("", []string{file(t, "x.csv", text)}, "", ImportOptions{DryRun: true})
	if err != nil {
		t.Fatal(err)
	}
	if done.Header.Records != 3 || !strings.Contains(done.First[0], "took 20ms") || !strings.Contains(done.First[1], "took 30ms") || strings.Contains(done.String(), "unreadable") {
		t.Errorf("%s", done)
	}
}

// TestOnlyAHeader: says what there is, and what to do.
func TestOnlyAHeader(t *testing.T) {
	for _, text := range []string{"ts,duration\n", "ts,duration", "ts,duration\n\n"} {
		if _, err := ImportFiles("", []string{file(t, "x.csv", text)}, "", ImportOptions{DryRun: true}); err == nil || !strings.Contains(err.Error(), "x.csv:1: a header, and no rows below it") {
			t.Errorf("%q: error = %v", text, err)
		}
	}
}
