package workloads

import (
	"math"
	"slices"
	"testing"
	"time"

	"cnv/policy"
)

// every is a Source of n arrivals a second apart, with keys 1, 2, ...
type every struct{ n, made int }

func (e *every) Err() error { return nil }
func (e *every) Next(a *Arrival) bool {
	if e.made == e.n {
		return false
	}
	e.made++
	*a = Arrival{At: time.Duration(e.made) * time.Second, Key: policy.Key(e.made)}
	return true
}

// fates plays a source to its end: each request takes 100 ms, and is served if
// its number is.
func fates(src ClosedSource, served func(id int) bool) (out []Arrival) {
	var a Arrival
	for id := 0; src.Next(&a); id++ {
		out = append(out, a)
		src.Finished(policy.RequestID(id), a.At+100*time.Millisecond, served(id))
	}
	return out
}

// TestTriesComeAfterBackoff: the same request again, 100 ms + 200 ms and then
// 100 ms + 400 ms later; and no more than twice.
func TestTriesComeAfterBackoff(t *testing.T) {
	src := Retrying(&every{n: 2}, Patience{Retry: 2, Backoff: 200 * time.Millisecond, Budget: math.Inf(1)}, 1, 0)
	got := fates(src, func(id int) bool { return false })
	want := []Arrival{
		{At: 1000, Key: 1}, {At: 1300, Key: 1, Try: 1, First: 1000}, {At: 1800, Key: 1, Try: 2, First: 1000},
		{At: 2000, Key: 2, User: 1}, {At: 2300, Key: 2, User: 1, Try: 1}, {At: 2800, Key: 2, User: 1, Try: 2},
	}
	for i := range want {
		w := &want[i]
		w.At, w.First = w.At*time.Millisecond, time.Duration(w.User+1)*time.Second
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
}

// TestServedClientsDoNotTryAgain: nor those of requests that never were.
func TestServedClientsDoNotTryAgain(t *testing.T) {
	src := Retrying(&every{n: 3}, Patience{Retry: 5, Budget: math.Inf(1)}, 1, 0)
	src.Finished(7, time.Second, false)
	if got := fates(src, func(id int) bool { return id != 1 }); len(got) != 4 || got[2].Try != 1 || got[2].User != 1 {
		t.Errorf("got %+v, want one more try of the second", got)
	}
}

// TestBudgetOfClients: ten tries saved up, and one for five requests.
func TestBudgetOfClients(t *testing.T) {
	src := Retrying(&every{n: 100}, Patience{Retry: 1, Budget: 0.2}, 1, 0)
	if got := fates(src, func(int) bool { return false }); len(got) != 100+10+19 { // the first tokens find the bucket full
		t.Errorf("%d arrivals of 100 requests", len(got))
	}
}

// TestJitter: waits are drawn from the last half of the backoff, and are those
// of another seed, but not of another fate of others.
func TestJitter(t *testing.T) {
	waits := func(seed uint64, only int) (out []time.Duration) {
		src := Retrying(&every{n: 50}, Patience{Retry: 1, Backoff: 100 * time.Millisecond, Jitter: 0.5, Budget: math.Inf(1)}, seed, 0)
		for _, a := range fates(src, func(id int) bool { return only >= 0 && id != only }) {
			if a.Try == 1 {
				out = append(out, a.At-a.First-100*time.Millisecond)
			}
		}
		return out
	}
	all := waits(1, -1)
	if len(all) != 50 || slices.Min(all) < 50*time.Millisecond || slices.Max(all) > 100*time.Millisecond || slices.Max(all)-slices.Min(all) < 30*time.Millisecond {
		t.Errorf("waits %v", all)
	}
	if slices.Equal(all, waits(2, -1)) || !slices.Equal(waits(1, 20), all[20:21]) {
		t.Error("waits depend on something else than seed and request")
	}
}

// TestClosedClientsThinkAfterTheirLastTry: one client that is not served twice
// thinks for a second after its third try.
func TestClosedClientsThinkAfterTheirLastTry(t *testing.T) {
	g := &Clients{Clients: 1, Think: Constant(1), Requests: 2}
	w, err := g.Workload("c", Uniformly("a", Constant(0.1)))
	if err != nil {
		t.Fatal(err)
	}
	inner, err := w.Open(1)
	if err != nil {
		t.Fatal(err)
	}
	var at []time.Duration
	for _, a := range fates(Retrying(inner, Patience{Retry: 2, Backoff: 100 * time.Millisecond, Budget: math.Inf(1)}, 1, 0), func(id int) bool { return id >= 2 }) {
		at = append(at, a.At)
	}
	want := []time.Duration{1000, 1200, 1500, 2600}
	for i := range want {
		want[i] *= time.Millisecond
	}
	if !slices.Equal(at, want) {
		t.Errorf("arrivals at %v, want %v", at, want)
	}
}

// TestTriesGoOnAfterTheLastRequest: what arrives for the first time stops.
func TestTriesGoOnAfterTheLastRequest(t *testing.T) {
	src := Retrying(&every{n: 9}, Patience{Retry: 1, Backoff: time.Hour, Budget: math.Inf(1)}, 1, 3*time.Second)
	if got := fates(src, func(int) bool { return false }); len(got) != 4 || got[3].At < time.Hour {
		t.Errorf("got %+v, want two requests and two tries", got)
	}
}

// TestTheBackoffHasAnEnd: it doubles up to 20 s, or stays as long as it is from the start.
func TestTheBackoffHasAnEnd(t *testing.T) {
	for first, want := range map[time.Duration]time.Duration{100 * time.Millisecond: 20 * time.Second, time.Minute: time.Minute} {
		r := Retrying(&every{n: 1}, Patience{Retry: 200, Backoff: first, Budget: math.Inf(1)}, 1, 0).(*retrying)
		for _, try := range []uint8{30, 199} {
			if got := r.wait(&Arrival{Try: try}); got != want {
				t.Errorf("first %v, try %d: waits %v, want %v", first, try, got, want)
			}
		}
	}
}
