package calibrate

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"cnv/policy"
	"cnv/sim"
	"cnv/workloads"
)

// A Fit is what the observations say of a key.
type Fit struct {
	Table, Key string  // such as cluster.launch and boot
	Value      string  // as TOML; "": the file's own value is kept, as the observations agree with it
	N          int     // observations
	Says       string  // by which estimator, and the interval
	Low, High  float64 // that interval of 95 %, seconds or a number; equal: there is none
}

// Unknown is a key of which the observations say nothing, and why.
type Unknown struct{ Key, Why string }

// Fits are all that the observations say.
type Fits struct {
	Known   []Fit
	Unknown []Unknown
	Samples map[string][]float64 // what is in the files that values name, seconds

	prefix string // of the names of files of samples
	draws  []drawnFit
}

// A drawnFit changes what a fit says to something else that the observations allow.
type drawnFit struct {
	table, key string
	change     func(r *policy.Rand, c *sim.Config)
}

// fewest is how many observations a law of its own takes.
const fewest = 5

// Fit fits all it can. The names of the files of samples begin with the prefix.
func (s *Seen) Fit(prefix string) *Fits {
	f := &Fits{Samples: map[string][]float64{}, prefix: prefix}
	for p := range s.Config.Pools {
		s.fitLaunches(f, policy.PoolID(p))
	}
	if s.serving != nil {
		f.Known, f.Unknown = append(f.Known, s.serving.Known...), append(f.Unknown, s.serving.Unknown...)
	}
	s.fitFunctions(f)
	s.fitReports(f)
	s.fitLimits(f)
	s.fitLosses(f)
	return f
}

// Draw changes the configuration of a run to another world that the observations allow:
// what was fitted is drawn by how sure it is.
func (f *Fits) Draw(r *policy.Rand, c *sim.Config) {
	for _, d := range f.draws {
		d.change(r, c)
	}
}

// Only are the fits of the keys that are wanted, such as cluster.launch and boot.
func (f *Fits) Only(wanted func(table, key string) bool) *Fits {
	out := &Fits{Samples: f.Samples, Unknown: slices.Clone(f.Unknown), prefix: f.prefix}
	for _, x := range f.Known {
		if wanted(x.Table, x.Key) {
			out.Known = append(out.Known, x)
		}
	}
	for _, d := range f.draws {
		if wanted(d.table, d.key) {
			out.draws = append(out.draws, d)
		}
	}
	return out
}

// draw notes how a fit is drawn.
func (f *Fits) draw(table, key string, change func(r *policy.Rand, c *sim.Config)) {
	f.draws = append(f.draws, drawnFit{table, key, change})
}

// knows notes a fit.
func (f *Fits) knows(table, key, value string, n int, says string, args ...any) {
	f.Known = append(f.Known, Fit{Table: table, Key: key, Value: value, N: n, Says: fmt.Sprintf(says, args...)})
}

// between notes the interval of the last fit.
func (f *Fits) between(low, high float64) {
	x := &f.Known[len(f.Known)-1]
	x.Low, x.High = low, high
}

// lacks notes what cannot be told.
func (f *Fits) lacks(key, why string, args ...any) {
	f.Unknown = append(f.Unknown, Unknown{key, fmt.Sprintf(why, args...)})
}

// law is the TOML of the law of some values, in seconds: a file of them.
func (f *Fits) law(file string, values []float64) string {
	file = f.prefix + file
	f.Samples[file] = values
	return fmt.Sprintf("{ dist = \"empirical\", samples = %q, unit = \"s\" }", file)
}

// drawn are as many of the values, each drawn from all.
func drawn(r *policy.Rand, values []float64) []float64 {
	out := make([]float64, len(values))
	for i := range out {
		out[i] = values[int(r.Float64()*float64(len(values)))]
	}
	return out
}

// empirical is the law of some values; none of less than 0.
func empirical(values []float64) workloads.Dist {
	some := make([]float64, len(values))
	for i, v := range values {
		some[i] = max(v, 0)
	}
	return workloads.Dist{Law: workloads.NewSamples("fitted", some)}
}

// seconds writes a duration of so many seconds with three digits.
func seconds(s float64) string {
	if !(s > 0) {
		return "0s"
	}
	unit := time.Duration(math.Pow(10, math.Floor(math.Log10(s))-2+9))
	return time.Duration(s * 1e9).Round(max(unit, 1)).String()
}

// middle says the median of values and an interval that holds it.
func middle(values []float64) string {
	low, high := medianEnds(values)
	return fmt.Sprintf("median %s (%s to %s)", seconds(quantile(values, 0.5)), seconds(low), seconds(high))
}

// fileName makes a name of a file of several parts.
func fileName(parts ...string) string {
	clean := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return '-'
	}, strings.ToLower(strings.Join(parts, "-")))
	return clean + ".csv"
}
