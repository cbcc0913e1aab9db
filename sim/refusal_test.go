package sim

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"cnv/policy"
)

// A lifeline is when workers came, ran and went, and launches failed, as the gateway was told.
type lifeline struct{ told []string }

func (l *lifeline) Add(now time.Duration, e *policy.Event, cmds []policy.Command) {
	switch e.Kind {
	case policy.LaunchFailed:
		l.told = append(l.told, fmt.Sprintf("%v failed", now))
	case policy.WorkerPending:
		l.told = append(l.told, fmt.Sprintf("%v w%d in %d", now, e.Worker, e.Zone))
	case policy.WorkerLost:
		l.told = append(l.told, fmt.Sprintf("%v w%d lost", now, e.Worker))
	}
	for _, c := range cmds {
		if c.Kind == policy.Launch {
			l.told = append(l.told, fmt.Sprintf("%v launch %d", now, c.N))
		}
	}
}

// launched is what becomes of a fleet that is to grow from one worker to n after 10 s: launches
// are answered after 1 s, and ready 4 s later.
func launched(t *testing.T, n int, change func(*Config)) (string, *memory) {
	t.Helper()
	cfg := fleet(1, &roundRobin{})
	cfg.Control.Scaler = grow{n}
	cfg.Control.Pools[0].Max = 100
	cfg.Pools[0].Launch = Launch{API: constant(1), Boot: constant(4)}
	cfg.Duration = 100 * time.Second
	l := &lifeline{}
	cfg.Journal = l
	change(&cfg)
	m := play(t, cfg, at(0))
	return strings.Join(l.told[1:], ", "), m
}

// TestLaunchesFail: by hand. What fails is told when the call is answered, and tried again
// after 5 s, then after 10 s and so on, as the Controller does live.
func TestLaunchesFail(t *testing.T) {
	lack := func(f Fault) func(*Config) {
		f.Kind, f.Share = NoCapacity, 1
		return func(c *Config) { c.Faults = []Fault{f} }
	}
	for _, c := range []struct {
		what   string
		n      int
		change func(*Config)
		want   string
		failed uint64
		spared []string
	}{
		{"for 12 s nothing can be launched", 2, lack(Fault{At: 9 * time.Second, Lasts: 12 * time.Second, Zone: AnyZone, Pool: policy.NoPool}),
			"10s launch 1, 11s failed, 16s launch 1, 17s failed, 27s launch 1, 28s w1 in 0", 2, nil},
		{"the end is the first instant that has capacity", 2, lack(Fault{At: 9 * time.Second, Lasts: time.Second, Zone: AnyZone, Pool: policy.NoPool}),
			"10s launch 1, 11s w1 in 0", 0, []string{" hit nobody: nothing was launched there meanwhile"}},
		{"another pool lacks", 2, lack(Fault{Lasts: time.Hour, Zone: AnyZone, Pool: 1}), "10s launch 1, 11s w1 in 0", 0, []string{" hit nobody: nothing was launched there meanwhile"}},
		// Of 3 vCPUs one is used: two of four launches are refused. That a worker is ready at 15 s
		// ends the first pause.
		{"the quota is reached", 5, func(c *Config) { c.Account.VCPUs = 3 },
			"10s launch 4, 11s w1 in 0, 11s w2 in 0, 11s failed, 11s failed, 15s launch 2, 16s failed, 16s failed, 21s launch 2, 22s failed, 22s failed, 32s launch 2, 33s failed, 33s failed, 53s launch 2, 54s failed, 54s failed, 1m34s launch 2, 1m35s failed, 1m35s failed", 12, nil},
		// Two at once and one more in 4 s: the third and fourth are refused at 10 s, the bucket has 1.25 at 15 s.
		{"the rate is exceeded", 5, func(c *Config) { c.Account = Account{Burst: 2, PerS: 0.25} },
			"10s launch 4, 11s w1 in 0, 11s w2 in 0, 11s failed, 11s failed, 15s launch 2, 16s w3 in 0, 16s failed, 20s launch 1, 21s w4 in 0", 3, nil},
		{"the quota of the other market is not", 2, func(c *Config) { c.Account.SpotVCPUs = 1 }, "10s launch 1, 11s w1 in 0", 0, nil},
	} {
		got, m := launched(t, c.n, c.change)
		if got != c.want || m.counts.LaunchesFailed != c.failed || !slices.Equal(m.counts.Spared, c.spared) {
			t.Errorf("%s: %d failed, told %q:\n%s, want\n%s", c.what, m.counts.LaunchesFailed, m.counts.Spared, got, c.want)
		}
	}
}

// TestAShareOfLaunchesFails: as many as it says, drawn by the launch, so that the same ones are
// refused whatever else happens.
func TestAShareOfLaunchesFails(t *testing.T) {
	refused := func(change func(*Config)) (n float64) {
		_, m := launched(t, 400, func(c *Config) {
			c.Control.Pools[0].Max = 1000
			c.Faults = []Fault{{Kind: NoCapacity, Share: 0.3, Zone: AnyZone, Pool: policy.NoPool, Lasts: 14 * time.Second}}
			c.Duration = 13 * time.Second
			change(c)
		})
		return float64(m.counts.LaunchesFailed)
	}
	n := refused(func(*Config) {})
	if n < 399*0.3-28 || n > 399*0.3+28 { // three standard deviations of 9.2
		t.Errorf("%v of 399 launches were refused, want about 120", n)
	}
	if other := refused(func(c *Config) { c.Pools[0].Launch.Boot = constant(9) }); other != n {
		t.Errorf("%v were refused where boots are longer, else %v", other, n)
	}
}
