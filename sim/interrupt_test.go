package sim

import (
	"math"
	"testing"
	"time"

	"cnv/policy"
	"cnv/results"
)

// TestSpotNotice: two spot VMs, one request of work on each from 0 on. VM 1 has
// notice at 2 s of its end at 6 s. Until then it works, and takes nothing new;
// what it has finished by then is not lost, what it has not is.
func TestSpotNotice(t *testing.T) {
	for _, c := range []struct {
		name   string
		spot   bool
		work   time.Duration
		finish [3]time.Duration // 0 and 1 arrive at 0, 2 at 3 s
		billed float64          // seconds of VM 1
	}{
		{"drained in time", true, 4 * time.Second, [3]time.Duration{4 * time.Second, 4 * time.Second, 8 * time.Second}, 0}, // its end at 6 s is left to EC2
		{"taken away", true, 70 * time.Second, [3]time.Duration{70 * time.Second, results.Never, 140 * time.Second}, 0},    // in its first hour
		{"not a spot instance", false, 4 * time.Second, [3]time.Duration{4 * time.Second, 4 * time.Second, 8 * time.Second}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := fleet(2, &roundRobin{})
			cfg.Pools[0].Spot, cfg.Pools[0].USDPerHour = c.spot, 3600
			cfg.Control.Pools[0].Replace = policy.ReplaceNever
			notice := 4 * time.Second
			if c.work > time.Minute {
				notice = 64 * time.Second
			}
			for range 2 { // the second has nobody new to hit
				cfg.Faults = append(cfg.Faults, Fault{At: 2 * time.Second, Kind: Interrupt, Worker: 1, Notice: notice})
			}
			src := at(0, 0, 3)
			for i := range src.arrivals {
				src.arrivals[i].Work = c.work
			}
			m := play(t, cfg, src)
			for i, want := range c.finish {
				if got := m.byID(t)[i].Finish; got != want {
					t.Errorf("request %d finished at %v, want %v", i, got, want)
				}
			}
			if q := m.byID(t)[2]; c.spot && q.Worker != 0 {
				t.Errorf("request 2, after the notice, went to worker %d", q.Worker)
			}
			if !c.spot {
				return
			}
			end := max(m.byID(t)[2].Finish, cfg.Duration).Seconds()
			if want := max(end, 60) + c.billed; math.Abs(m.ledger.Instances-want) > 1e-6 {
				t.Errorf("instances cost $%v, want $%v at a dollar per second", m.ledger.Instances, want)
			}
		})
	}
}

// TestReclaimedIsFreeForAnHour: what EC2 takes away in its first hour is not
// billed, but for its address and its volume; what crashes is.
func TestReclaimedIsFreeForAnHour(t *testing.T) {
	for _, c := range []struct {
		name   string
		kind   FaultKind
		works  time.Duration // it has a request so long
		at     time.Duration // of the notice, two minutes before the end, or of the crash
		hours  float64       // that the VM ran
		billed float64       // hours of the instance
		sudden bool          // without a notice
	}{
		{"in the first hour, at once", Interrupt, 100 * time.Minute, 30 * time.Minute, 0.5, 0, true},
		{"in the first hour, idle, at once", Interrupt, time.Second, 30 * time.Minute, 0.5, 0, true},
		{"in the second, idle, at once", Interrupt, time.Second, 90 * time.Minute, 1.5, 1.5, true},
		{"in the first hour", Interrupt, 100 * time.Minute, 28 * time.Minute, 0.5, 0, false},
		{"in the first hour, idle", Interrupt, time.Second, 28 * time.Minute, 0.5, 0, false},
		{"in the second", Interrupt, 100 * time.Minute, 88 * time.Minute, 1.5, 1.5, false},
		{"in the second, idle", Interrupt, time.Second, 88 * time.Minute, 1.5, 1.5, false},
		{"the run ends before", Interrupt, time.Second, 119 * time.Minute, 2, 2, false},
		{"crashed in the first hour", Crash, 100 * time.Minute, 30 * time.Minute, 0.5, 0.5, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := fleet(1, &roundRobin{})
			cfg.Duration, cfg.DrainCap = 2*time.Hour, 3*time.Hour
			cfg.Pools[0] = Pool{Initial: 1, Spot: true, USDPerHour: 0.03, IPv4USDPerHour: 0.005, EBSUSDPerHour: 0.001}
			cfg.Control.Pools[0].Replace = policy.ReplaceNever
			cfg.Faults = []Fault{{At: c.at, Kind: c.kind, Notice: 2 * time.Minute, Detected: time.Second}}
			if c.sudden {
				cfg.Faults[0].Notice = 0
			}
			src := at(0, 115*60) // the second keeps the run going
			src.arrivals[0].Work = c.works
			l := play(t, cfg, src).ledger
			for what, v := range map[string][2]float64{
				"instances": {l.Instances, 0.03 * c.billed}, "IPv4": {l.IPv4, 0.005 * c.hours}, "EBS": {l.EBS, 0.001 * c.hours},
			} {
				if math.Abs(v[0]-v[1]) > 1e-12 {
					t.Errorf("%s cost $%v, want $%v", what, v[0], v[1])
				}
			}
		})
	}
}

// TestSpotVictims: a notice hits a ready worker of a spot pool, or nobody.
func TestSpotVictims(t *testing.T) {
	for _, spot := range []bool{false, true} {
		cfg := fleet(2, &roundRobin{})
		cfg.Control.Pools = append(cfg.Control.Pools, cfg.Control.Pools[0])
		cfg.Pools = append(cfg.Pools, cfg.Pools[0])
		cfg.Pools[1].Spot = spot
		cfg.Control.Pools[1].Replace = policy.ReplaceNever
		for i := range 8 {
			cfg.Faults = append(cfg.Faults, Fault{At: time.Duration(i) * time.Second, Kind: Interrupt, Worker: AnyWorker, Notice: time.Minute})
		}
		hit := map[policy.WorkerID]int{}
		cfg.Journal = listener(func(e *policy.Event) {
			if e.Kind == policy.WorkerNotice {
				hit[e.Worker]++
			}
		})
		play(t, cfg, at(0, 9))
		if want := map[bool]int{false: 0, true: 2}[spot]; len(hit) != want || hit[0] > 0 || hit[1] > 0 || hit[2] > 1 {
			t.Errorf("spot %v: notices by worker %v, want one each for workers 2 and 3 of the spot pool", spot, hit)
		}
	}
}

type listener func(*policy.Event)

func (w listener) Add(_ time.Duration, e *policy.Event, _ []policy.Command) { w(e) }
