package policy

import (
	"math"
	"testing"
	"time"
)

// timedLab has one class and functions that may take 1 s.
func timedLab(t *testing.T) *lab {
	return newLab(t, 1, Config{Classes: []Class{{Name: "a"}}, Functions: &Functions{Share: 1, Timeout: time.Second}})
}

// TestMeanKeepsNobodyFromFunctions: where most requests of a class fit the time-out, a mean
// above it does not keep the others from functions; where few fit, the share does.
func TestMeanKeepsNobodyFromFunctions(t *testing.T) {
	for _, c := range []struct {
		name  string
		works []float64
		long  bool
	}{
		{"few long ones raise the mean", []float64{0.5, 0.5, 9, 0.5, 0.5, 0.5}, false},
		{"none fits", []float64{2, 2, 2, 2, 2}, true},
		{"too few to say, and the mean is compared", []float64{2, 2}, true},
	} {
		l := timedLab(t)
		for _, w := range c.works {
			l.c.learn(0, &Request{}, w)
		}
		r := &Request{Work: l.c.expected(0)}
		if got := l.c.View().FunctionTooLong(r); got != c.long {
			t.Errorf("%s: too long %v, want %v", c.name, got, c.long)
		}
		if l.c.View().FunctionTooLong(&Request{Work: 0.9, Known: true}) || !l.c.View().FunctionTooLong(&Request{Work: 1.1, Known: true}) {
			t.Errorf("%s: what the estimator says is not compared with the time-out", c.name)
		}
	}
}

// TestTimeoutTeachesTheMean: of exponential work of which functions end what is beyond
// their time-out, the class mean is that of all, not of the answered alone.
func TestTimeoutTeachesTheMean(t *testing.T) {
	l := timedLab(t)
	l.c.learnTimeout(0)
	l.c.learnTimeout(0)
	l.c.learn(0, &Request{}, 0.5)
	if got := l.c.expected(0); got != 2.5 {
		t.Errorf("mean %v after two time-outs and an answer of 0.5 s, want 2.5", got)
	}
	two := newLab(t, 1, Config{Classes: []Class{{Name: "a"}, {Name: "b"}}, Functions: &Functions{Share: 1, Timeout: time.Second}})
	two.c.learnTimeout(0)
	two.c.learnTimeout(0)
	two.c.learn(0, &Request{}, 0.5)
	if got := two.c.expected(1); got != 2.5 {
		t.Errorf("mean %v of a class that was never met, want 2.5, as of the other", got)
	}
	l = timedLab(t)
	sum, n := 0.0, 20000
	for i := range n {
		work := -1.2 * math.Log(1-(float64((i*7919)%n)+0.5)/float64(n))
		if work > 1 {
			l.c.learnTimeout(0)
			continue
		}
		l.c.learn(0, &Request{}, work)
		sum++
	}
	if got := l.c.expected(0); math.Abs(got-1.2) > 0.1 {
		t.Errorf("mean %v, want about 1.2 s", got)
	}
	if share, _ := l.c.View().FittingShare(0); math.Abs(share-sum/float64(n)) > 0.03 {
		t.Errorf("share %v, want %v", share, sum/float64(n))
	}
}
