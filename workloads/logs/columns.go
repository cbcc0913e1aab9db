package logs

import (
	"fmt"
	"slices"
	"strings"

	"cnv/policy/nearest"
)

// A Column is where something is, by the first of several names that a log has.
type Column struct {
	Names []string
	Unit  Unit // of numbers; 0: told by the name, or by the size of instants
}

func col(names ...string) Column { return Column{Names: names} }

func in(unit Unit, names ...string) Column { return Column{Names: names, Unit: unit} }

// Given says whether there is a name.
func (c Column) Given() bool { return len(c.Names) > 0 }

// A Quantity is what the numbers of a column of counts are.
type Quantity int

// The quantities.
const (
	Requests Quantity = iota // no counts: a row is a request
	Counts                   // arrivals of one bin, from the instant of the row on
	Rates                    // arrivals per second
	Totals                   // arrivals since some zero, to which they may fall back
	Unsaid                   // totals if all of them look like a counter, else what [Columns.Otherwise] says
)

// Columns is what the columns of a log mean.
type Columns struct {
	Arrival  Column
	End      Column // used where there is no arrival: arrival = end - duration - init
	Duration Column
	Parts    []Column // of a duration that is logged in parts
	Init     Column   // what a cold start took, beside the duration
	Work     Column   // CPU time
	Cores    Column   // by which work is multiplied
	Memory   Column
	MemoryKB int64 // KiB of one unit of Memory; 0 is 1
	BytesIn  Column
	BytesOut Column
	Status   Column
	Class    Column
	Count    Column
	// AlsoClass are further columns of the user's: their cells stand behind that of Class.
	AlsoClass []string
	Quantity  Quantity
	FromStart bool // totals begin with what is recorded: what the first row has came before it
	// Otherwise is what counts are that are Unsaid and not totals.
	Otherwise Quantity
	Series    Column   // counts with the same cell follow each other; not given: those of a class
	Metric    Column   // what is counted
	Attrs     []Attr   // what else is kept
	Features  bool     // attributes are features of all requests
	Blocks    Column   // hashes of the blocks of a prompt, each of all up to its end: kept, and the first two are the key
	Keep      string   // condition of the rows that are requests
	KeepOwn   bool     // a condition of the user's takes its place
	InSteps   bool     // an end in whole seconds or coarser says no more: of the duration, too, only whole steps count
	EndsBy    []string // durations that a server writes at the end: where the user names one of them, the arrival is an end
	Guessed   bool     // by the names of columns
	AsLogged  bool     // a row without a duration arrives at its instant, also where that is an end
	NoUnit    bool     // nothing in the log says the unit of Duration, which may be another
	Said      string   // how instants are understood, in words
	Raw       bool     // a class is taken as it is, not as the path of a URL
	OneClass  string   // what all requests are called where there is no column of classes; "" all
}

// An Attr is a column that becomes an attribute of requests.
type Attr struct {
	Name   string
	Column Column
}

// A place is a column that was found.
type place struct {
	at   int // -1 not there
	name string
	unit Unit
}

// has says whether there is a column.
func (p place) has() bool { return p.at >= 0 }

// find looks for a column. Of a given one, it is an error if none is there.
func find(r rows, what string, c Column, must bool) (place, error) {
	for _, name := range c.Names {
		if at := r.column(name); at >= 0 {
			p := place{at, name, c.Unit}
			if p.unit == 0 {
				p.unit = unitInName(name)
			}
			return p, nil
		}
	}
	if must && c.Given() {
		return place{at: -1}, fmt.Errorf("%s: %w", what, noColumn(r, strings.Join(c.Names, " or ")))
	}
	return place{at: -1}, nil
}

// noColumn says that a log has no such column, and which it has.
func noColumn(r rows, name string) error {
	hint := listed(r)
	short := slices.DeleteFunc(slices.Clone(r.names()), func(n string) bool { return len(n) > longestName })
	if near := nearest.Hint(name, short); near != "" {
		hint = strings.Trim(near, " ()") + "; " + hint
	}
	return fmt.Errorf("no column %q (%s)", name, hint)
}

// longestName bounds what an error shows of the name of a column, bytes.
const longestName = 40

// listed are the names of the columns, as far as an error has room for them.
func listed(r rows) string {
	names := r.names()
	if len(names) == 0 {
		return "there are none"
	}
	const most = 30
	var out []string
	for _, name := range names[:min(len(names), most)] {
		if len(name) > longestName {
			name = strings.ToValidUTF8(name[:longestName], "") + "..."
		}
		out = append(out, name)
	}
	if more := len(names) - most; more > 0 {
		out = append(out, fmt.Sprintf("and %d more", more))
	}
	return "there are: " + strings.Join(out, ", ")
}

// unitInName is the unit that a name ends with: cpu_ms, time.us, durationNanos,
// latency (ms); 0 none.
func unitInName(name string) Unit {
	_, unit := cutUnit(name)
	return unit
}

// cutUnit is what comes before the unit that a name ends with, or is, and the unit.
func cutUnit(name string) (string, Unit) {
	low := strings.TrimRight(strings.ToLower(name), ")] ")
	for _, u := range units {
		head, ok := strings.CutSuffix(low, u.name)
		switch {
		case !ok, head == "" && (u.unit >= Second || low == "msec"): // nginx's $msec is seconds
		case head == "", strings.ContainsRune("_-.([ /", rune(head[len(head)-1])), len(u.name) > 3 && u.name != "secs":
			return head, u.unit
		case len(u.name) == 2 && len(head) < len(name) && name[len(head)] >= 'A' && name[len(head)] <= 'Z': // durationMs
			return head, u.unit
		}
	}
	return "", 0
}

// The names by which columns of files without a kind of their own are guessed.
var (
	arrivalNames = []string{
		dateAndTime, "arrival_us", "arrival_ms", "arrival_ns", "arrival_s", "arrival", "arrival_time", "arrived_at", "start_us", "start_ms", "start", "start_time", "starttime", "started_at", "startutc",
		"request_creation_time", "ts", "time", "timestamp", "@timestamp", "timestamp_ms", "timestamp_us", "ts_ms", "ts_us", "time_ms", "datetime", "date_time", "instant", "time_iso8601", "msec", "time_local",
		"requesttime", "request_timestamp", "eventtime", "event_time", "date", "when", "t", "epoch", "1",
	}
	endNames      = []string{"end", "end_time", "endtime", "end_timestamp", "ended_at", "finished_at", "finish", "finished", "completed_at", "completed"}
	durationNames = []string{
		"duration", "duration_ms", "duration_us", "duration_ns", "duration_s", "elapsed", "elapsed_ms", "dur_us", "dur_ms", "latency", "latency_ms", "latency_us", "latency_ns", "response_time", "response_time_ms",
		"request_time", "requesttime", "rt", "rt_ms", "took", "took_ms", "runtime", "run_time", "wall_ms", "time_taken", "duration_seconds", "latency_seconds", "durationms", "latencyms", "responsetime", "lat",
		"ms", "us", "µs", "milliseconds", "microseconds", // a unit and nothing else
	}
	workNames = []string{
		"work_us", "work_ms", "work_s", "work", "cpu_ms", "cpu_us", "cpu_ns", "cpu_s", "cpu_time", "cpu_time_ms", "cpu_time_us", "cpu_seconds", "cpu", "cputime", "cpu_time_s",
	}
	classNames = []string{
		"class", "route", "endpoint", "end_point", "path", "uri", "url", "request_uri", "request_path", "request_url", "resource_path", "function", "func", "function_name", "handler", "operation", "request", "name", "label", "service", "op", "method", "app",
	}
	statusNames   = []string{"status", "status_code", "code", "statuscode", "http_status", "response_code"}
	bytesInNames  = []string{"bytes_in", "request_length", "request_size", "bytes_read", "request_bytes", "received_bytes", "bytes_received", "requestbodysize"}
	countNames    = []string{"count", "counts", "requests", "request_count", "num_requests", "arrivals", "invocations", "hits", "calls", "value", "n"}
	bytesOutNames = []string{"bytes_out", "body_bytes_sent", "bytes_sent", "response_size", "bytes", "size", "response_bytes", "sent_bytes"}
)

// pickName is the first of some names that a column has: as it is, without its unit and
// however its words are joined, or as the last part of a path.
func pickName(have, names []string) Column {
	for _, same := range [...]func(have, name string) bool{
		strings.EqualFold,
		func(have, name string) bool { return baseName(have) == baseName(name) },
		func(have, name string) bool {
			dot := strings.LastIndexByte(have, '.')
			return dot > 0 && !strings.Contains(have, "headers.") && baseName(have[dot+1:]) == baseName(name)
		},
	} {
		for _, name := range names {
			for _, h := range have {
				if same(h, name) {
					return col(h)
				}
			}
		}
	}
	return Column{}
}

// baseName is a name without its unit or zone, in lower case, with one underscore for
// all that joins words: of "Response Time [ms]", response_time.
func baseName(name string) string {
	name = strings.TrimSuffix(strings.ToLower(strings.TrimSpace(name)), "(utc)")
	if head, _ := cutUnit(name); head != "" {
		name = head
	}
	words := strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune(" _-./()[]@", r) })
	return strings.Join(words, "_")
}

// guess is what columns mean by their names.
func guess(r rows) Columns {
	pick := func(names []string) Column { return pickName(r.names(), names) }
	c := Columns{
		Arrival: pick(arrivalNames), Duration: pick(durationNames), Work: pick(workNames), Class: pick(classNames),
		Status: pick(statusNames), BytesIn: pick(bytesInNames), BytesOut: pick(bytesOutNames), Raw: true, Guessed: true,
	}
	if isStamp(sample(r, c.Duration)) { // requestTime of API Gateway
		c.Duration = pickName(slices.DeleteFunc(slices.Clone(r.names()), func(name string) bool { return name == c.Duration.Names[0] }), durationNames)
	}
	if end := pick(endNames); end.Given() && !(c.Arrival.Given() && c.Duration.Given()) {
		c.End = end
	}
	if c.Duration.Given() && c.Duration.Names[0] == "event.duration" { // Elastic Common Schema
		c.Duration.Unit = Nanosecond
	}
	if c.Duration.Given() && c.Arrival.Given() && !strings.HasPrefix(c.Arrival.Names[0], "start") && !strings.HasPrefix(c.Arrival.Names[0], "arriv") {
		c.Said = c.Arrival.Names[0] + " is taken for the arrival (--end " + c.Arrival.Names[0] + " --duration " + c.Duration.Names[0] + " if it is the end)"
	}
	if c.Class.Given() && slices.Equal(c.Class.Names, c.Arrival.Names) {
		c.Class = Column{}
	}
	if count := pick(countNames); c.onlyCounts(r, count) {
		c.Count, c.Quantity, c.Otherwise = count, Unsaid, Counts
		c.Said = "a row is taken for as many requests as " + count.Names[0] + " says, as the file has nothing else of them (--arrival " + c.Arrival.Names[0] + " takes a row for one request)"
	}
	return c
}

// onlyCounts says whether a log has a column of counts and, beside it, nothing but the
// instant and the class.
func (c *Columns) onlyCounts(r rows, count Column) bool {
	n := 2
	if c.Class.Given() {
		n++
	}
	return count.Given() && c.Arrival.Given() && len(r.names()) == n && unitInName(count.Names[0]) == 0
}

// sample is what the first row has in a column; nil if that is not known.
func sample(r rows, c Column) []byte {
	if !c.Given() {
		return nil
	}
	switch r := r.(type) {
	case *table:
		if at := r.column(c.Names[0]); at >= 0 && at < len(r.below) {
			return r.below[at]
		}
	case *jsonRows:
		return r.firstText(c.Names[0])
	}
	return nil
}

// isStamp says whether a text is an instant and no number.
func isStamp(text []byte) bool {
	var p instants
	_, ok := p.parse(text)
	_, _, number := decimal(text, Second)
	return ok && !number
}
