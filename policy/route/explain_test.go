package route

import (
	"fmt"
	"strings"
	"testing"

	"cnv/policy"
	"cnv/policy/policytest"
)

// TestExplained: every router tells of the choice that it has just made, in its units.
func TestExplained(t *testing.T) {
	for _, c := range []struct {
		name     string
		router   policy.Router
		inFlight []float64 // at each worker, the work of one request; 0: none
		want     string    // W is the worker taken
	}{
		{"roundrobin", &RoundRobin{Begin: BeginFirst}, []float64{0, 0}, "worker 0: taken, the first of 2 in order of ID"},
		{"roundrobin, alone", &RoundRobin{Begin: BeginFirst}, []float64{0}, "worker 0: taken, the only worker there is"},
		{"roundrobin, random", &RoundRobin{Begin: BeginRandom}, []float64{0, 0, 0}, "worker W: taken, drawn at random among 3: here it begins"},
		{"random", &Random{}, []float64{0, 0, 0}, "worker W: taken, drawn at random among 3"},
		{"random, alone", &Random{}, []float64{0}, "worker 0: taken, the only worker there is"},
		{"jsq", &JSQ{Tie: TieRandom}, []float64{1, 0, 1}, "worker 1: 0 in flight: taken, the fewest of 3 workers"},
		{"jsq, alone", &JSQ{Tie: TieRandom}, []float64{1}, "worker 0: 1 in flight: taken, the only worker there is"},
		{"jsq, work", &JSQ{Tie: TieWork}, []float64{4, 2},
			"worker 1: 1 in flight, done 3 s from now, 2 s of it behind other requests: taken, the first to be done of 2 with the fewest\n" +
				"worker 0: 1 in flight, done 5 s from now, 4 s of it behind other requests"},
		{"leastwork", &LeastWork{}, []float64{4, 0},
			"worker 1: done 1 s from now, 0 s of it behind other requests: taken, the soonest\n" +
				"worker 0: done 5 s from now, 4 s of it behind other requests"},
		{"leastwork, tie", &LeastWork{}, []float64{0, 0},
			"worker 0: done 1 s from now, 0 s of it behind other requests: taken, the soonest with the lowest ID\n" +
				"worker 1: done 1 s from now, 0 s of it behind other requests"},
		{"p2c, alone", &PowerOfChoices{Choices: 2}, []float64{1}, "1 of 1 ready workers drawn at random\nworker 0: 1 in flight: taken, the only worker there is"},
	} {
		l := policytest.NewLab(t, policy.Config{Pools: []policy.Pool{{Name: "p", Cores: 1, Speed: 1, Max: 9}}})
		l.Add(len(c.inFlight), 0)
		for id, work := range c.inFlight {
			if work > 0 {
				l.Book(policy.WorkerID(id), work)
			}
		}
		r := &policy.Request{Work: 1, Known: true}
		p := policytest.Start(l, c.router)
		w, _ := p.Route(l.View(), r)
		got := strings.Join(c.router.(policy.Explainer).Explain(l.View(), r), "\n")
		if want := strings.ReplaceAll(c.want, "W", fmt.Sprint(w)); got != want {
			t.Errorf("%s: worker %d, explained as\n%s\nwant\n%s", c.name, w, got, want)
		}
	}
}

// TestEveryRouterExplains: each says, again and again, that it has taken the worker that it
// named, and no other, however many there are; asked again it says the same.
func TestEveryRouterExplains(t *testing.T) {
	for _, s := range Specs {
		l := policytest.NewLab(t, policy.Config{Pools: []policy.Pool{{Name: "p", Cores: 1, Speed: 1, Max: 50}}})
		l.Add(50, 0)
		r := &policy.Request{Work: 1, Known: true}
		p := policytest.Start(l, s.New().(policy.Router))
		e, ok := p.(policy.Explainer)
		if !ok {
			t.Errorf("%s explains nothing", s.Name)
			continue
		}
		for i := range 100 {
			w, ok := p.Route(l.View(), r)
			lines := e.Explain(l.View(), r)
			if again := e.Explain(l.View(), r); strings.Join(again, "\n") != strings.Join(lines, "\n") {
				t.Fatalf("%s: asked again it says %q, not %q", s.Name, again, lines)
			}
			var took []string
			for _, line := range lines {
				if strings.Contains(line, ": taken") {
					took = append(took, line)
				}
			}
			if ok && (len(took) != 1 || !strings.HasPrefix(took[0], fmt.Sprintf("worker %d:", w))) || !ok && len(took) > 0 {
				t.Fatalf("%s: worker %d, %v, explained as %q", s.Name, w, ok, lines)
			}
			if ok && i%2 == 0 {
				l.Book(w, 1)
			}
		}
	}
}

// TestExplainRoundRobin: whose turn it was, and after whom.
func TestExplainRoundRobin(t *testing.T) {
	l := policytest.NewLab(t, policy.Config{})
	l.Add(2, 0)
	p, r := &RoundRobin{Begin: BeginFirst}, &policy.Request{}
	for _, want := range []string{
		"worker 0: taken, the first of 2 in order of ID", "worker 1: taken, the next of 2 in order of ID after worker 0",
		"worker 0: taken, the first of 2 in order of ID, as none is left after worker 1",
	} {
		p.Route(l.View(), r)
		if got := strings.Join(p.Explain(l.View(), r), "\n"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestExplainPowerOfChoices: just the workers that were drawn are told, and why one of
// them was taken.
func TestExplainPowerOfChoices(t *testing.T) {
	l := policytest.NewLab(t, policy.Config{Pools: []policy.Pool{{Name: "p", Cores: 1, Speed: 1, Max: 9}}})
	l.Add(5, 0)
	for id := range policy.WorkerID(5) {
		for range id / 2 { // 0, 0, 1, 1, 2
			l.Book(id, 1)
		}
	}
	p, r := policytest.Start(l, &PowerOfChoices{Choices: 2}), &policy.Request{}
	seen := map[string]bool{}
	for range 200 {
		w, _ := p.Route(l.View(), r)
		lines := p.Explain(l.View(), r)
		if len(lines) != 3 || lines[0] != "2 of 5 ready workers drawn at random" {
			t.Fatalf("%q", lines)
		}
		var a, b, n, m int
		fmt.Sscanf(lines[1], "worker %d: %d in flight", &a, &n)
		fmt.Sscanf(lines[2], "worker %d: %d in flight", &b, &m)
		want := ": taken, the fewest"
		first := n <= m
		if n == m {
			want = ": taken, drawn first of 2 with the fewest"
		}
		if a == b || n != a/2 || m != b/2 || strings.HasSuffix(lines[1], want) != first || strings.HasSuffix(lines[2], want) == first || first != (int(w) == a) {
			t.Fatalf("worker %d, %q", w, lines)
		}
		seen[fmt.Sprint(a, b)] = true
	}
	if len(seen) != 20 {
		t.Errorf("%d pairs were drawn, want all 20", len(seen))
	}
}
