package calibrate

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Report is a REPORT line that AWS Lambda logs at the end of each call.
type Report struct {
	At       time.Time // the line's; zero: none stands before it
	Duration float64   // of the handler, seconds
	Init     float64   // of a cold start, seconds; NaN: the call was warm
	MemoryMB int
	Failed   bool // it timed out or ended with an error
}

// reportFields are how a REPORT line, or the JSON of a platform.report event, says each
// number: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
// (looked at 2026-11-30).
var reportFields = map[string]*regexp.Regexp{
	"duration": regexp.MustCompile(`(?:^|[\s,{])(?:Duration: |"durationMs": ?)([0-9.]+)`),
	"init":     regexp.MustCompile(`(?:Init Duration: |"initDurationMs": ?)([0-9.]+)`),
	"memory":   regexp.MustCompile(`(?:Memory Size: |"memorySizeMB": ?)([0-9]+)`),
}

// reportAt is when a line was logged, as aws logs tail, exports and JSON have it.
var reportAt = regexp.MustCompile(`^[\s"]*(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d+)?)(Z|[+-]\d\d:\d\d)?|"time": ?"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d(?:\.\d+)?)(Z|[+-]\d\d:\d\d)?"`)

// instantOf is when a line was logged; zero: it does not say. Without a zone it is UTC.
func instantOf(line string) time.Time {
	m := reportAt.FindStringSubmatch(line)
	if m == nil {
		return time.Time{}
	}
	date, clock, zone := m[1]+m[4], m[2]+m[5], m[3]+m[6]
	if zone == "" {
		zone = "Z"
	}
	at, err := time.Parse(time.RFC3339, date+"T"+clock+zone)
	if err != nil {
		return time.Time{}
	}
	return at
}

// failedReport is of a call that came to no good end.
var failedReport = regexp.MustCompile(`Status: (?:timeout|error)|"status": ?"(?:timeout|error|failure)"`)

// otherDurations are those of a line that are not of the handler.
var otherDurations = regexp.MustCompile(`(?:Billed|Init|Restore|Billed Restore) Duration: [0-9.]+ ms`)

// ReadReports reads the REPORT lines among others, plain or JSON, whatever stands before them.
func ReadReports(r io.Reader) ([]Report, error) {
	var out []Report
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		if !strings.Contains(line, "REPORT RequestId:") && !strings.Contains(line, `"platform.report"`) {
			continue
		}
		number := func(field, text string) float64 {
			m := reportFields[field].FindStringSubmatch(text)
			if m == nil {
				return math.NaN()
			}
			v, err := strconv.ParseFloat(m[1], 64)
			if err != nil {
				return math.NaN()
			}
			return v
		}
		x := Report{At: instantOf(line), Duration: number("duration", otherDurations.ReplaceAllString(line, "")) / 1e3, Init: number("init", line) / 1e3, Failed: failedReport.MatchString(line)}
		memory := number("memory", line)
		if math.IsNaN(x.Duration) || math.IsNaN(memory) {
			return nil, fmt.Errorf("REPORT line %d lacks a duration or the memory: %.120s", len(out)+1, line)
		}
		x.MemoryMB = int(memory)
		out = append(out, x)
	}
	return out, lines.Err()
}

// FitReports fits [functions] to REPORT lines, of those of the commonest memory. The names
// of files of samples begin with the prefix.
func FitReports(all []Report, prefix string) *Fits {
	f := &Fits{Samples: map[string][]float64{}, prefix: prefix}
	byMemory := map[int]int{}
	for i := range all {
		byMemory[all[i].MemoryMB]++
	}
	memory := 0
	for _, mb := range slices.Sorted(maps.Keys(byMemory)) {
		if byMemory[mb] > byMemory[memory] {
			memory = mb
		}
	}
	if len(byMemory) > 1 {
		f.lacks("functions.memory_mb of others", "%d of %d calls had other memory than %d MB, and are left out", len(all)-byMemory[memory], len(all), memory)
	}
	f.knows("functions", "memory_mb", strconv.Itoa(memory), byMemory[memory], "Memory Size")
	var inits, durations []float64
	failed := 0
	for i := range all {
		x := &all[i]
		switch {
		case x.MemoryMB != memory:
		case x.Failed:
			failed++
		default:
			durations = append(durations, x.Duration)
			if !math.IsNaN(x.Init) {
				inits = append(inits, x.Init)
			}
		}
	}
	switch {
	case len(inits) == 0:
		f.lacks("functions.cold", "none of %d calls has an Init Duration", len(durations))
	case len(inits) < fewest:
		f.knows("functions", "cold", fmt.Sprintf("%q", seconds(quantile(inits, 0.5))), len(inits), "median Init Duration of %d only, so the spread is the one that is assumed; what the network and the placement add is not in it", len(inits))
	default:
		f.knows("functions", "cold", f.law("cold.csv", some(inits)), len(inits), "Init Duration of %d of %d calls: %s; what the network and the placement add is not in it", len(inits), len(durations), middle(inits))
	}
	if len(durations) > 0 {
		f.lacks("functions.floor", "Duration holds the work of the handler: the shortest of %d is %s, and the floor is at most that", len(durations), seconds(slices.Min(durations)))
	}
	f.reportedLife(all, memory)
	if failed > 0 {
		f.lacks("failures", "%d of %d calls timed out or failed, and are left out", failed, byMemory[memory])
	}
	return f
}

// reportedLife fits when environments end to lines that say when they were logged, which is as a
// call ends: each is of one function.
func (f *Fits) reportedLife(all []Report, memory int) {
	var calls []call
	var first time.Time
	for i := range all {
		switch x := &all[i]; {
		case x.MemoryMB != memory:
		case x.At.IsZero():
			f.lacks("functions.keep_alive", "not all REPORT lines say when they were logged, as those of aws logs tail do")
			return
		default:
			if first.IsZero() {
				first = x.At
			}
			took, cold := x.Duration, !math.IsNaN(x.Init)
			if cold {
				took += x.Init
			}
			end := x.At.Sub(first).Seconds()
			calls = append(calls, call{begin: end - took, end: end, cold: cold})
		}
	}
	slices.SortStableFunc(calls, func(a, b call) int { return cmp.Compare(a.begin, b.begin) })
	f.fitLife(calls, 0, false)
}

// Fragment is the tables of what was fitted, to be put into an experiment file.
func (f *Fits) Fragment(of string) (string, error) {
	w := &World{root: map[string]any{}}
	for _, x := range f.Known {
		w.settle(x)
	}
	if t, ok := w.root["workload"].(map[string]any); ok {
		w.root["workload"] = []map[string]any{t}
	}
	b := &writer{}
	b.line("# Fitted to %s: put these tables into an experiment file.", of)
	for _, u := range f.Unknown {
		b.line("# not identifiable: %s: %s", u.Key, u.Why)
	}
	b.table("", w.root)
	return b.String(), b.err
}
