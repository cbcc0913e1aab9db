package workloads_test

import (
	"errors"
	"fmt"
	"math"
	"time"

	"cnv/policy"
	"cnv/workloads"
)

// Batches is a workload of so many requests at once, every so often.
type Batches struct {
	Size  int           `toml:"size" doc:"requests of a batch"`
	Every time.Duration `toml:"every" doc:"time between two batches"`
}

func (g *Batches) Validate() error {
	if g.Size < 1 || g.Every <= 0 {
		return errors.New("size and every must be positive")
	}
	return nil
}

func (g *Batches) Scale(load float64) { g.Every = time.Duration(float64(g.Every) / load) }

func (g *Batches) Workload(name string, m workloads.Mix) (*workloads.Workload, error) {
	rate := float64(g.Size) / g.Every.Seconds()
	return &workloads.Workload{
		Name: name, Classes: m.Classes(), Span: math.MaxInt64, Rate: rate, Load: rate * m.MeanWork(),
		Replicates: "seeds", Synthesised: append([]string{"arrival_us"}, m.Fields()...),
		Digest: fmt.Sprint("batches ", *g, m),
		Open: func(seed uint64) (workloads.Source, error) {
			return &batches{Batches: *g, requests: m.Open(seed)}, nil
		},
	}, nil
}

// batches is the Source: instants are its own, the rest is filled in by the mix.
type batches struct {
	Batches
	requests workloads.Filler
	id       policy.RequestID
}

func (s *batches) Next(a *workloads.Arrival) bool {
	a.At = time.Duration(int(s.id)/s.Size+1) * s.Every
	s.requests.Fill(s.id, a)
	s.id++
	return true
}

func (s *batches) Err() error { return nil }

func ExampleGenerator() {
	var g workloads.Generator = &Batches{Size: 2, Every: time.Minute}
	w, err := g.Workload("batches", workloads.Own())
	if err != nil {
		fmt.Println(err)
		return
	}
	src, err := w.Open(1)
	if err != nil {
		fmt.Println(err)
		return
	}
	var a workloads.Arrival
	for range 4 {
		src.Next(&a)
		fmt.Println(a.At, w.Classes[a.Class].Name, a.Work.Round(time.Millisecond))
	}
	// Output:
	// 1m0s blurimage 315ms
	// 1m0s raytracer 299ms
	// 2m0s blurimage 952ms
	// 2m0s blurimage 601ms
}
