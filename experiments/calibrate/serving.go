package calibrate

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"cnv/policy"
)

// A serving is a way in which workers of a pool may serve: evenly shared cores, or one
// request per core and the rest in line.
type serving struct {
	shared bool
	cores  int
}

// String says it.
func (h serving) String() string {
	return h.discipline() + " with " + policy.Count(h.cores, "core")
}

// discipline is its name in an experiment file.
func (h serving) discipline() string {
	if h.shared {
		return "ps"
	}
	return "fcfs"
}

const (
	// fewestTelling is how many requests must take another time under two ways of serving
	// so that their times tell which it was.
	fewestTelling = 20
	// differs is from which ratio on two times are told apart.
	differs = 1.1
	// nearer is how many times nearer another way must come than that of the file.
	nearer = 1.5
	// mostReplayed is how many attempts of a pool are served again.
	mostReplayed = 20_000
)

// shifts are the workers of a pool, up to so many attempts as are served again.
func (s *Seen) shifts(p policy.PoolID) []shift {
	by := map[policy.WorkerID]int{}
	var out []shift
	for _, a := range s.Attempts {
		if a.Worker == policy.NoWorker || a.Pool != p {
			continue
		}
		i, ok := by[a.Worker]
		if !ok {
			i = len(out)
			by[a.Worker] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], a)
	}
	n := 0
	for i := range out {
		slices.SortFunc(out[i], func(a, b *Attempt) int { return cmp.Compare(a.order, b.order) })
		if n += len(out[i]); n > mostReplayed {
			out[i] = out[i][:len(out[i])-min(n-mostReplayed, len(out[i]))]
			return out[:i+1]
		}
	}
	return out
}

// A served is an attempt whose work and duration are known, and what it would have taken.
type served struct {
	took  float64   // measured, seconds
	under []float64 // by way of serving
}

// replay serves the attempts of a pool again in each way. Its speed, and what is not
// service, are those of attempts that were alone on their worker; told is false where these
// are too few.
func (s *Seen) replay(p policy.PoolID, ways []serving) (out []served, told bool) {
	shifts := s.shifts(p)
	var works, tooks []float64
	for _, all := range shifts {
		until := time.Duration(0)
		for i, a := range all {
			alone := a.Begin >= until && (i+1 == len(all) || all[i+1].Begin >= a.End)
			if until = max(until, a.End); alone && a.Status == policy.OK && a.Work > 0 {
				works, tooks = append(works, a.Work), append(tooks, a.took())
			}
		}
	}
	l, _, _, ok := fitLine(works, tooks)
	if !ok || !(l.slope > 0) {
		return nil, false
	}
	for _, all := range shifts {
		under := make([][]float64, len(ways))
		for k, h := range ways {
			if h.shared {
				under[k] = all.shared(h.cores, l.slope)
			} else {
				under[k] = all.inLine(h.cores, l.slope)
			}
		}
		for i, a := range all {
			if a.Status != policy.OK || a.Work <= 0 || a.took() <= 0 {
				continue
			}
			x := served{took: a.took()}
			for k := range ways {
				x.under = append(x.under, under[k][i]+max(l.at, 0))
			}
			out = append(out, x)
		}
	}
	return out, true
}

// against holds two ways of serving against each other: how many of the attempts tell them
// apart, and how many times nearer the second one comes to what was measured of those.
func against(all []served, a, b int) (n int, times float64) {
	var offA, offB float64
	for _, x := range all {
		if r := x.under[a] / x.under[b]; r > 1/differs && r < differs {
			continue
		}
		n++
		offA += math.Abs(math.Log(x.under[a] / x.took))
		offB += math.Abs(math.Log(x.under[b] / x.took))
	}
	return n, (offA + 1e-3*float64(n)) / (offB + 1e-3*float64(n))
}

// choose is the way of serving, of some of which the first is that of the file, that comes
// nearest to what was measured of a pool, and what is said of it; n is 0 where the
// attempts do not tell.
func choose(all []served, ways []serving) (best, n int, says string) {
	rival, times := 0, math.Inf(1)
	for k := 1; k < len(ways); k++ {
		m, x := against(all, best, k)
		switch {
		case m < fewestTelling:
		case x > nearer: // the next are held against this one
			rival, n, times, best = best, m, x, k
		case best == 0 && 1/x < times:
			rival, n, times = k, m, 1/x
		}
	}
	if n == 0 {
		return 0, 0, ""
	}
	return best, n, fmt.Sprintf("%v gives the durations of requests that were not alone %.3g times nearer than %v, served again by their measured work", ways[best], times, ways[rival])
}

// ways are those in which workers with so many cores by the file may serve.
func (s *Seen) ways(cores int) []serving {
	out := []serving{{s.Config.PS, cores}, {!s.Config.PS, cores}}
	for _, c := range []int{1, cores / 2, cores * 2} {
		for _, shared := range []bool{s.Config.PS, !s.Config.PS} {
			if h := (serving{shared, c}); c > 0 && !slices.Contains(out, h) {
				out = append(out, h)
			}
		}
	}
	return out
}

// Serve finds how workers have served. Where it was not as the file says, the configuration
// that it returns says so, and what was seen is to be followed again under it.
func (s *Seen) Serve() (cfg policy.Config, changed bool) {
	cfg = s.Config
	cfg.Pools = slices.Clone(cfg.Pools)
	s.serving = &Fits{}
	for p := range cfg.Pools {
		pool := &cfg.Pools[p]
		key := s.poolTable(policy.PoolID(p)) + ".discipline"
		if s.File.hasSlots() || s.File.runsOn() {
			s.serving.lacks(key, "workers have slots, or go on with what nobody waits for, so that durations do not tell it")
			continue
		}
		ways := s.ways(pool.Cores)
		all, ok := s.replay(policy.PoolID(p), ways)
		best, n, says := choose(all, ways)
		switch h := ways[best]; {
		case !ok:
			s.serving.lacks(key, "too few requests were alone on a worker of pool %s, so its speed is not known apart from how it serves", pool.Name)
		case n == 0:
			s.serving.lacks(key, "not identifiable: fewer than %d requests on workers of pool %s would have taken another time under another discipline or with other cores", fewestTelling, pool.Name)
		case best == 0:
			if len(s.serving.Known) == 0 { // one line holds for all pools
				s.serving.knows("cluster", "discipline", "", n, "%s", says)
			}
		case len(cfg.Pools) > 1 && h.shared != s.Config.PS:
			s.serving.lacks(key, "%s; but one discipline holds for all pools", says)
		default:
			changed = true
			pool.Cores, cfg.PS = h.cores, h.shared
			s.serving.knows("cluster", "discipline", fmt.Sprintf("%q", h.discipline()), n, "%s", says)
		}
	}
	return cfg, changed
}
