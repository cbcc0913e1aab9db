package workloads

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"cnv/policy"
	"cnv/workloads/features"
)

// ownFigures are the figures in the documentation of Own.
var ownFigures = []struct {
	class            string
	share, mean, cv2 float64
	items            int
}{
	{"raytracer", 0.40, 0.628, 4.15, 294},
	{"blurimage", 0.35, 0.471, 0.89, 252},
	{"enhanceimage", 0.25, 0.047, 0.89, 252},
}

// TestOwnIsAsDocumented checks the exact moments, and 100,000 draws against
// them within 5 standard errors.
func TestOwnIsAsDocumented(t *testing.T) {
	const n = 100_000
	own := Own()
	works := make([][]float64, len(ownFigures))
	f := own.Open(1)
	var a Arrival
	for id := range policy.RequestID(n) {
		f.Fill(id, &a)
		works[a.Class] = append(works[a.Class], a.Work.Seconds())
	}
	for i, want := range ownFigures {
		mean, cv2 := own.moments(policy.ClassID(i))
		items := 0
		for _, it := range own.items {
			if int(it.class) == i {
				items++
			}
		}
		c := own.Classes()[i]
		if c.Name != want.class || math.Abs(mean-want.mean) > 5e-4 || math.Abs(cv2-want.cv2) > 5e-3 || items != want.items {
			t.Errorf("%s: mean %.4f s, cv2 %.3f, %d items; documented %+v", c.Name, mean, cv2, items, want)
		}
		got := float64(len(works[i])) / n
		if off := 5 * math.Sqrt(want.share*(1-want.share)/n); math.Abs(got-want.share) > off {
			t.Errorf("%s: share %v, want %v within %v", c.Name, got, want.share, off)
		}
		sample, se := meanAndError(works[i])
		if math.Abs(sample-mean) > 5*se {
			t.Errorf("%s: mean of draws %v, want %v within %v", c.Name, sample, mean, 5*se)
		}
		if v := secondMoment(works[i], mean) / (mean * mean); math.Abs(v/cv2-1) > 0.1 {
			t.Errorf("%s: cv2 of draws %v, want %v within 10 %%", c.Name, v, cv2)
		}
		if d := c.MeanWork - seconds(mean); d != 0 {
			t.Errorf("%s: MeanWork is off by %v", c.Name, d)
		}
	}
	if m := own.MeanWork(); math.Abs(m-0.428) > 5e-4 {
		t.Errorf("mean work %v s, documented 0.428 s", m)
	}
}

// TestOwnRepeats: about 680 of the first 1,000 requests repeat earlier ones.
func TestOwnRepeats(t *testing.T) {
	repeats := 0
	for seed := range uint64(20) {
		f, seen := Own().Open(seed), map[policy.Key]bool{}
		var a Arrival
		for id := range policy.RequestID(1000) {
			f.Fill(id, &a)
			if seen[a.Key] {
				repeats++
			}
			seen[a.Key] = true
		}
	}
	if got := repeats / 20; got < 660 || got > 700 {
		t.Errorf("%d repeats in 1,000 requests, documented about 680", got)
	}
}

// TestWorkIsNoFunctionOfFeatures: among requests with equal features work
// differs by far more than the noise between repeats of one item.
func TestWorkIsNoFunctionOfFeatures(t *testing.T) {
	type sum struct{ n, first, second float64 }
	add := func(m map[any]sum, k any, x float64) {
		s := m[k]
		m[k] = sum{s.n + 1, s.first + x, s.second + x*x}
	}
	spread := func(m map[any]sum) float64 {
		var n, v float64
		for _, s := range m {
			if s.n > 1 {
				n += s.n - 1
				v += s.second - s.first*s.first/s.n
			}
		}
		return math.Sqrt(v / n)
	}
	byFeatures, byKey := map[any]sum{}, map[any]sum{}
	f := Own().Open(1)
	var a Arrival
	for id := range policy.RequestID(20_000) {
		f.Fill(id, &a)
		if a.Class != 0 {
			continue
		}
		add(byFeatures, a.Features, math.Log(a.Work.Seconds()))
		add(byKey, a.Key, math.Log(a.Work.Seconds()))
	}
	if got := spread(byKey); math.Abs(got-ownNoise) > 0.1*ownNoise {
		t.Errorf("spread among repeats = %v, want %v within 10 %%", got, ownNoise)
	}
	if got := spread(byFeatures); got < 5*ownNoise || got > 0.4 {
		t.Errorf("spread among equal features = %v, want well above the noise of %v, at most 0.4", got, ownNoise)
	}
}

// TestOwnItemsAreDistinctAndPlausible: keys tell items apart, features agree
// with the kernel's definition, bodies can be held by a gateway.
func TestOwnItemsAreDistinctAndPlausible(t *testing.T) {
	own := Own()
	keys, total := map[policy.Key]string{}, 0.0
	for i := range own.items {
		it := &own.items[i]
		name := own.classes[it.class].Name + " " + it.attr(own.classes[it.class].Features)
		if keys[it.key] != "" {
			t.Errorf("%s and %s have the same key", name, keys[it.key])
		}
		keys[it.key] = name
		total += it.weight
		if it.work < 0.0004 || it.work > 60 || it.body <= 0 || it.body > 6<<20 || it.out <= 0 || it.weight <= 0 {
			t.Errorf("%s: work %v s, body %d, answer %d, weight %v", name, it.work, it.body, it.out, it.weight)
		}
		var back features.Vector
		if err := features.Parse(own.classes[it.class].Features, it.attr(own.classes[it.class].Features), &back); err != nil || back != it.features {
			t.Errorf("%s: attributes read back as %v, %v", name, back, err)
		}
	}
	if math.Abs(total-1) > 1e-9 || len(keys) != 798 {
		t.Errorf("%d items with weights of %v in all, want 798 and 1", len(keys), total)
	}
}

// TestFillDependsOnTheIDOnly: not on what was filled before.
func TestFillDependsOnTheIDOnly(t *testing.T) {
	for _, m := range []Mix{Own(), Uniformly("a", Dist{Law: Exponential{1}})} {
		forward, backward := m.Open(9), m.Open(9)
		var want [50]Arrival
		for id := range want {
			forward.Fill(policy.RequestID(id), &want[id])
		}
		for id := len(want) - 1; id >= 0; id-- {
			got := Arrival{Status: 5, Memory: 5}
			backward.Fill(policy.RequestID(id), &got)
			if got != want[id] {
				t.Fatalf("%v: request %d = %+v backward, %+v forward", m, id, got, want[id])
			}
		}
	}
}

func TestOnlyIsTheClassAlone(t *testing.T) {
	own := Own()
	for i, c := range own.Classes() {
		one, err := own.Only(c.Name)
		if err != nil {
			t.Fatal(err)
		}
		wantMean, wantSpread := own.moments(policy.ClassID(i))
		mean, spread := one.moments(0)
		if len(one.Classes()) != 1 || math.Abs(mean-wantMean) > 1e-12 || math.Abs(spread-wantSpread) > 1e-9 || math.Abs(one.MeanWork()-mean) > 1e-12 {
			t.Errorf("%s alone: mean %v, cv2 %v, want %v, %v", c.Name, mean, spread, wantMean, wantSpread)
		}
	}
	if own.Classes()[0].Name != "raytracer" || own.items[0].class != 0 || own.items[len(own.items)-1].class != 2 {
		t.Error("Only changed the mix it was taken from")
	}
}

func TestRequestsMakeMixes(t *testing.T) {
	for _, c := range []struct {
		q       Requests
		classes string
		mean    float64
	}{
		{Requests{}, "raytracer blurimage enhanceimage", 0.428},
		{Requests{Classes: "own"}, "raytracer blurimage enhanceimage", 0.428},
		{Requests{Class: "blurimage"}, "blurimage", 0.471},
		{Requests{Size: SizeKey{Name: "constant"}, MeanWork: time.Second}, "request", 1},
		{Requests{Class: "x", Size: SizeKey{Name: "exponential"}, MeanWork: 2 * time.Second, CV2: 1}, "x", 2},
		{Requests{Size: SizeKey{Name: "lognormal"}, MeanWork: time.Second, CV2: 0.5}, "request", 1},
		{Requests{Size: SizeKey{Name: "pareto"}, MeanWork: time.Second, CV2: 10}, "request", 1},
		{Requests{Size: SizeKey{Name: "pareto"}, MeanWork: time.Second, CV2: 10, Alpha: 1.5}, "request", 1},
	} {
		m, err := c.q.Mix()
		if err != nil {
			t.Errorf("%+v: %v", c.q, err)
			continue
		}
		var names []string
		for _, c := range m.Classes() {
			names = append(names, c.Name)
		}
		if got := strings.Join(names, " "); got != c.classes || math.Abs(m.MeanWork()-c.mean) > 5e-4 {
			t.Errorf("%+v: classes %s, mean %v, want %s, %v", c.q, got, m.MeanWork(), c.classes, c.mean)
		}
	}
}

func TestRequestsNameWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		q    Requests
		want string
	}{
		{Requests{Classes: "mine", Class: "blur", CV2: 2}, "cv2: needs size (one of constant, exponential, lognormal, pareto)\n" +
			"classes: unknown set \"mine\" (nearest valid name \"own\")\n" +
			"class: cannot be combined with classes\n" +
			"class: unknown class \"blur\" (nearest valid name \"blurimage\"); a class of another name needs size"},
		{Requests{Size: SizeKey{Name: "exponetial"}}, "mean_work = 0s: must be positive\n" +
			"size: unknown law \"exponetial\" (one of constant, exponential, lognormal, pareto; nearest valid name \"exponential\")"},
		{Requests{Size: SizeKey{Name: "exponential"}, MeanWork: 1, CV2: 2, Alpha: 3}, "alpha = 3: only for size = \"pareto\"\n" +
			"cv2 = 2: size = \"exponential\" has cv2 = 1; use \"lognormal\" or \"pareto\""},
		{Requests{Size: SizeKey{Name: "pareto"}, MeanWork: -1, CV2: math.NaN()}, "mean_work = -1ns: must be positive\ncv2 = NaN: must be positive and at most 1e+06"},
		{Requests{Classes: "own", Size: SizeKey{Name: "constant"}, MeanWork: 1}, "classes: cannot be combined with size; every class of a set has its own sizes"},
		{Requests{Size: SizeKey{Name: "pareto"}, MeanWork: time.Second, CV2: 10, Alpha: 5}, "cv2 = 10: a bounded Pareto with alpha = 5 reaches at most 0.06667; use a smaller alpha"},
	} {
		m, err := c.q.Mix()
		if m != nil || fmt.Sprint(err) != c.want {
			t.Errorf("%+v: %v, %v\nwant %s", c.q, m, err, c.want)
		}
	}
}
