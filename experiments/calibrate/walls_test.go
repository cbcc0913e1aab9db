package calibrate

import (
	"math"
	"strings"
	"testing"

	"cnv/policy"
)

// TestWallsThroughContention: of requests that share one core, and of others that share nothing, the
// median work is found; the mean of what was waited is not it.
func TestWallsThroughContention(t *testing.T) {
	for _, contends := range []bool{false, true} {
		r := policy.NewRand(7, "walls", 0)
		var all []Wall
		at, free := 0.0, 0.0
		for range 4000 {
			at += r.ExpFloat64() / 6
			w := Wall{at, 0.1 * math.Exp(0.5*r.NormFloat64())}
			if contends { // in line
				end := max(at, free) + w.Took
				w.Took, free = end-at, end
			}
			all = append(all, w)
		}
		f := FitWalls(all, "arrivals", "x-")
		law, has := f.Samples["x-size.csv"]
		if has != contends {
			t.Errorf("contention %v: %+v", contends, f.Known)
		}
		if has && math.Abs(quantile(law, 0.5)-0.1) > 0.01 {
			t.Errorf("median work is %v, want 0.1", quantile(law, 0.5))
		}
	}
}

// TestSmokeTells: parts of a launch are those of the record, with what its looks leave open.
func TestSmokeTells(t *testing.T) {
	s, ok := ReadSmoke([]byte(`{"version":1,"cloud":"aws","region":"eu-west-1","type":"t4g.small","memory_mb":1769,"began":"2026-11-30T10:00:00Z","poll_s":0.5,
		"took":[{"what":"write item","s":0.02},{"what":"launch instance","s":1.8},{"what":"instance runs, from its launch","s":6.25},{"what":"call function","s":1.1}]}`))
	if !ok {
		t.Fatal("not read")
	}
	text, err := FitSmoke(s).Fragment("a smoke test")
	for _, want := range []string{"[cluster.launch]", `api = "1.8s"`, `pending = "6s"`, "5.75s to 6.25s", "memory_mb = 1769", "took 1.1s with its cold start", "not identifiable: cluster.launch.boot"} {
		if err != nil || !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s (%v)", want, text, err)
		}
	}
	if _, ok := ReadSmoke([]byte(`{"version":1}`)); ok {
		t.Error("what has no times is read")
	}
}
