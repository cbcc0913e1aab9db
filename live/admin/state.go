package admin

import (
	"log/slog"
	"sync"
	"time"

	"cnv/live"
	"cnv/live/store"
	"cnv/policy"
	"cnv/policy/journal"
)

// A State looks into a running gateway.
type State struct {
	Brain   *live.Brain
	Gateway *live.Gateway
	Name    string              // of the policy
	Title   string              // of the dashboard: what runs, and where
	Watch   *Watch              // for the dashboard; nil: it shows the present only
	Spend   func() Spend        // likewise; nil: not known
	Store   func() store.Counts // nil: nothing is stored
	Scales  time.Duration       // between two decisions of the scaler; 0: there is none
	Leads   func() bool         // whether nobody else can lead its deployment now; nil: there is no lease
	// TimeLeft is how long the gateway may go on; nil, or false: there is no limit.
	TimeLeft func() (time.Duration, bool)
	Budget   *live.Budget       // whose ceilings can be changed; nil: there is none
	Log      *slog.Logger       // of what is changed by hand; nil: there is none
	Note     func(journal.Note) // likewise, for the journal
	// Journal is whether the journal takes nothing more, and how many of its records are
	// missing; nil: there is none.
	Journal func() (stopped bool, lost uint64)
	Guard   *live.Guard // of the gateway's clients; nil: there is none
	// Where is what the log calls a worker: its instance, or its address; nil: not known.
	Where func(policy.WorkerID) string

	operating sync.Mutex // held while something is changed by hand
}

// A Snapshot is the state at an instant.
type Snapshot struct {
	Note              string        `json:"note,omitempty"` // what an operator should know of what was asked for
	Title             string        `json:"title"`          // what runs, and where
	Policy            string        `json:"policy"`
	UptimeS           float64       `json:"uptime_s"`
	TimeLeftS         *float64      `json:"time_left_s,omitempty"` // until it ends by itself; left out: there is no limit
	InFlight          int           `json:"in_flight"`
	Queued            int           `json:"queued"`
	HeldBytes         int64         `json:"held_bytes"`
	Unbelieved        int64         `json:"unbelieved_cpu_times"`
	FunctionsInFlight int           `json:"functions_in_flight"`
	Paused            bool          `json:"scaling_paused"`
	Pools             []Pool        `json:"pools"`
	Workers           []Worker      `json:"workers"`
	Counts            policy.Counts `json:"counts"`
	Table             *Table        `json:"table,omitempty"` // left out: nothing is stored
}

// A Table is what the table of measurements was used for so far.
type Table struct {
	Writes float64 `json:"write_units"`
	Reads  float64 `json:"read_units"`
}

// A Pool is a pool's workers by state.
type Pool struct {
	Name string `json:"name"`
	Min  int    `json:"min"`
	Max  int    `json:"max"`

	Desired   int `json:"desired"`
	Launching int `json:"launching"`
	Booting   int `json:"booting"`
	Ready     int `json:"ready"`
	Draining  int `json:"draining"`
	Forgotten int `json:"forgotten"`
}

// A Worker is a ready worker.
type Worker struct {
	ID       policy.WorkerID `json:"worker"`
	Where    string          `json:"where,omitempty"` // its instance, or its address
	Pool     string          `json:"pool"`
	InFlight int             `json:"in_flight"`
	WorkLeft float64         `json:"work_left_s"`
	CPU      float64         `json:"cpu"`
	CPUAgeS  float64         `json:"cpu_age_s"` // -1 never reported
	Failures int             `json:"failures"`
	Standing string          `json:"standing,omitempty"` // "ejected" or "tested" by the health policy; "": in service
}

// Snapshot asks the brain; the goroutine that owns the Controller answers.
func (s *State) Snapshot() Snapshot {
	out := Snapshot{Title: s.Title, Policy: s.Name, InFlight: s.Gateway.InFlight(), HeldBytes: s.Gateway.Held(), Unbelieved: s.Gateway.Unbelieved(), Pools: []Pool{}, Workers: []Worker{}}
	if s.TimeLeft != nil {
		if left, ok := s.TimeLeft(); ok {
			seconds := left.Seconds()
			out.TimeLeftS = &seconds
		}
	}
	if s.Store != nil {
		u := s.Store().Units
		out.Table = &Table{u.Writes, u.Reads}
	}
	s.Brain.Do(func(c *policy.Controller) {
		v := c.View()
		now := s.Brain.Now()
		out.UptimeS = now.Seconds()
		out.Queued, out.Paused, out.Counts = c.Queued(), c.Paused(), c.Counts()
		if v.Functions() != nil {
			out.FunctionsInFlight = v.FunctionsBusy()
		}
		for i := range v.Pools() {
			p := &v.Pools()[i]
			n := v.Pool(policy.PoolID(i))
			out.Pools = append(out.Pools, Pool{
				Name: p.Name, Min: p.Min, Max: p.Max, Desired: c.Desired(policy.PoolID(i)),
				Launching: n.Launching, Booting: n.Booting, Ready: n.Ready, Draining: n.Draining, Forgotten: n.Forgotten,
			})
		}
		for _, id := range (&policy.ScaleView{View: v}).Ready() {
			w := v.Worker(id)
			age := -1.0
			if w.AsOf >= 0 {
				age = (now - w.AsOf).Seconds()
			}
			where := ""
			if s.Where != nil {
				where = s.Where(id)
			}
			out.Workers = append(out.Workers, Worker{
				ID: id, Where: where, Pool: v.Pools()[w.Pool].Name, InFlight: int(w.InFlight), WorkLeft: v.WorkLeft(id),
				CPU: w.CPU, CPUAgeS: age, Failures: int(w.Failures),
				Standing: v.Standing(id),
			})
		}
	})
	return out
}

// pool finds a pool by name; the only one has no need of a name.
func (s *State) pool(name string) (policy.PoolID, []string) {
	found, names := policy.PoolID(-1), []string{}
	s.Brain.Do(func(c *policy.Controller) {
		for i, p := range c.View().Pools() {
			names = append(names, p.Name)
			if p.Name == name {
				found = policy.PoolID(i)
			}
		}
	})
	if name == "" && len(names) == 1 {
		found = 0
	}
	return found, names
}

// settle waits until the brain has taken what was posted before.
func (s *State) settle() { s.Brain.Do(func(*policy.Controller) {}) }

// patience bounds requests to the admin pages.
const patience = 10 * time.Second
