package route

import (
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/policytest"
)

// TestEnvoyTurns: with weights 1 and 2 the turns are those of Envoy's own test
// (least_request_lb_test.cc, WeightImbalance), while requests in flight change.
func TestEnvoyTurns(t *testing.T) {
	l := weighted(t, 1, 2)
	p := policytest.Start(l, &LeastRequest{Choices: 2, Bias: 1})
	check := func(want string) {
		t.Helper()
		if got := routes(t, l, p, len(want)); got != want {
			t.Errorf("turns %s, want %s", got, want)
		}
	}
	check("babbab") // 2:1
	one := l.Book(1, 1)
	check("babab") // 1:1
	l.Book(0, 1)
	l.Done(one, policy.OK)
	check("abbbabbbba") // 4:1
}

// TestEnvoyTurnsWithoutBias: with a bias of 0 requests in flight do not count
// (WeightImbalanceWithCustomActiveRequestBias).
func TestEnvoyTurnsWithoutBias(t *testing.T) {
	l := weighted(t, 1, 2)
	p := policytest.Start(l, &LeastRequest{Choices: 2})
	l.Book(1, 1)
	if got := routes(t, l, p, 6); got != "babbab" {
		t.Errorf("turns %s, want babbab", got)
	}
}

// TestEnvoyChoices: two of two workers drawn with replacement miss the better one in a
// quarter of all cases; of five workers with 0 to 4 in flight two draws find the i-th best
// with probability (2(5-i)+1)/25; a scan of all finds the best.
func TestEnvoyChoices(t *testing.T) {
	l := weighted(t, 1)
	l.Add(1, 0)
	l.Book(0, 1)
	p := policytest.Start(l, &LeastRequest{Choices: 2, Bias: 1})
	expect(t, frequencies(t, l, p, 20_000), 20_000, .25, .75)

	l = policytest.NewLab(t, policy.Config{})
	l.Add(5, 0)
	for w := range policy.WorkerID(5) {
		for range w {
			l.Book(w, 1)
		}
	}
	p = policytest.Start(l, &LeastRequest{Choices: 2, Bias: 1})
	expect(t, frequencies(t, l, p, 20_000), 20_000, 9./25, 7./25, 5./25, 3./25, 1./25)
	p = policytest.Start(l, &LeastRequest{Bias: 1})
	expect(t, frequencies(t, l, p, 100), 100, 1)
}

// TestEnvoySlowStart: among equal workers turns go by weight while one is in slow start,
// and by two choices once none is.
func TestEnvoySlowStart(t *testing.T) {
	l := policytest.NewLab(t, policy.Config{})
	l.Add(1, 0)
	l.At(10 * time.Minute)
	l.Add(1, 0)
	l.At(10*time.Minute + 10*time.Second)
	p := policytest.Start(l, &LeastRequest{Choices: 2, Bias: 1, SlowStart: 40 * time.Second})
	if f := frequencies(t, l, p, 1000); f[1] < .199 || f[1] > .201 {
		t.Errorf("a quarter through its slow start: %.3f of the requests, want 0.2", f[1])
	}
	l.At(11 * time.Minute)
	expect(t, frequencies(t, l, p, 20_000), 20_000, .5, .5)
	l.Worker(policy.WorkerLost, 0)
	expect(t, frequencies(t, l, p, 100), 100, 0, 1)
}
