package results

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path/filepath"
	"slices"
	"strconv"
)

// A Saturation is the highest load at which a policy keeps the SLO on a
// workload: at most the share Limit of all arrivals are avoidable misses.
type Saturation struct {
	Workload, Policy string
	Rate             float64   // arrivals per second at load 1
	Limit            float64   // share of avoidable misses
	Loads            []float64 // by replication; 0 at none that was tried, +Inf at all
	Resolution       float64   // of each: a load is known to a factor of exp(±Resolution)
	Points           []LoadPoint
	basis
}

// A LoadPoint is what was seen at a load, the mean over N replications.
type LoadPoint struct {
	Load, Miss, P99, Cost float64 // cost per 1,000 requests in SLO, US$
	N                     int
}

// load is the highest load and its 95 % interval: the geometric mean over
// replications, as what matters of loads is their ratio. Where some replication
// has no end it has none either.
func (s *Saturation) load() estimate { return geometric(s.Loads, s.basis, s.Resolution) }

// against is the ratio to another policy's, pair by pair of replications.
func (s *Saturation) against(other *Saturation) estimate {
	ratios := make([]float64, min(len(s.Loads), len(other.Loads)))
	for i := range ratios {
		ratios[i] = s.Loads[i] / other.Loads[i]
	}
	return geometric(ratios, s.basis, s.Resolution+other.Resolution)
}

// geometric is the geometric mean of xs and its interval, which is never narrower
// than what a search tells apart. One that is 0 or infinite makes it so.
func geometric(xs []float64, about basis, resolution float64) estimate {
	logs := make([]float64, len(xs))
	for i, x := range xs {
		logs[i] = math.Log(x)
	}
	mean, low, high := intervalOf(logs, about)
	return estimate{math.Exp(mean), math.Exp(low - resolution), math.Exp(high + resolution)}
}

// saturationHeader is that of saturation.csv: loads are relative to the file's.
var saturationHeader = []string{
	"workload", "policy", "most_miss_avoidable", "n", "over", "load", "load_low", "load_high", "requests_per_s", "against", "ratio", "ratio_low", "ratio_high",
}

// loadsHeader is that of loads.csv.
var loadsHeader = []string{"workload", "policy", "load", "requests_per_s", "n", "miss_avoidable", "response_p99_s", "cost_per_1000_in_slo_usd"}

// A highestLoad is a row of saturation.csv.
type highestLoad struct {
	workload, policy string
	limit            float64
	n                int
	over             string
	load             estimate
	perSecond        float64
	against          string // the first policy; "" itself
	ratio            estimate
}

// highestLoads are the rows of saturation.csv: each policy against the first.
func highestLoads(all []Saturation) []highestLoad {
	var out []highestLoad
	var first *Saturation
	for i := range all {
		s := &all[i]
		l := s.load()
		row := highestLoad{s.Workload, s.Policy, s.Limit, len(s.Loads), s.over, l, l.mean * s.Rate, "", noEstimate()}
		if first == nil || first.Workload != s.Workload {
			first = s
		} else {
			row.against, row.ratio = first.Policy, s.against(first)
		}
		out = append(out, row)
	}
	return out
}

// writeSaturation writes saturation.csv and loads.csv, if there is something
// to write.
func (s *Set) writeSaturation(dir string) error {
	if s.saturation == nil {
		return nil
	}
	err := writeCSV(filepath.Join(dir, "saturation.csv"), saturationHeader, func(write func(...string) error) error {
		for _, r := range highestLoads(s.saturation) {
			err := write(r.workload, r.policy, number(r.limit), strconv.Itoa(r.n), r.over, number(r.load.mean), number(r.load.low), number(r.load.high),
				number(r.perSecond), r.against, number(r.ratio.mean), number(r.ratio.low), number(r.ratio.high))
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return writeCSV(filepath.Join(dir, "loads.csv"), loadsHeader, func(write func(...string) error) error {
		for i := range s.saturation {
			r := &s.saturation[i]
			for _, p := range r.Points {
				err := write(r.Workload, r.Policy, number(p.Load), number(p.Load*r.Rate), strconv.Itoa(p.N), number(p.Miss), number(p.P99), number(p.Cost))
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
}

var saturationDoc = fileDoc{"saturation.csv", "the highest load within the SLO, after --saturate: one row per workload and policy", [][2]string{
	{"most_miss_avoidable", "the share of avoidable misses that is within the SLO"},
	{"n, over", "replications, each searched by bisection to 1.1 %, and what they differ in, as in comparison.csv"},
	{"load, load_low, load_high", "arrivals for each one of the file: geometric mean over replications and its 95 % interval, with what bisection leaves open; 0 or inf where some replication is not within at any load, or at all"},
	{"requests_per_s", "the same as a mean rate of arrivals"},
	{"against, ratio, ratio_low, ratio_high", "the first policy of the file, and how many times its load this one is: geometric mean over pairs of replications and its 95 % interval, likewise"},
}}

var loadsDoc = fileDoc{"loads.csv", "what the search for saturation.csv saw: one row per workload, policy and load", [][2]string{
	{"load, requests_per_s", "arrivals for each one of the file, and their mean rate"},
	{"n", "replications"},
	{"miss_avoidable, response_p99_s, cost_per_1000_in_slo_usd", "means over them, as in comparison.csv"},
}}

// Saturate keeps what a search for the highest loads has found, to be written
// with the rest: workload-major, then policy.
func (s *Set) Saturate(all []Saturation) {
	s.saturation = all
	for i := range all {
		if w := slices.Index(s.plan.Workloads, all[i].Workload); w >= 0 {
			all[i].basis = s.plan.basis(w)
		}
	}
}

// A loadCurve is what loads.csv has of a policy on a workload.
type loadCurve struct {
	workload, policy string
	perSecond        []float64
	points           []LoadPoint
}

// readSaturation reads both files; nothing if there are none.
func readSaturation(dir string) (loads []highestLoad, curves []loadCurve, err error) {
	err = readCSV(filepath.Join(dir, "saturation.csv"), saturationHeader, func(f []string) error {
		v, err := parseNumbers(f[2], f[3], f[5], f[6], f[7], f[8], f[10], f[11], f[12])
		if err != nil {
			return err
		}
		loads = append(loads, highestLoad{f[0], f[1], v[0], int(v[1]), f[4], estimate{v[2], v[3], v[4]}, v[5], f[9], estimate{v[6], v[7], v[8]}})
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	err = readCSV(filepath.Join(dir, "loads.csv"), loadsHeader, func(f []string) error {
		v, err := parseNumbers(f[2:]...)
		if err != nil {
			return err
		}
		if n := len(curves); n == 0 || curves[n-1].workload != f[0] || curves[n-1].policy != f[1] {
			curves = append(curves, loadCurve{workload: f[0], policy: f[1]})
		}
		c := &curves[len(curves)-1]
		c.perSecond = append(c.perSecond, v[1])
		c.points = append(c.points, LoadPoint{Load: v[0], N: int(v[2]), Miss: v[3], P99: v[4], Cost: v[5]})
		return nil
	})
	return loads, curves, err
}

// parseNumbers reads several values.
func parseNumbers(fields ...string) ([]float64, error) {
	out := make([]float64, len(fields))
	for i, f := range fields {
		v, err := parseNumber(f)
		if err != nil {
			return nil, fmt.Errorf("%q is no number", f)
		}
		out[i] = v
	}
	return out, nil
}
