package scale

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"cnv/policy"
)

// Schedule gives the first pool the size of the entry of a timetable that happened last;
// the other pools stay as they are. An entry is a line of a crontab with the number of
// workers behind it, such as "0 8 * * mon-fri 12"; of two at the same instant the later in
// the list holds. Before the first, what is there stays.
//
// The run knows no calendar: Begin says what the clocks of Zone show at its beginning.
//
// To have a schedule as a floor under another scaler, use "max" of the two.
// O(entries, times the days since each) per decision.
//
// Source: crontab(5); EC2 Auto Scaling user guide, "Scheduled scaling".
type Schedule struct {
	At    []string      `toml:"at" doc:"entries \"minute hour day month weekday workers\""`
	Zone  string        `toml:"zone" doc:"time zone of the entries: a name such as \"Europe/Berlin\", or a POSIX rule"`
	Begin string        `toml:"start" doc:"local time at which the run begins"`
	Every time.Duration `toml:"period" doc:"time between decisions" range:"10s:5m" set:"yes"`

	entries []timed
	start   time.Time
	desired []int
}

// A timed entry is a number of workers from some instants on.
type timed struct {
	when    cron
	workers int
}

// startForm is how Start is written.
const startForm = "2006-01-02T15:04"

// NewSchedule returns office hours, from a Monday at midnight.
func NewSchedule() *Schedule {
	return &Schedule{
		At: []string{"0 8 * * mon-fri 4", "0 18 * * mon-fri 1"}, Zone: "UTC",
		Begin: "2026-01-05T00:00", Every: time.Minute,
	}
}

// Validate checks the parameters.
func (p *Schedule) Validate() error {
	_, _, err := p.read()
	return errors.Join(err, period(p.Every))
}

// read reads the entries and the start.
func (p *Schedule) read() (entries []timed, start time.Time, err error) {
	var errs []error
	if len(p.At) == 0 {
		errs = append(errs, errors.New(`at = [], want entries such as "0 8 * * mon-fri 12"`))
	}
	for _, text := range p.At {
		e, err := readTimed(text)
		if err != nil {
			errs = append(errs, fmt.Errorf("at = %q: %w", text, err))
		}
		entries = append(entries, e)
	}
	loc, err := zone(p.Zone)
	if err != nil {
		return nil, start, errors.Join(append(errs, err)...)
	}
	start, err = time.ParseInLocation(startForm, p.Begin, loc)
	if err != nil {
		errs = append(errs, fmt.Errorf("start = %q, want a local time such as %q", p.Begin, startForm))
	}
	return entries, start, errors.Join(errs...)
}

// readTimed reads one entry.
func readTimed(text string) (timed, error) {
	fields := strings.Fields(text)
	if len(fields) != len(cronFields)+1 {
		return timed{}, errors.New("want five fields of a crontab and the number of workers")
	}
	n, err := strconv.Atoi(fields[len(cronFields)])
	if err != nil || n < 0 || n > policy.MaxWorkers {
		return timed{}, fmt.Errorf("%q is no number of workers", fields[len(cronFields)])
	}
	when, err := parseCron(fields[:len(cronFields)])
	return timed{when, n}, err
}

// Period implements policy.Scaler.
func (p *Schedule) Period() time.Duration { return p.Every }

// FirstPeriod implements policy.FirstPeriod: what holds at the start is there at once.
func (p *Schedule) FirstPeriod() time.Duration { return policy.ShortestPeriod }

// StartsFromNone implements policy.LateStarter: somebody comes once an entry says so.
func (p *Schedule) StartsFromNone(pool policy.PoolID) bool {
	return pool == 0 && slices.ContainsFunc(p.entries, func(e timed) bool { return e.workers > 0 })
}

// Start implements policy.Starter.
func (p *Schedule) Start(policy.Env) (err error) {
	p.entries, p.start, err = p.read()
	return err
}

// Size implements policy.Scaler.
func (p *Schedule) Size(v *policy.ScaleView) policy.Plan {
	p.desired = p.desired[:0]
	if n := p.holds(p.start.Add(v.Now)); n >= 0 && len(v.Pools()) > 0 {
		p.desired = append(p.desired, n)
	}
	p.desired = others(v, p.desired)
	return policy.Plan{Desired: p.desired}
}

// holds is the workers of the entry that holds at an instant; -1: none does.
func (p *Schedule) holds(t time.Time) int {
	workers, latest := -1, time.Time{}
	for i := range p.entries {
		if at, ok := p.entries[i].when.last(t); ok && !at.Before(latest) {
			workers, latest = p.entries[i].workers, at
		}
	}
	return workers
}
