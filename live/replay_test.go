package live

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"cnv/live/journals"
	"cnv/policy"
	"cnv/policy/estimate"
	"cnv/policy/health"
	"cnv/policy/journal"
	"cnv/policy/route"
)

// storm is a run of 10,000 requests in which everything goes wrong: workers
// die, hang and come back, answers break off, clients leave.
func storm(t *testing.T, cfg policy.Config, j Journal) (status map[int]int) {
	const requests, machines = 10_000, 8
	var got answers
	synctest.Test(t, func(t *testing.T) {
		var s seen
		var handlers []http.Handler
		for range machines {
			handlers = append(handlers, &faulty{s: &s})
		}
		f := newFarmWith(t, cfg, j, machines, func(o *Options, c *Checks) {
			c.Timeout, c.Fall, c.Telemetry = 500*time.Millisecond, 2, 5*time.Second
			o.Timeout = 20 * time.Second
		}, handlers...)
		defer time.Sleep(time.Minute) // for what still runs at the workers
		defer f.close()
		rng := rand.New(rand.NewPCG(3, 3))
		faults := []string{"before head", "mid-answer", "server error", "slow"}
		var group sync.WaitGroup
		for i := range requests {
			time.Sleep(time.Duration(rng.ExpFloat64() * float64(30*time.Millisecond)))
			with := ""
			if rng.IntN(20) == 0 {
				with = faults[rng.IntN(len(faults))]
			}
			switch w := rng.IntN(machines); {
			case i%1000 == 500:
				f.kill(w)
				time.AfterFunc(20*time.Second, func() { f.restart(w, handlers[w]) })
			case i%1000 == 900:
				with = "hung" // the whole worker, until it is restarted
			case i%1000 == 999:
				for k := range handlers {
					handlers[k].(*faulty).wake()
				}
			}
			group.Go(func() {
				id := fmt.Sprint(i)
				status, text := f.send(t.Context(), id, with, true)
				got.add(id, status, text)
			})
		}
		group.Wait()
		time.Sleep(time.Minute)
	})
	for _, odd := range got.odd {
		t.Error(odd)
	}
	return got.status
}

// TestStormReplays: fed to a fresh Controller, the journal of the storm gives
// the same commands, through the file format and back.
func TestStormReplays(t *testing.T) {
	config := func() policy.Config {
		cfg := testConfig(8)
		cfg.Router, cfg.Estimator = &route.LeastWork{}, estimate.NewRLS()
		cfg.Retry = policy.Retry{Max: 3, Budget: 0.2, Backoff: 50 * time.Millisecond}
		cfg.Hedge = late(5 * time.Second)
		cfg.Health = health.NewOutlier()
		return cfg
	}
	dir := filepath.Join(t.TempDir(), "journal")
	var kept recording
	status := storm(t, config(), &kept)
	w, err := journals.Create(dir, journal.Header{Config: journal.Settings(config())}, journals.Options{Wait: true})
	if err != nil {
		t.Fatal(err)
	}
	for i := range kept.events {
		w.Add(kept.at[i], &kept.events[i], kept.cmds[i])
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := journals.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	ctrl, err := policy.New(config())
	if err != nil {
		t.Fatal(err)
	}
	n, diff, torn, err := journal.Replay(r, ctrl)
	if err != nil || torn || diff != nil || n != uint64(len(kept.events)) {
		t.Fatalf("after %d of %d records: %v, torn %v, %v", n, len(kept.events), err, torn, diff)
	}
	c := ctrl.Counts()
	if c.Arrivals != 10_000 || c.Retries < 300 || c.Hedges < 50 || status[200] < 9_900 {
		t.Errorf("%v, counts %+v: the storm was too mild, or too much was lost", status, c)
	}
	info, err := os.Stat(filepath.Join(dir, "000001.journal"))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%v; %d records, %.0f bytes per request; %d retries, %d hedges", status, n, float64(info.Size())/10_000, c.Retries, c.Hedges)
}

// A recording is a Journal in memory.
type recording struct {
	at     []time.Duration
	events []policy.Event
	cmds   [][]policy.Command
}

func (r *recording) Add(now time.Duration, e *policy.Event, cmds []policy.Command) {
	r.at, r.events = append(r.at, now), append(r.events, *e)
	r.cmds = append(r.cmds, append([]policy.Command(nil), cmds...))
}
