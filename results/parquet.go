package results

import (
	"cnv/results/csvfile"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"
)

// A timelineRow is a row of timeline.parquet. Names and order of columns are part of the
// format.
type timelineRow struct {
	Workload      string  `parquet:"workload,dict"`
	Policy        string  `parquet:"policy,dict"`
	At            float64 `parquet:"at_s"`
	ArrivalsPerS  float64 `parquet:"arrivals_per_s"`
	OfferedCores  float64 `parquet:"offered_cores"`
	InFlight      int64   `parquet:"in_flight"`
	Queued        int64   `parquet:"queued"`
	Ready         int64   `parquet:"ready"`
	Booting       int64   `parquet:"booting"`
	Draining      int64   `parquet:"draining"`
	Desired       int64   `parquet:"desired"`
	CapacityCores float64 `parquet:"capacity_cores"`
	Functions     int64   `parquet:"functions"`
	USDPerHour    float64 `parquet:"usd_per_hour"`
	BilledCores   float64 `parquet:"billed_cores"`
}

// A Timeline is the samples of one cell's first replication, in order of time.
type Timeline struct {
	Workload, Policy string
	Samples          []Sample
}

// writeTimeline writes timeline.parquet.
func (s *Runs) writeTimeline(dir string) error {
	return writeParquet(filepath.Join(dir, "timeline.parquet"), func(w *parquet.GenericWriter[timelineRow]) error {
		for i := range s.cells {
			var rows []timelineRow
			for _, p := range s.cells[i].samples {
				rows = append(rows, timelineRow{
					s.workloadOf(i), s.policyOf(i), p.At.Seconds(), p.ArrivalsPerS, p.OfferedCores, int64(p.InFlight), int64(p.Queued),
					int64(p.Ready), int64(p.Booting), int64(p.Draining), int64(p.Desired), p.CapacityCores, int64(p.Functions), p.USDPerHour, p.BilledCores,
				})
			}
			if _, err := w.Write(rows); err != nil {
				return err
			}
		}
		return nil
	})
}

// ReadTimeline reads timeline.parquet of a folder of results. Cells are in the order of the
// file, samples in order of time. A damaged file is an error, never a panic.
func ReadTimeline(dir string) (all []Timeline, err error) {
	name := filepath.Join(dir, "timeline.parquet")
	defer func() { // the library takes a damaged file's word for how long things are
		if r := recover(); r != nil {
			all, err = nil, fmt.Errorf("results: %s is damaged: %v", name, r)
		}
	}()
	rows, err := parquet.ReadFile[timelineRow](name)
	if err != nil {
		return nil, fmt.Errorf("results: %s: %w", name, err)
	}
	var out []Timeline
	for _, r := range rows {
		if n := len(out); n == 0 || out[n-1].Workload != r.Workload || out[n-1].Policy != r.Policy {
			out = append(out, Timeline{Workload: r.Workload, Policy: r.Policy})
		}
		t := &out[len(out)-1]
		t.Samples = append(t.Samples, Sample{
			At: secondsOf(r.At), ArrivalsPerS: r.ArrivalsPerS, OfferedCores: r.OfferedCores,
			InFlight: int(r.InFlight), Queued: int(r.Queued), Ready: int(r.Ready), Booting: int(r.Booting), Draining: int(r.Draining),
			Desired: int(r.Desired), CapacityCores: r.CapacityCores, Functions: int(r.Functions), USDPerHour: r.USDPerHour, BilledCores: r.BilledCores,
		})
	}
	return out, nil
}

// A requestRow is a row of requests.parquet. Times are microseconds; nil is what
// requests.csv has empty.
type requestRow struct {
	Request   int64  `parquet:"request,delta"`
	Workload  string `parquet:"workload,dict"`
	Policy    string `parquet:"policy,dict"`
	Seed      uint64 `parquet:"seed"`
	Class     string `parquet:"class,dict"`
	Arrival   int64  `parquet:"arrival_us,delta"`
	Start     *int64 `parquet:"start_us,optional"`
	Finish    *int64 `parquet:"finish_us,optional"`
	Worker    *int64 `parquet:"worker,optional"`
	Kind      string `parquet:"kind,dict"`
	Attempt   int64  `parquet:"attempt"`
	Status    int64  `parquet:"status"`
	Cold      bool   `parquet:"cold"`
	Work      int64  `parquet:"work_us"`
	Predicted *int64 `parquet:"predicted_us,optional"`
	User      int64  `parquet:"user,delta"`
	Try       int64  `parquet:"try"`
	Reason    string `parquet:"reason,dict"`
}

// writeRequests joins the records of all runs, in the order of the cells,
// into requests.csv or requests.parquet.
func (s *Runs) writeRequests(dir string) error {
	if s.lost != nil {
		return nil
	}
	switch s.design.Requests {
	case "":
		return nil
	case "csv":
		return s.joinCSV(filepath.Join(dir, "requests.csv"))
	}
	return writeParquet(filepath.Join(dir, "requests.parquet"), func(w *parquet.GenericWriter[requestRow]) error {
		return s.eachSpool(func(f *os.File) error { return convert(f, w) })
	})
}

// eachSpool opens the records of each run in turn: by cell, then by replication. do must
// not close f.
func (s *Runs) eachSpool(do func(f *os.File) error) error {
	for i := range s.cells {
		for k := range s.cells[i].rows {
			f, err := os.Open(s.spoolFile(i, k))
			if err != nil {
				return err
			}
			err = do(f)
			f.Close()
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// joinCSV writes requests.csv. The records are lines of it already, and are copied as they
// are.
func (s *Runs) joinCSV(name string) error {
	out, err := os.Create(name)
	if err != nil {
		return err
	}
	w := csv.NewWriter(out)
	err = w.Write(requestColumnNames)
	w.Flush()
	if err == nil {
		err = s.eachSpool(func(f *os.File) error { _, err := io.Copy(out, f); return err })
	}
	return errors.Join(err, out.Close())
}

// convert copies records from CSV to Parquet, 4,096 at a time, so that memory does not grow
// with a run.
func convert(from io.Reader, to *parquet.GenericWriter[requestRow]) error {
	r := csv.NewReader(from)
	r.ReuseRecord = true
	rows := make([]requestRow, 0, 4096)
	for {
		f, err := r.Read()
		if err == io.EOF {
			_, err := to.Write(rows)
			return err
		}
		if err != nil {
			return err
		}
		rows = append(rows, requestRowOf(csvfile.Plain(f)))
		if len(rows) == cap(rows) {
			if _, err := to.Write(rows); err != nil {
				return err
			}
			rows = rows[:0]
		}
	}
}

// requestRowOf reads what rowWriter wrote, so its numbers are numbers.
func requestRowOf(f []string) requestRow {
	num := func(i int) int64 {
		n, _ := strconv.ParseInt(f[i], 10, 64)
		return n
	}
	opt := func(i int) *int64 {
		if f[i] == "" {
			return nil
		}
		n := num(i)
		return &n
	}
	seed, _ := strconv.ParseUint(f[3], 10, 64)
	return requestRow{
		num(0), f[1], f[2], seed, f[4], num(5), opt(6), opt(7), opt(8), f[9], num(10), num(11), f[12] == "1", num(13), opt(14), num(15), num(16), f[17],
	}
}

// rowGroup is the rows of a Parquet file that are kept in memory until they are written;
// readers take groups in parallel.
const rowGroup = 1 << 20

// writeParquet writes a file of rows, compressed with zstd.
func writeParquet[T any](name string, rows func(w *parquet.GenericWriter[T]) error) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	w := parquet.NewGenericWriter[T](f, parquet.Compression(&zstd.Codec{}), parquet.MaxRowsPerRowGroup(rowGroup))
	err = rows(w)
	return errors.Join(err, w.Close(), f.Close())
}

// secondsOf converts seconds to a Duration, to the nanosecond.
func secondsOf(s float64) time.Duration { return time.Duration(s*1e9 + 0.5) }
