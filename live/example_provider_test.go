package live_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"cnv/live"
	"cnv/policy"
	"cnv/policy/route"
)

// rack is a Provider of machines that stand in a rack.
type rack struct {
	mu       sync.Mutex
	machines []live.Instance
	asked    map[string][]live.Instance // by token: asking again gives the same machines
	launched chan struct{}
}

func (r *rack) Launch(_ context.Context, p policy.PoolID, n int, token string) ([]live.Instance, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if got, ok := r.asked[token]; ok {
		return got, nil
	}
	var got []live.Instance
	for range n {
		got = append(got, live.Instance{ID: fmt.Sprint("machine ", len(r.machines)), Pool: p, State: live.Booting})
		r.machines = append(r.machines, got[len(got)-1])
	}
	r.asked[token] = got
	fmt.Println("launched", len(got))
	close(r.launched)
	return got, nil
}

func (r *rack) List(context.Context) ([]live.Instance, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]live.Instance(nil), r.machines...), nil
}

func (r *rack) Terminate(_ context.Context, ids ...string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, id := range ids {
		for i := range r.machines {
			if r.machines[i].ID == id && r.machines[i].State != live.Ended {
				r.machines[i].State = live.Ended
				fmt.Println("terminated", id)
			}
		}
	}
	return nil
}

func ExampleProvider() {
	c, err := policy.New(policy.Config{
		Router:  &route.RoundRobin{Begin: route.BeginFirst},
		Classes: []policy.Class{{Name: "render"}},
		Pools:   []policy.Pool{{Name: "rack", Cores: 1, Speed: 1, Max: 2}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	brain := live.NewBrain(c, nil, 10)
	machines := &rack{asked: map[string][]live.Instance{}, launched: make(chan struct{})}
	log := slog.New(slog.DiscardHandler)
	fleet := live.NewFleet(live.FleetOptions{
		Provider: machines, Workers: live.NewWorkers(brain, log), Speeds: []float64{1}, Log: log, Run: "example",
		Period: 100 * time.Millisecond,
	})
	brain.Go(fleet)
	if err := fleet.Go(context.Background(), []int{1}); err != nil {
		fmt.Println(err)
		return
	}
	<-machines.launched
	fmt.Println("left:", fleet.Close(true))
	brain.Stop()
	// Output:
	// launched 1
	// terminated machine 0
	// left: []
}
