package results

import (
	"math"
	"math/rand/v2"
)

// fakePolicies and fakeWorkloads stand for an experiment in the tests of
// figures and report.
var (
	fakePolicies  = []string{"seed", "seed-jsq", "seed-nospill", "jsq-nospill", "jsq-fixed", "leastwork-exact", "demand", "lambda-only"}
	fakeWorkloads = []string{"steady", "diurnal", "flash crowd", "heavy tail"}
)

// fakeTail is a lognormal distribution of which a fraction is never answered.
func fakeTail(median, sigma, unanswered float64) tail {
	t := tail{unanswered: unanswered}
	for k := 0; k <= 200; k++ {
		p := 1 - math.Pow(10, -float64(k)/40)
		v := math.Inf(1)
		if q := p / (1 - unanswered); q < 1 {
			v = median * math.Exp(sigma*math.Sqrt2*math.Erfinv(2*q-1))
		}
		t.quantiles = append(t.quantiles, quantile{p, v})
	}
	return t
}

func fakeResponse() []responsePanel {
	var panels []responsePanel
	for w, name := range fakeWorkloads {
		p := responsePanel{workload: name}
		for i := range fakePolicies {
			lost := 0.0
			if i < 2 {
				lost = 0.02 / float64(1+i*3+w)
			}
			p.tails = append(p.tails, fakeTail(0.2+0.1*float64(i), 0.5+0.1*float64(w)+0.03*float64(i), lost))
		}
		panels = append(panels, p)
	}
	panels[0].bound = 2
	return panels
}

func fakeCost() []costPanel {
	rng := rand.New(rand.NewPCG(1, 2))
	var panels []costPanel
	for w, name := range fakeWorkloads {
		p := costPanel{workload: name}
		for i := range fakePolicies {
			cost, miss := 0.01+0.01*rng.Float64(), 0.2*rng.Float64()*rng.Float64()
			if w%2 == 1 {
				cost *= math.Pow(10, rng.Float64())
				miss = math.Pow(10, -1-4*rng.Float64())
			}
			if i == 7 {
				miss, cost = 0, cost*2
			}
			pt := costPoint{estimate{cost, cost * 0.95, cost * 1.05}, estimate{miss, miss * 0.7, miss * 1.3}}
			if w == 2 {
				pt.cost.low, pt.cost.high = math.NaN(), math.NaN()
			}
			if i == 6 && w == 0 {
				pt.cost.mean = math.Inf(1)
			}
			p.points = append(p.points, pt)
		}
		panels = append(panels, p)
	}
	return panels
}

func fakeCapacity() []capacityPanel {
	rng := rand.New(rand.NewPCG(3, 4))
	var panels []capacityPanel
	for w, name := range fakeWorkloads {
		p := capacityPanel{workload: name}
		for i := range fakePolicies {
			var t track
			for k := range 720 {
				at := float64(k) * 10
				load := 8.0
				switch w {
				case 1:
					load = 5 - 4*math.Cos(2*math.Pi*at/7200)
				case 2:
					if at > 3000 && at < 3600 {
						load = 40
					}
				}
				t.at = append(t.at, at)
				t.load = append(t.load, load*(1+0.15*rng.NormFloat64()))
				cap := math.Ceil(load*(1+0.1*float64(i)-0.2) + 1)
				fn := 0.0
				if i == 4 || i == 5 {
					cap = 12
				}
				if i == 7 {
					cap, fn = 0, math.Round(load*1.3)
				}
				if i < 2 {
					fn = math.Max(0, math.Round(load-float64(cap)/2-2+rng.NormFloat64()))
				}
				t.capacity, t.functions = append(t.capacity, cap), append(t.functions, fn)
			}
			p.tracks = append(p.tracks, t)
		}
		panels = append(panels, p)
	}
	return panels
}
