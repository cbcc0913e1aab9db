package compare

import (
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"

	"cnv/results"
	"cnv/results/csvfile"
	"cnv/results/stat"
	"cnv/results/words"
)

// A Saturation is the highest load at which a policy keeps the SLO on a
// workload: of all arrivals of all replications at most the share Limit are avoidable
// misses.
//
// Invariant: Points ascend in Load, and have the same replications.
type Saturation struct {
	Workload, Policy string
	Rate             float64     // arrivals per second at load 1
	Limit            float64     // share of avoidable misses
	Points           []LoadPoint // ascending
	Halves           *Halves     // at the highest load; nil: not known
	stat.Basis
}

// A LoadPoint is what was seen at a load over N replications, which met the same draws at
// every load. Load is relative to the file's, Miss a fraction of all arrivals, P99 in
// seconds. What was read from loads.csv has no missed.
type LoadPoint struct {
	Load, Miss, P99, Cost float64 // cost per 1,000 requests in SLO, US$
	N                     int
	MissLow, MissHigh     float64     // 95 % interval; NaN without one
	missed                stat.Linear // Miss, by replication
	beyond                float64     // over windows: see stat.Basis
}

// saturationHeader is that of saturation.csv: loads are relative to the file's.
var saturationHeader = []string{
	"workload", "policy", "most_miss_avoidable", "n", "over", "load", "load_low", "load_high", "requests_per_s", "against", "ratio", "ratio_low", "ratio_high",
}

// loadsHeader is that of loads.csv.
var loadsHeader = []string{"workload", "policy", "load", "requests_per_s", "n", "miss_avoidable", "miss_low", "miss_high", "response_p99_s", "cost_per_1000_in_slo_usd"}

// A HighestLoad is a row of saturation.csv. Load is relative to the file's load, PerSecond
// the same in requests/s, and Ratio the load relative to that of Against; without an
// interval, or NaN, where it is not known.
type HighestLoad struct {
	Workload, Policy string
	Limit            float64
	N                int
	Over             string
	Load             words.Estimate
	PerSecond        float64
	Against          string // the first policy; "" itself
	Ratio            words.Estimate
}

// highestLoads are the rows of saturation.csv: each policy against the first.
// Ratios are of the first policy of each workload; their intervals hold together over all workloads.
func highestLoads(all []Saturation) []HighestLoad {
	var out []HighestLoad
	var first *Saturation
	// So many intervals of ratios hold together: of all policies but the first of each
	// workload.
	ratios := 0
	for i := range all {
		if i > 0 && all[i].Workload == all[i-1].Workload {
			ratios++
		}
	}
	for i := range all {
		s := &all[i]
		l := s.load()
		row := HighestLoad{s.Workload, s.Policy, s.Limit, s.n(), s.Over, l, l.Mean * s.Rate, "", words.NoEstimate()}
		if first == nil || first.Workload != s.Workload {
			first = s
		} else {
			row.Against, row.Ratio = first.Policy, s.against(first, ratios)
		}
		out = append(out, row)
	}
	return out
}

// writeSaturation writes saturation.csv and loads.csv, if there is something
// to write.
// loads.csv has every load that was tried, so that a crossing can be looked at.
func (s *Set) writeSaturation(dir string) error {
	if s.saturation == nil {
		return nil
	}
	err := csvfile.Write(filepath.Join(dir, "saturation.csv"), saturationHeader, func(write func(...string) error) error {
		for _, r := range s.HighestLoads() {
			err := write(r.Workload, r.Policy, csvfile.Number(r.Limit), strconv.Itoa(r.N), r.Over, csvfile.Number(r.Load.Mean), csvfile.Number(r.Load.Low), csvfile.Number(r.Load.High),
				csvfile.Number(r.PerSecond), r.Against, csvfile.Number(r.Ratio.Mean), csvfile.Number(r.Ratio.Low), csvfile.Number(r.Ratio.High))
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return csvfile.Write(filepath.Join(dir, "loads.csv"), loadsHeader, func(write func(...string) error) error {
		for i := range s.saturation {
			r := &s.saturation[i]
			for _, p := range r.Points {
				err := write(r.Workload, r.Policy, csvfile.Number(p.Load), csvfile.Number(p.Load*r.Rate), strconv.Itoa(p.N), csvfile.Number(p.Miss), csvfile.Number(p.MissLow), csvfile.Number(p.MissHigh), csvfile.Number(p.P99), csvfile.Number(p.Cost))
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// saturationDoc and loadsDoc explain both files in columns.md.
var saturationDoc = results.FileDoc{Name: "saturation.csv", Text: "the highest load within the SLO, after --saturate: one row per workload and policy", Columns: [][2]string{
	{"most_miss_avoidable", "the share of avoidable misses that is within the SLO"},
	{"n, over", "replications, which meet the same draws at every load, and what they differ in, as in comparison.csv"},
	{"load, load_low, load_high", "arrivals for each one of the file: where the share of misses of all replications together crosses the limit (bisection to 1.1 %, then interpolated), and between which loads the limit is in its 95 % interval; 0 or inf where it is at no load that was tried, or at all"},
	{"requests_per_s", "the same as a mean rate of arrivals"},
	{"against, ratio, ratio_low, ratio_high", "the first policy of the file, and how many times its load this one is, and its 95 % interval, paired by replication, which holds together with those of all ratios of this file (Bonferroni); none where either load has no two ends"},
}}

var loadsDoc = results.FileDoc{Name: "loads.csv", Text: "what the search for saturation.csv saw: one row per workload, policy and load", Columns: [][2]string{
	{"load, requests_per_s", "arrivals for each one of the file, and their mean rate"},
	{"n", "replications"},
	{"miss_avoidable, miss_low, miss_high", "avoidable misses of all replications together, and their 95 % interval, as in comparison.csv; after the warm-up where the file has steady = true"},
	{"response_p99_s", "mean of the replications' own, not as in comparison.csv"},
	{"cost_per_1000_in_slo_usd", "of all replications together, as in comparison.csv"},
}}

// Saturate keeps what a search for the highest loads has found, to be written with the
// rest: workload-major, then policy. Its doubts become warnings of the set.
func (s *Set) Saturate(all []Saturation) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.saturation = all
	s.plan.Warnings = append(slices.Clip(s.plan.Warnings), saturationWarnings(all)...)
}

// HighestLoads are the rows of saturation.csv; none if nobody has searched.
func (s *Set) HighestLoads() []HighestLoad { return highestLoads(s.saturation) }

// A LoadCurve is what loads.csv has of a policy on a workload. PerSecond is by point.
type LoadCurve struct {
	Workload, Policy string
	PerSecond        []float64
	Points           []LoadPoint
}

// ReadSaturation reads both files, in their order; nil if there is no saturation.csv, as
// nobody has searched. Then loads.csv must be there.
func ReadSaturation(dir string) (loads []HighestLoad, curves []LoadCurve, err error) {
	err = csvfile.Read(filepath.Join(dir, "saturation.csv"), saturationHeader, func(f []string) error {
		v, err := csvfile.Floats(f[2], f[3], f[5], f[6], f[7], f[8], f[10], f[11], f[12])
		if err != nil {
			return err
		}
		loads = append(loads, HighestLoad{f[0], f[1], v[0], int(v[1]), f[4], words.Estimate{Mean: v[2], Low: v[3], High: v[4]}, v[5], f[9], words.Estimate{Mean: v[6], Low: v[7], High: v[8]}})
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	err = csvfile.Read(filepath.Join(dir, "loads.csv"), loadsHeader, func(f []string) error {
		v, err := csvfile.Floats(f[2:]...)
		if err != nil {
			return err
		}
		if n := len(curves); n == 0 || curves[n-1].Workload != f[0] || curves[n-1].Policy != f[1] {
			curves = append(curves, LoadCurve{Workload: f[0], Policy: f[1]})
		}
		c := &curves[len(curves)-1]
		c.PerSecond = append(c.PerSecond, v[1])
		c.Points = append(c.Points, LoadPoint{Load: v[0], N: int(v[2]), Miss: v[3], MissLow: v[4], MissHigh: v[5], P99: v[6], Cost: v[7]})
		return nil
	})
	return loads, curves, err
}
