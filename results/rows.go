package results

import (
	"bufio"
	"cnv/results/csvfile"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// requestColumnNames is the header of requests.csv.
var requestColumnNames = []string{
	"request", "workload", "policy", "seed", "class", "arrival_us", "start_us", "finish_us",
	"worker", "kind", "attempt", "status", "cold", "work_us", "predicted_us", "user", "try", "reason",
}

// A rowWriter writes the records of the requests of one run to a file, in
// order of arrival. Requests end out of order; those that cannot be written
// yet wait in a ring, which is at most twice as long as the span of requests
// in flight.
//
// Invariant: held is the number of records in the ring; none of them is before next.
type rowWriter struct {
	f      *os.File
	w      *bufio.Writer
	names  []string  // classes, quoted for CSV
	prefix string    // ",workload,policy,seed,"
	next   uint64    // the request to be written next
	ring   []waiting // by request & mask; its length is a power of two
	held   int       // how many wait in it
	line   []byte
	err    error
}

// newRowWriter creates the file, without a header: joinCSV writes one for all.
func newRowWriter(name string, info RunInfo) (*rowWriter, error) {
	f, err := os.Create(name)
	if err != nil {
		return nil, fmt.Errorf("results: request records: %w", err)
	}
	w := &rowWriter{f: f, w: bufio.NewWriterSize(f, 1<<16), ring: make([]waiting, 64)}
	for _, c := range info.Classes {
		w.names = append(w.names, quoted(c))
	}
	w.prefix = "," + quoted(info.Workload) + "," + quoted(info.Policy) + "," + strconv.FormatUint(info.Seed, 10) + ","
	return w, nil
}

// quoted is a CSV field, in quotes where it needs them.
func quoted(s string) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	_ = w.Write(csvfile.Inert([]string{s})) // memory takes anything
	w.Flush()
	return strings.TrimSuffix(b.String(), "\n")
}

// add takes the record of a request.
// The first error is kept and told by close, as a simulation has nobody to tell in between.
func (w *rowWriter) add(q *Request) {
	if w.err != nil {
		return
	}
	for q.ID >= w.next && q.ID-w.next >= uint64(len(w.ring)) {
		w.grow()
	}
	// Before next, or there already: such a record is one too many, and must not overwrite
	// another.
	at := w.slot(q.ID)
	if q.ID < w.next || at.there {
		w.err = fmt.Errorf("request %d ended twice", q.ID)
		return
	}
	at.request, at.there = *q, true
	w.held++
	// All that waited for this one alone.
	for at := w.slot(w.next); at.there; at = w.slot(w.next) {
		w.write(&at.request)
		at.there = false
		w.held--
		w.next++
	}
}

// A waiting is a record that waits for those before it.
type waiting struct {
	request Request
	there   bool
}

// slot is where the record of a request waits: IDs that are less than a ring apart have
// different slots.
func (w *rowWriter) slot(id uint64) *waiting { return &w.ring[id&uint64(len(w.ring)-1)] }

// grow doubles the ring.
func (w *rowWriter) grow() {
	old := w.ring
	w.ring = make([]waiting, 2*len(old))
	for i := range old {
		if old[i].there {
			*w.slot(old[i].request.ID) = old[i]
		}
	}
}

// write writes one record.
// encoding/csv would allocate for every record; names alone can need quotes, and have them already.
func (w *rowWriter) write(q *Request) {
	b := strconv.AppendUint(w.line[:0], q.ID, 10)
	b = append(b, w.prefix...)
	if int(q.Class) < len(w.names) {
		b = append(b, w.names[q.Class]...)
	}
	// Never is negative, and an empty field.
	for _, t := range [...]time.Duration{q.Arrival, q.Start, q.Finish} {
		b = append(b, ',')
		if t >= 0 {
			b = strconv.AppendInt(b, int64(t/time.Microsecond), 10)
		}
	}
	b = append(b, ',')
	if q.Worker >= 0 {
		b = strconv.AppendInt(b, int64(q.Worker), 10)
	}
	b = append(b, ',')
	b = append(b, [...]string{"", "vm", "function"}[q.Kind]...)
	for _, v := range [...]int64{int64(q.Attempts), int64(q.Status), bit(q.Cold), int64(q.Work / time.Microsecond)} {
		b = append(b, ',')
		b = strconv.AppendInt(b, v, 10)
	}
	b = append(b, ',')
	if q.Predicted > 0 {
		b = strconv.AppendInt(b, int64(q.Predicted*1e6), 10)
	}
	b = append(b, ',')
	b = strconv.AppendUint(b, q.User, 10)
	b = append(b, ',')
	b = strconv.AppendUint(b, uint64(q.Try), 10)
	b = append(b, ',')
	b = append(b, q.Reason.String()...)
	w.line = append(b, '\n')
	_, w.err = w.w.Write(w.line)
}

// bit writes a bool as files have it: 1 or 0.
func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// close closes the file. A request that never ended is an error.
func (w *rowWriter) close() error {
	if w.err == nil && w.held > 0 {
		w.err = fmt.Errorf("request %d never ended, %d after it did", w.next, w.held)
	}
	if err := w.w.Flush(); w.err == nil {
		w.err = err
	}
	if err := w.f.Close(); w.err == nil {
		w.err = err
	}
	if w.err != nil {
		return fmt.Errorf("results: request records: %w", w.err)
	}
	return nil
}

// spoolFile is where the records of a run are kept until all are there.
// Runs end in any order: each has a file of its own, and they are put together in the order of cells.
func (s *Runs) spoolFile(cell, replication int) string {
	return filepath.Join(s.spool, fmt.Sprintf("%06d-%06d.csv", cell, replication))
}
