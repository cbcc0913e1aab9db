package results

import (
	"bytes"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// A kept is a finished run on disk: all that [Runs.Add] takes from it. Fields of the names
// of those of Row and Run hold the same. It is of one build and not a format for others:
// gob takes fields by name, and a field that is new is zero. Whatever is wrong with it, the
// run is made again.
type kept struct {
	Info     RunInfo
	Values   []float64
	Worst    string
	Sent     bool
	Passed   bool
	Limited  float64
	TooLong  float64
	CallTime float64
	Launched []string // Row.LaunchedIn
	Requests float64
	Response histogram
	Slowdown histogram
	Steady   histogram // of response times after the warm-up; empty: nobody asked
	Classes  []keptClass
	Samples  []Sample
	Trend    Trend
	Work     Moments
	Series   *Series // nil: nobody asked for the steady state
	Parts    keptStretches
	Sizes    sizes
	Rows     bool // its request records follow
}

// A keptClass is the part of a class, by the place of the class in RunInfo.Classes.
type keptClass struct {
	Requests, InSLO float64
	Predicted       predictedClass
	Response        *histogram // nil: the class has none of its own
}

// A histogram is one by its counts that are not zero.
//
// Invariant: At ascends and has the length of Count.
type histogram struct {
	At    []int32
	Count []int64
}

// keep gives a histogram by its counts: response times of a run are in few of the 31,000
// buckets that there are.
func keep(h *tally) (out histogram) {
	for bucket, n := range h.each {
		out.At, out.Count = append(out.At, int32(bucket)), append(out.Count, n)
	}
	return out
}

// restore makes the histogram again; errDamaged if keep has not given it.
func (k *histogram) restore() (*tally, error) {
	if k.damaged() {
		return nil, errDamaged
	}
	h := &tally{}
	k.addTo(h)
	return h, nil
}

// damaged says that the counts are not what keep gives: of buckets in order.
// The file may have been cut or changed; a wrong bucket would make addTo panic.
func (k *histogram) damaged() bool {
	if len(k.At) != len(k.Count) {
		return true
	}
	for i := range k.At {
		if k.At[i] < 0 || k.At[i] >= octaves*subBuckets || i > 0 && k.At[i] <= k.At[i-1] || k.Count[i] < 1 {
			return true
		}
	}
	return false
}

// addTo adds the values to a histogram.
func (k *histogram) addTo(h *tally) {
	for i, at := range k.At {
		h.addAt(int(at), k.Count[i]) // Load has refused damaged ones
	}
}

// errDamaged never leaves the package: a run that is damaged is made again.
var errDamaged = errors.New("results: the kept run is damaged")

// KeptTemp begins the names of runs that are being written: what a command that was killed
// has left, and may be removed.
const KeptTemp = ".run-"

// Keep writes a run that is finished, and was added, to a file, in place when
// all of it is there: a rename is atomic, so that a command that is killed leaves whole runs
// or none. Load reads it back. Where nothing gives the run again (durable) it is on the disk
// before this returns.
func (s *Runs) Keep(file string, workload, policy int, r *Run, row Row, durable bool) error {
	k := kept{
		Info: r.Info, Values: row.Values, Worst: row.WorstClass, Sent: row.Sent, Passed: row.Passed, Limited: row.Limited, TooLong: row.TooLong, CallTime: row.CallTime, Launched: row.LaunchedIn, Requests: r.sum.requests,
		Response: row.tails.response, Slowdown: row.tails.slowdown, Steady: row.tails.steady, Samples: r.samples, Trend: row.Trend, Work: row.Work, Sizes: r.sizes, Rows: r.rows != nil,
	}
	if r.Info.Steady {
		k.Series, k.Parts = &r.series, r.kept
	}
	for i := range r.classes {
		c := keptClass{Requests: r.classes[i].requests, InSLO: r.classes[i].inSLO, Predicted: r.classes[i].predicted}
		if r.byClass() {
			h := keep(r.classes[i].response)
			c.Response = &h
		}
		k.Classes = append(k.Classes, c)
	}
	f, err := os.CreateTemp(filepath.Dir(file), KeptTemp)
	if err != nil {
		return fmt.Errorf("results: %w", err)
	}
	// After the rename there is no such file, and that is no error.
	defer os.Remove(f.Name())
	err = s.write(f, &k, s.index(workload, policy))
	if err == nil && durable {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(f.Name(), file)
	}
	if err == nil && durable {
		syncFolder(filepath.Dir(file))
	}
	if err != nil {
		return fmt.Errorf("results: %w", err)
	}
	return nil
}

// compressors are those that no run uses now: one takes some MB, more than a short run.
var compressors = sync.Pool{New: func() any {
	z, _ := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1)) // an error is of options
	return z
}}

// write writes a run, compressed with zstd: the length of its numbers as a line, these as
// gob, then its request records as CSV. The length lets Load bound what it decodes, and
// find the records behind it.
func (s *Runs) write(f io.Writer, k *kept, cell int) error {
	z := compressors.Get().(*zstd.Encoder)
	defer compressors.Put(z)
	z.Reset(f)
	var head bytes.Buffer
	err := gob.NewEncoder(&head).Encode(k)
	if err == nil {
		_, err = fmt.Fprintf(z, "%d\n", head.Len())
	}
	if err == nil {
		_, err = head.WriteTo(z)
	}
	if err == nil && k.Rows {
		var rows *os.File
		if rows, err = os.Open(s.spoolFile(cell, k.Info.Replication)); err == nil {
			_, err = io.Copy(z, rows)
			rows.Close()
		}
	}
	if cerr := z.Close(); err == nil {
		err = cerr
	}
	return err
}

// maxKept bounds the numbers of a run, against damaged files.
const maxKept = 256 << 20

// Load adds a run that Keep wrote. False says that it is not there, or lacks the request
// records that are wanted, or is damaged: it has to be run. It is not told what is wrong:
// nothing can be done but to run it again.
func (s *Runs) Load(file string, workload, policy, replication int) bool {
	f, err := os.Open(file)
	if err != nil {
		return false
	}
	defer f.Close()
	z, err := zstd.NewReader(f, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return false
	}
	defer z.Close()
	var n int64
	if _, err := fmt.Fscanf(z, "%d\n", &n); err != nil || n <= 0 || n > maxKept {
		return false
	}
	var k kept
	if err := gob.NewDecoder(io.LimitReader(z, n)).Decode(&k); err != nil {
		return false
	}
	r, row, err := s.revive(&k, workload, policy, replication)
	if err != nil || s.design.Requests != "" && !s.spoolRows(z, &k, s.index(workload, policy)) {
		return false
	}
	return s.Add(workload, policy, r, row) == nil
}

// revive makes the run again, with all that Add takes and nothing else: it takes no more
// requests. Whether it is a run of this very experiment (build, world, parameters) is the
// name of the file; here it is looked at whether it is whole.
func (s *Runs) revive(k *kept, workload, policy, replication int) (*Run, Row, error) {
	i := k.Info
	if i.Workload != s.design.Workloads[workload] || i.Policy != s.design.Policies[policy] || i.Replication != replication ||
		i.Steady != s.design.Steady || i.Steady && k.Series == nil || i.Predictions != s.design.predicts(policy) ||
		len(k.Values) != len(Columns) || len(k.Classes) != len(i.Classes) {
		return nil, Row{}, errDamaged
	}
	r := &Run{Info: i, sizes: k.Sizes, samples: k.Samples, timeline: replication == 0, classes: make([]classSum, len(k.Classes))}
	if r.sum.requests = k.Requests; k.Series != nil {
		r.series, r.kept = *k.Series, k.Parts
	}
	for i := range r.kept.Response {
		if _, err := r.kept.Response[i].restore(); err != nil {
			return nil, Row{}, err
		}
	}
	var err error
	if r.response, err = k.Response.restore(); err != nil {
		return nil, Row{}, err
	}
	for c := range k.Classes {
		r.classes[c] = classSum{requests: k.Classes[c].Requests, inSLO: k.Classes[c].InSLO, predicted: k.Classes[c].Predicted, response: r.response}
		if h := k.Classes[c].Response; h != nil {
			if r.classes[c].response, err = h.restore(); err != nil {
				return nil, Row{}, err
			}
		}
	}
	row := Row{Info: i, WorstClass: k.Worst, Sent: k.Sent, Passed: k.Passed, Limited: k.Limited, TooLong: k.TooLong, CallTime: k.CallTime, LaunchedIn: k.Launched, Values: k.Values, Trend: k.Trend, Work: k.Work, tails: tails{k.Response, k.Slowdown, k.Steady}}
	for _, h := range []*histogram{&k.Slowdown, &k.Steady} {
		if h.damaged() {
			return nil, Row{}, errDamaged
		}
	}
	for _, c := range k.Classes {
		row.Classes = append(row.Classes, ClassCount{c.Requests, c.InSLO})
	}
	return r, row, nil
}

// spoolRows puts the request records of a kept run where those of others are; from stands
// behind the numbers. False: there are none, or they cannot be read or written.
func (s *Runs) spoolRows(from io.Reader, k *kept, cell int) bool {
	if !k.Rows {
		return false
	}
	f, err := os.Create(s.spoolFile(cell, k.Info.Replication))
	if err != nil {
		return false
	}
	_, err = io.Copy(f, from)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err == nil
}

// syncFolder has what was renamed in a folder outlast a loss of power, where the system can.
func syncFolder(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync() // not every system can; the file itself is on the disk
		d.Close()
	}
}
