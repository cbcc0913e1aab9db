package workloads

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	_ "cnv/internal/seeded"
	"cnv/policy"
)

// TestThroughputOfAClosedLoop: N clients whose every request takes exactly R
// and who think for Z on average send N/(R + Z) requests a second (the
// response time law). Over T seconds of one client the number of cycles has
// variance about T·Var(Z)/(R + Z)³.
func TestThroughputOfAClosedLoop(t *testing.T) {
	const response = 500 * time.Millisecond
	g := &Clients{Clients: 20, Think: Dist{Law: Exponential{2}}, Duration: 10_000 * time.Second}
	_, src := open(t, g, 1)
	loop := src.(ClosedSource)
	type flight struct {
		id   policy.RequestID
		done time.Duration
	}
	var out []flight // in order of done, as every request takes as long
	var a Arrival
	n, most := 0, 0
	for {
		at, ok := loop.Peek()
		if len(out) > 0 && (!ok || out[0].done <= at) {
			loop.Finished(out[0].id, out[0].done, true)
			out = out[1:]
			continue
		}
		if !ok {
			break
		}
		if !loop.Next(&a) || a.At != at {
			t.Fatalf("Peek says %v, Next %v", at, a.At)
		}
		out = append(out, flight{policy.RequestID(n), a.At + response})
		n++
		most = max(most, len(out))
	}
	want := 20 * 10_000 / 2.5
	off := 5 * math.Sqrt(20*10_000*4/(2.5*2.5*2.5))
	if math.Abs(float64(n)-want) > off {
		t.Errorf("%d requests, want %.0f within %.0f", n, want, off)
	}
	if most > 20 {
		t.Errorf("%d requests in flight of 20 clients", most)
	}
}

// TestClientsThinkPerRequest: the order in which answers come does not change
// how long is thought after each.
func TestClientsThinkPerRequest(t *testing.T) {
	g := &Clients{Clients: 10, Think: Dist{Law: Exponential{1}}}
	after := func(order ...policy.RequestID) []time.Duration {
		_, src := open(t, g, 1)
		var a Arrival
		for range 10 {
			src.Next(&a)
		}
		for _, id := range order {
			src.(ClosedSource).Finished(id, time.Minute, true)
		}
		return slices.Sorted(slices.Values(due(src)))
	}
	a, b := after(2, 5, 9), after(9, 2, 5)
	if !slices.Equal(a, b) || len(slices.Compact(a)) != 3 {
		t.Errorf("clients think until %v or %v, want three distinct instants, the same in both orders", a, b)
	}
}

// due is when clients that think send, in no order.
func due(src Source) (at []time.Duration) {
	for _, e := range src.(*clients).pending {
		at = append(at, e.Key)
	}
	return at
}

// TestClientsEqualADumbTwin plays random answers against a list searched from
// end to end.
func TestClientsEqualADumbTwin(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		g := &Clients{
			Clients:  rapid.IntRange(1, 20).Draw(rt, "clients"),
			Think:    Dist{Law: Uniform{0, rapid.Float64Range(0.001, 2).Draw(rt, "think")}},
			Duration: 10 * time.Second, Requests: rapid.IntRange(0, 100).Draw(rt, "requests"),
		}
		seed := rapid.Uint64().Draw(rt, "seed")
		_, src := open(t, g, seed)
		loop := src.(ClosedSource)
		pending := due(src) // of the twin
		think := policy.NewRand(seed, "think", 0)
		until, most := g.length().bounds()
		var a Arrival
		var flying []policy.RequestID
		now, n := time.Duration(0), policy.RequestID(0)
		for range 300 {
			if len(flying) > 0 && rapid.Bool().Draw(rt, "finish") {
				i := rapid.IntRange(0, len(flying)-1).Draw(rt, "which")
				id := flying[i]
				flying = slices.Delete(flying, i, i+1)
				loop.Finished(id, now, true)
				pending = append(pending, now+seconds(g.Think.Draw(think.At(uint64(id)))))
				continue
			}
			ok := len(pending) > 0 && n < most && slices.Min(pending) < until
			if got := loop.Next(&a); got != ok {
				rt.Fatalf("request %d: Next = %v, want %v", n, got, ok)
			}
			if !ok {
				continue
			}
			i := slices.Index(pending, slices.Min(pending))
			if a.At != pending[i] || a.At < now {
				rt.Fatalf("request %d at %v, want %v, after %v", n, a.At, pending[i], now)
			}
			now, pending = a.At, slices.Delete(pending, i, i+1)
			flying = append(flying, n)
			n++
		}
	})
}

func TestClientsIgnoreStrangers(t *testing.T) {
	_, src := open(t, &Clients{Clients: 1, Think: Constant(1)}, 1)
	loop := src.(ClosedSource)
	loop.Finished(0, time.Second, true) // has not arrived yet
	var a Arrival
	if !loop.Next(&a) || loop.Next(&a) {
		t.Error("one client, one request: want exactly one arrival")
	}
	loop.Finished(0, 0, true) // before it arrived: taken as then
	if at, ok := loop.Peek(); !ok || at != 2*time.Second {
		t.Errorf("Peek = %v, %v, want 2s", at, ok)
	}
}

func TestClientsNeedTimeToPass(t *testing.T) {
	if _, err := (&Clients{Clients: 1, Think: Constant(0)}).Workload("x", Uniformly("a", Constant(0))); err == nil {
		t.Error("no think time and no work: want an error, as the loop would not move")
	}
}

// TestClientsWhoDoNotThinkGoOn: clients without think time whose requests all fail at
// the instant at which they are sent do not send for ever at that instant.
func TestClientsWhoDoNotThinkGoOn(t *testing.T) {
	g := &Clients{Clients: 3, Duration: time.Second}
	if err := g.Think.UnmarshalTOML("0s"); err != nil {
		t.Fatal(err)
	}
	w, src := open(t, g, 1)
	var a Arrival
	n := 0
	for ; n < 5000 && src.Next(&a); n++ {
		src.(ClosedSource).Finished(policy.RequestID(n), a.At, false)
	}
	if n != 3000 {
		t.Errorf("%d requests within a second, want 3000 of 3 clients that send one a millisecond", n)
	}
	if len(w.Assumed) == 0 {
		t.Error("that they wait a millisecond is not said")
	}
}
