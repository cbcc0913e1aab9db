package load

import (
	"regexp"
	"testing"
	"time"

	"cnv/policy"
	"cnv/workloads"
)

func TestSpin(t *testing.T) {
	spin := Spin([]policy.Class{{Name: "raytracer"}}, 1.6)
	for _, c := range []struct {
		a    workloads.Arrival
		want Request
	}{
		{workloads.Arrival{Work: 80 * time.Millisecond}, Request{Path: "/spin?ms=50.000", Class: "raytracer"}},
		{workloads.Arrival{Work: 1600 * time.Nanosecond}, Request{Path: "/spin?ms=0.001", Class: "raytracer"}},
		{workloads.Arrival{Work: 1600 * time.Hour, Class: 1}, Request{Path: "/spin?ms=3600000000.000"}}, // no exponent
		{workloads.Arrival{Work: workloads.Unknown}, Request{Path: "/spin?ms=0.000", Class: "raytracer"}},
	} {
		if got := spin(&c.a); got.Path != c.want.Path || got.Class != c.want.Class || got.Body != nil {
			t.Errorf("work %v: %+v, want %+v", c.a.Work, got, c.want)
		}
	}
}

// TestStandsFor: a request that only takes time says what it takes the time of.
func TestStandsFor(t *testing.T) {
	sleep := Sleep([]policy.Class{{Name: "blurimage", Features: []string{"mpx", "width"}}, {Name: "all"}}, 1)
	for _, c := range []struct {
		a    workloads.Arrival
		want string
	}{
		{workloads.Arrival{Features: [8]float64{1.5, 640}, Key: 0xab}, "mpx=1.5;width=640;key=ab"},
		{workloads.Arrival{Features: [8]float64{1.5}}, "mpx=1.5;width=0"},
		{workloads.Arrival{Class: 1, Key: 7}, "key=7"},
		{workloads.Arrival{Class: 1}, ""},
	} {
		if got := sleep(&c.a).StandsFor; got != c.want {
			t.Errorf("%+v stands for %q, want %q", c.a, got, c.want)
		}
	}
}

// TestTraceparent: ids have the form of the standard, differ between requests
// and seeds, and are the same again in any order. One is pinned, so that a
// trace is found again with the next version.
func TestTraceparent(t *testing.T) {
	form := regexp.MustCompile(`^00-[0-9a-f]{32}-[0-9a-f]{16}-01$`)
	seen := map[string]bool{}
	for seed := range uint64(3) {
		r := policy.NewRand(seed, "traceparent", 0)
		for id := range uint64(1000) {
			p := traceparent(r.At(id))
			if !form.MatchString(p) || seen[p[3:35]] {
				t.Fatalf("seed %d, request %d: %s", seed, id, p)
			}
			seen[p[3:35]] = true
		}
		if a, b := traceparent(r.At(7)), traceparent(policy.NewRand(seed, "traceparent", 0).At(7)); a != b {
			t.Errorf("seed %d: %s, then %s", seed, a, b)
		}
	}
	const pinned = "00-250d2edd571c6050bec242372ef97acd-add3c1ebe8dd6c85-01"
	if got := traceparent(policy.NewRand(1, "traceparent", 0).At(2)); got != pinned {
		t.Errorf("%s, pinned %s", got, pinned)
	}
}
