package live

import (
	"math"
	"testing"
	"time"

	"cnv/live/books"
	"cnv/policy"
	"cnv/policy/route"
	"cnv/policy/scale"
)

// TestSameUtilisationAsTheSimulator: workers were busy for as long, and there for as long, by
// the books of the gateway as by those of the simulator, with clients that leave, and in a
// fleet that grows and shrinks.
func TestSameUtilisationAsTheSimulator(t *testing.T) {
	for name, make := range map[string]func() *scenario{
		"plain":         func() *scenario { return &scenario{} },
		"sharing":       func() *scenario { return &scenario{ps: true} },
		"clients leave": func() *scenario { return &scenario{ps: true, timeout: 2500 * time.Millisecond} },
		"grows and shrinks": func() *scenario {
			by := scale.NewThreshold()
			by.Window, by.Every, by.First, by.Low = 10*time.Second, 20*time.Second, 20*time.Second, 0.5
			return &scenario{scaler: by, initial: 1, arrivals: riseAndFall}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			router := func() policy.Router { return &route.JSQ{Tie: route.TieRandom} }
			_, row := make().modelled(t, router())
			s := make() // policies are used up by a run
			world := s.world(nil)
			s.books = books.New(world.Prices(&world.Control), nil)
			s.played(t, router())
			_, counts := s.books.Close(time.Duration(row.Value("duration_s")*1e9), policy.Counts{}, nil)
			for _, c := range []struct {
				name            string
				simulated, live float64
			}{
				{"busy_core_s", row.Value("busy_core_s"), counts.BusyCoreSeconds},
				{"core_s", row.Value("core_s"), counts.CoreSeconds},
				{"utilisation", row.Value("utilisation"), counts.BusyCoreSeconds / counts.CoreSeconds},
			} {
				if c.simulated == 0 || !(math.Abs(c.live/c.simulated-1) < 0.005) {
					t.Errorf("%s: simulated %v, live %v", c.name, c.simulated, c.live)
				}
			}
		})
	}
}
