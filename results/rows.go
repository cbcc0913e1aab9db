package results

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// requestColumnNames is the header of requests.csv.
var requestColumnNames = []string{
	"request", "workload", "policy", "seed", "class", "arrival_us", "start_us", "finish_us",
	"worker", "kind", "attempt", "status", "cold", "work_us", "predicted_us",
}

// A rowWriter writes the records of the requests of one run to a file, in
// order of arrival. Requests end out of order; those that cannot be written
// yet wait in a buffer, which is as long as the span of requests in flight.
type rowWriter struct {
	f       *os.File
	w       *bufio.Writer
	info    RunInfo
	names   []string // classes, quoted for CSV
	prefix  string   // ",workload,policy,seed,"
	next    uint64   // the request to be written next
	waiting []Request
	there   []bool
	line    []byte
	err     error
}

// newRowWriter creates the file.
func newRowWriter(name string, info RunInfo) (*rowWriter, error) {
	f, err := os.Create(name)
	if err != nil {
		return nil, fmt.Errorf("results: request records: %w", err)
	}
	w := &rowWriter{f: f, w: bufio.NewWriterSize(f, 1<<16), info: info}
	for _, c := range info.Classes {
		w.names = append(w.names, quoted(c))
	}
	w.prefix = "," + quoted(info.Workload) + "," + quoted(info.Policy) + "," + strconv.FormatUint(info.Seed, 10) + ","
	return w, nil
}

// quoted is a CSV field.
func quoted(s string) string {
	var b csvField
	w := csv.NewWriter(&b)
	if err := w.Write([]string{s}); err != nil {
		return s // a field cannot fail to be written to memory
	}
	w.Flush()
	return string(b[:len(b)-1])
}

// A csvField is memory to write to.
type csvField []byte

func (b *csvField) Write(p []byte) (int, error) { *b = append(*b, p...); return len(p), nil }

// add takes the record of a request.
func (w *rowWriter) add(q *Request) {
	if w.err != nil || q.ID < w.next {
		return
	}
	at := int(q.ID - w.next)
	for len(w.waiting) <= at {
		w.waiting = append(w.waiting, Request{})
		w.there = append(w.there, false)
	}
	w.waiting[at], w.there[at] = *q, true
	n := 0
	for n < len(w.there) && w.there[n] {
		w.write(&w.waiting[n])
		n++
	}
	if n > 0 {
		w.next += uint64(n)
		w.waiting = w.waiting[:copy(w.waiting, w.waiting[n:])]
		w.there = w.there[:copy(w.there, w.there[n:])]
	}
}

// write writes one record.
func (w *rowWriter) write(q *Request) {
	b := strconv.AppendUint(w.line[:0], q.ID, 10)
	b = append(b, w.prefix...)
	if int(q.Class) < len(w.names) {
		b = append(b, w.names[q.Class]...)
	}
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
	w.line = append(b, '\n')
	_, w.err = w.w.Write(w.line)
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// close writes what is left and closes the file.
func (w *rowWriter) close() error {
	for i := range w.waiting {
		if w.there[i] && w.err == nil {
			w.write(&w.waiting[i])
		}
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
func (s *Set) spoolFile(cell, replication int) string {
	return filepath.Join(s.spool, fmt.Sprintf("%06d-%06d.csv", cell, replication))
}
