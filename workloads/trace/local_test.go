package trace

import (
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// poissonCount draws a Poisson number by counting exponential gaps.
func poissonCount(rng *rand.Rand, mean float64) (n int32) {
	for t := rng.ExpFloat64(); t < mean; t += rng.ExpFloat64() {
		n++
	}
	return n
}

// drawn are counts per second of Poisson arrivals with a rate.
func drawn(seed uint64, span int, rate func(t float64) float64) []int32 {
	rng := rand.New(rand.NewPCG(seed, 1))
	out := make([]int32, span)
	for i := range out {
		out[i] = poissonCount(rng, rate(float64(i)+0.5))
	}
	return out
}

// telegraph is a rate that is high or low for exponential times of a mean, as that
// of an MMPP.
func telegraph(seed uint64, high, low, mean float64) func(t float64) float64 {
	rng := rand.New(rand.NewPCG(seed, 2))
	on, until := false, 0.0
	return func(t float64) float64 {
		for until <= t {
			on, until = !on, until+mean*rng.ExpFloat64()
		}
		if on {
			return high
		}
		return low
	}
}

// resampledCounts are counts per second of a resample.
func resampledCounts(c []int32, l *local, seed uint64) []int32 {
	d, per := l.draw(seed, 0), int(l.width/1e6)
	var out []int32
	for k := range l.donors {
		w := d.donor(k)
		out = append(out, c[w*per:min((w+1)*per, len(c))]...)
	}
	return out[:min(len(out), len(c))]
}

// dispersionOf is variance over mean of counts in windows of so many seconds.
func dispersionOf(c []int32, s int) float64 {
	p := prefixOf(c)
	n, sum, square := p.cells()/s, 0.0, 0.0
	for i := range n {
		v := p.count(i, s)
		sum += v
		square += v * v
	}
	mean := sum / float64(n)
	return (square/float64(n) - mean*mean) / mean
}

// TestLocalIsLikeTheProcess: of processes whose truth is known, resamples have
// the dispersion of fresh draws at 1, 10 and 60 s, and their totals vary as much.
func TestLocalIsLikeTheProcess(t *testing.T) {
	const span, draws, recordings, resamples = 7200, 60, 6, 40
	sine := func(t float64) float64 { return 10 * (1 + 0.8*math.Sin(2*math.Pi*t/3600)) }
	for name, process := range map[string]func(seed uint64) []int32{
		"Poisson": func(seed uint64) []int32 { return drawn(seed, span, func(float64) float64 { return 10 }) },
		"sine":    func(seed uint64) []int32 { return drawn(seed, span, sine) },
		"MMPP":    func(seed uint64) []int32 { return drawn(seed, span, telegraph(seed, 20, 4, 5)) },
	} {
		var fresh, local [4]float64 // three dispersions, and the variance of totals
		summary := func(to *[4]float64, all [][]int32, weight float64) {
			sum, square := 0.0, 0.0
			for _, c := range all {
				for i, s := range []int{1, 10, 60} {
					to[i] += weight * dispersionOf(c, s) / float64(len(all))
				}
				total := prefixOf(c)[len(c)]
				sum += total
				square += total * total
			}
			n := float64(len(all))
			to[3] += weight * (square - sum*sum/n) / (n - 1)
		}
		var all [][]int32
		for e := range uint64(draws) {
			all = append(all, process(1000+e))
		}
		summary(&fresh, all, 1)
		for e := range uint64(recordings) {
			c := process(e)
			l := newLocal(c, 1e6, span*1e6, 0)
			all = all[:0]
			for k := range uint64(resamples) {
				all = append(all, resampledCounts(c, l, k))
			}
			summary(&local, all, 1./recordings)
		}
		// A variance of 60 totals is known to within 18 %, that of 6 recordings to less.
		for i, within := range [4]float64{0.1, 0.1, 0.15, 0.5} {
			if r := local[i] / fresh[i]; math.Abs(r-1) > within {
				t.Errorf("%s: dispersion at 1, 10, 60 s and variance of totals: %.4g of resamples, %.4g of fresh draws", name, local, fresh)
				break
			}
		}
	}
}

// TestLocalKeepsAFlashCrowd: a rise from 6 to 40/s within 30 s is one in every
// resample, at the same time and as steep, and nothing like it is elsewhere.
func TestLocalKeepsAFlashCrowd(t *testing.T) {
	const span = 3600
	c := drawn(3, span, func(t float64) float64 {
		switch {
		case t < 1200 || t > 1600:
			return 6
		case t < 1230:
			return 6 + 34*(t-1200)/30
		case t > 1500:
			return 40 - 34*(t-1500)/100
		}
		return 40
	})
	l := newLocal(c, 1e6, span*1e6, 0)
	for seed := range uint64(50) {
		p := prefixOf(resampledCounts(c, l, seed))
		mean := func(from, to int) float64 { return p.sum(from, to) / float64(to-from) }
		for _, w := range []struct {
			from, to  int
			low, high float64
		}{{0, 1190, 5, 7}, {1140, 1195, 4, 9}, {1210, 1220, 14, 32}, {1235, 1500, 37, 43}, {1620, 3600, 5, 7}} {
			if m := mean(w.from, w.to); m < w.low || m > w.high {
				t.Errorf("seed %d: %.3g/s from %d to %d s, want %v to %v", seed, m, w.from, w.to, w.low, w.high)
			}
		}
		for i := 0; i+30 < 1180; i += 30 {
			if m := mean(i, i+30); m > 12 {
				t.Errorf("seed %d: a crowd of %.3g/s at %d s", seed, m, i)
			}
		}
	}
}

// TestFewBlocks: what is short, empty or uneven is resampled from itself.
func TestFewBlocks(t *testing.T) {
	for _, n := range []int{1, 2, 9, 10, 11, 199} {
		c := make([]int32, n)
		c[n-1] = 1000
		l := newLocal(c, 1e6, int64(n)*1e6-1, 0)
		d := l.draw(1, 0)
		for k := range l.donors {
			if w := d.donor(k); w < 0 || w >= n || l.donors[k].len() < 1 {
				t.Errorf("%d cells: block %d from %d", n, k, w)
			}
		}
	}
}

// TestLocalKeepsTheTotal: at the ends of a trace whose rate rises, blocks are not
// drawn from later ones alone, which have more arrivals.
func TestLocalKeepsTheTotal(t *testing.T) {
	const span, recordings = 2400, 40
	recorded, expected := 0.0, 0.0
	for e := range uint64(recordings) {
		c := drawn(e, span, func(t float64) float64 { return 4 * (1 + 0.667*math.Sin(2*math.Pi*t/span)) })
		l, p := newLocal(c, 1e6, span*1e6, 0), prefixOf(c)
		recorded += p[span]
		per := int(l.width / 1e6)
		for i := range l.donors {
			for k := range l.donors[i].len() {
				expected += p.count(l.donors[i].at(k), per) / float64(l.donors[i].len())
			}
		}
	}
	if r := expected / recorded; math.Abs(r-1) > 0.002 { // a standard deviation of one recording is 0.01
		t.Errorf("resamples have %.4f times the arrivals of the recordings", r)
	}
}

// TestBurstsGoOnAtJoints: of an MMPP, the seconds before and after a joint of two
// blocks have to do with each other, if less than two seconds of a block.
func TestBurstsGoOnAtJoints(t *testing.T) {
	const span = 7200
	inside, joints := pairs{}, pairs{}
	for e := range uint64(4) {
		c := drawn(e, span, telegraph(e, 20, 4, 5))
		l := newLocal(c, 1e6, span*1e6, 0)
		per := int(l.width / 1e6)
		for seed := range uint64(20) {
			out := resampledCounts(c, l, seed)
			for i := per; i < len(out); i++ {
				if i%per == 0 {
					joints.add(out[i-1], out[i])
				} else {
					inside.add(out[i-1], out[i])
				}
			}
		}
	}
	if in, at := inside.correlation(), joints.correlation(); at < in/2 {
		t.Errorf("correlation of successive seconds is %.2g within blocks and %.2g at joints", in, at)
	}
}

// TestShortRecordingIsTold: the note names how long what is correlated lasts, and how many
// times as long the recording is; of a longer one it says nothing.
func TestShortRecordingIsTold(t *testing.T) {
	for span, short := range map[int]bool{2400: true, 40_000: false} {
		c := drawn(1, span, telegraph(1, 20, 4, 20))
		note := newLocal(c, 1e6, int64(span)*1e6, 0).note()
		if told := strings.Contains(note, "times as long"); told != short {
			t.Errorf("%d s: %s", span, note)
		}
	}
}

// pairs are pairs of counts.
type pairs [6]float64

func (p *pairs) add(x, y int32) {
	a, b := float64(x), float64(y)
	for i, v := range [6]float64{1, a, b, a * a, b * b, a * b} {
		p[i] += v
	}
}

func (p *pairs) correlation() float64 {
	n := p[0]
	return (p[5]/n - p[1]/n*p[2]/n) / math.Sqrt((p[3]/n-p[1]/n*p[1]/n)*(p[4]/n-p[2]/n*p[2]/n))
}

// TestBlocksWithoutDonorsAreTold: blocks that are the same in every resample, as a peak that
// is like nothing near it, are counted in the note; of a rate that stays there are none.
func TestBlocksWithoutDonorsAreTold(t *testing.T) {
	for donors, want := range map[int]string{1: "; 2 of 40 blocks have no other near them", 8: ""} {
		l := &local{width: 1e6, span: 40e6}
		for i := range 40 {
			few := pool{from: 0, to: 8}
			if i < 2 {
				few.to = int32(donors)
			}
			l.donors = append(l.donors, few)
		}
		if note := l.note(); strings.Contains(note, "no other near them") != (want != "") || !strings.Contains(note, want) {
			t.Errorf("%d donors: %s; want %q", donors, note, want)
		}
	}
}

// TestOneArrivalHasNoResamples: nothing can be drawn in its place, which is said, and every
// replication has it.
func TestOneArrivalHasNoResamples(t *testing.T) {
	path := filepath.Join(t.TempDir(), "one.csv")
	if err := os.WriteFile(path, []byte("arrival_us,class,work_us\n5000000,a,1000\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for how, what := range map[string]string{Local: None, Thin: Thin} {
		w, err := Open(path, Options{Replicate: how, Thin: 1})
		if err != nil {
			t.Fatal(err)
		}
		said := strings.Join(append(w.Notes, w.Assumed...), "\n")
		if w.Replicates != what || !strings.Contains(said, "there are no resamples: the recording has fewer than two arrivals") || strings.Contains(said, "near it") {
			t.Errorf("%s: replications differ in %s: %s", how, w.Replicates, said)
		}
		for seed := range uint64(20) {
			if n := len(all(t, w, seed)); n != 1 {
				t.Errorf("%s: %d arrivals under seed %d", how, n, seed)
			}
		}
	}
}
