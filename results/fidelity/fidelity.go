package fidelity

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path/filepath"
	"strconv"

	"cnv/results"
	"cnv/results/csvfile"
)

// A Row is one metric of a policy on a workload, measured live and simulated.
//
// Invariant: the rows of one cell follow each other.
type Row struct {
	Workload, Policy string
	Metric           string  // such as "p99"
	Unit             string  // of the values; "%": errors are in points, else relative
	Level            string  // "L1": endpoints of this machine; "L2": AWS; "": workers of an unknown kind
	Runs             int     // that were measured; values are their means
	Draws            int     // that were simulated of each, with the same arrivals
	Measured         float64 // in the unit; infinite where too few requests were answered
	Predicted        float64 // mean over the draws
	Low, High        float64 // 95 % of such means of as many runs lie between
	Within           bool    // the measured value does, up to what nobody can measure
	Unranked         bool    // a run had to wait for this machine's cores: no error of the simulator
}

// Error is how far the prediction is off, predicted less measured: points of a share, else
// in parts of the measured value (0.1 is 10 % too high). It is 0 where both are infinite or
// 0, and infinite where only one is infinite, or only the measured value is 0.
func (r *Row) Error() float64 {
	switch d := r.Predicted - r.Measured; {
	case r.Predicted == r.Measured:
		return 0
	case r.Unit == "%":
		return d
	// No error is relative to 0 or to infinity: this is worse than any that has a number.
	case math.IsInf(r.Measured, 0), r.Measured == 0:
		return math.Inf(1)
	default:
		return d / r.Measured
	}
}

// File is the name of the file in a folder of results. It is not among those that
// compare.Set.Write writes: it is added to the folder of a live run afterwards.
const File = "fidelity.csv"

// header is its columns, by which rows are read: a file of another version is refused.
var header = []string{"workload", "policy", "metric", "unit", "level", "runs", "draws", "measured", "predicted", "predicted_low", "predicted_high", "within", "unranked"}

// fields are the values of the columns.
func (r *Row) fields() []string {
	return []string{
		r.Workload, r.Policy, r.Metric, r.Unit, r.Level, strconv.Itoa(r.Runs), strconv.Itoa(r.Draws),
		csvfile.Number(r.Measured), csvfile.Number(r.Predicted), csvfile.Number(r.Low), csvfile.Number(r.High),
		strconv.FormatBool(r.Within), strconv.FormatBool(r.Unranked),
	}
}

// rowOf reads the values of the columns, as fields gives them. A number that cannot be read
// is an error, and what it returns beside one is empty.
func rowOf(f []string) (Row, error) {
	runs, err := strconv.Atoi(f[5])
	draws, err1 := strconv.Atoi(f[6])
	v, err2 := csvfile.Floats(f[7:11]...)
	within, err3 := strconv.ParseBool(f[11])
	unranked, err4 := strconv.ParseBool(f[12])
	if err := errors.Join(err, err1, err2, err3, err4); err != nil {
		return Row{}, err
	}
	return Row{f[0], f[1], f[2], f[3], f[4], runs, draws, v[0], v[1], v[2], v[3], within, unranked}, nil
}

// Write writes the file into a folder of results, in place of one that is there.
func Write(dir string, rows []Row) error {
	return csvfile.Write(filepath.Join(dir, File), header, func(write func(...string) error) error {
		for i := range rows {
			if err := write(rows[i].fields()...); err != nil {
				return err
			}
		}
		return nil
	})
}

// Read reads the file of a folder of results, in its order; nil if there is no file, as
// simulations have none.
func Read(dir string) (out []Row, err error) {
	err = csvfile.Read(filepath.Join(dir, File), header, func(f []string) error {
		r, err := rowOf(f)
		out = append(out, r)
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return out, err
}

// Doc documents the file.
var Doc = results.FileDoc{Name: File, Text: "live runs, and compare --against: each metric as measured live, and as the simulator has it for the same arrivals", Columns: [][2]string{
	{"workload, policy", "which cell of the live experiment"},
	{"metric, unit", "misses and on functions are shares of all arrivals, in percent; p50 and p99 are response times, where what has no answer is infinite; VMs is the mean number that runs"},
	{"level", "L1: endpoints of one machine, which show that the code does alike, not that boots, cold starts and prices are those of AWS; L2: AWS; empty: workers given by address"},
	{"runs, draws", "live runs that the measured value is the mean of, and how often each was simulated, each time with other draws of machines and policies"},
	{"measured, predicted", "values, in the unit; the cost without that of the table of measurements, which only live runs have"},
	{"predicted_low, predicted_high", "95 % of the means of as many runs lie between, by Student's t over the draws"},
	{"within", "whether the measured value lies between, up to what histograms cannot tell and one request more or less"},
	{"unranked", "a live run had to wait for cores of this machine, so that its numbers are no measure of the simulator"},
}}

// String says where the row is from.
func (r *Row) String() string { return fmt.Sprintf("%s of %s on %s", r.Metric, r.Policy, r.Workload) }
