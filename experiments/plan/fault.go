package plan

import (
	"fmt"
	"strconv"
	"time"

	"cnv/policy"
	"cnv/sim"
	"cnv/workloads"
)

// A faultTable is [[fault]]: something that goes wrong with a worker, a zone, or launches.
type faultTable struct {
	At       time.Duration `toml:"at" axis:"no" doc:"when; required"`
	Every    time.Duration `toml:"every" axis:"no" doc:"and again every so often, until the arrivals end; 0s: once"`
	Kind     string        `toml:"kind" axis:"no" doc:"\"crash\": what is in flight there fails, connections are refused; \"hang\": it takes requests and gets nowhere; \"sick\": it answers every request at once with an error; \"spot\": a spot instance is taken away after notice; \"zone\": all workers of a zone crash, and none is launched there while it lasts; or \"no-capacity\": launches are refused; crash"`
	Notice   time.Duration `toml:"notice" axis:"no" doc:"of kind = \"spot\": from the notice to the end; what the instance does meanwhile is said by on_notice of [cluster]; 2m"`
	Lasts    time.Duration `toml:"lasts" axis:"no" doc:"of kind = \"sick\", \"zone\" or \"no-capacity\": for how long; 0s: for good"`
	Zone     string        `toml:"zone" axis:"no" doc:"of kind = \"zone\", required, and of \"no-capacity\": which; all"`
	Pool     string        `toml:"pool" axis:"no" doc:"of kind = \"no-capacity\": whose launches are refused; all"`
	Share    float64       `toml:"share" axis:"no" doc:"of kind = \"no-capacity\": the part of the launches that is refused, each by chance; 1"`
	Worker   string        `toml:"worker" axis:"no" doc:"\"any\" ready one, or the number of a worker, from \"0\" in order of launch; any"`
	Detected time.Duration `toml:"noticed" axis:"no" doc:"until regular health checks notice; 2.5s"`
	Failed   time.Duration `toml:"failed" axis:"no" doc:"until the gateway notices a failed request there, if that is earlier; 0s: it does not; 200ms"`
	// Policies are full names.
	Policies []string `toml:"policies" axis:"no" doc:"under which policies it happens, by their full names; all"`

	path string // of the table in the file
}

// maxFaults bounds what an experiment lets go wrong in a run.
const maxFaults = 100_000

// faultKinds are what can go wrong.
var faultKinds = []string{"crash", "hang", "sick", "spot", "zone", "no-capacity"}

// defaultFault is a fault of which the file says nothing yet.
func defaultFault() faultTable {
	return faultTable{Kind: "crash", Notice: 2 * time.Minute, Worker: "any", Share: 1, Detected: 2500 * time.Millisecond, Failed: 200 * time.Millisecond}
}

// readFaults reads what is to go wrong.
func (r *reader) readFaults(e *Environment) {
	for _, t := range r.list(r.root, "fault") {
		f := defaultFault()
		f.path = t.path
		r.decode(t, nil, &f)
		at := func(key string) string { return join(t.path, key) }
		r.wrong(!t.has("at"), at("at"), "missing: say when, such as \"5m\"")
		r.wrong(f.At < 0, at("at"), "%v, must not be negative", f.At)
		r.wrong(f.Every < 0, at("every"), "%v, must not be negative", f.Every)
		r.wrong(t.has("notice") && f.Kind != "spot", at("notice"), "does nothing, as only kind = \"spot\" gives notice")
		r.wrong(t.has("noticed") && f.Kind == "spot", at("noticed"), "does nothing, as the provider tells of the end of a spot instance")
		r.wrong(t.has("failed") && f.Kind == "spot", at("failed"), "does nothing, as the provider tells of the end of a spot instance")
		r.wrong(t.has("failed") && f.Kind == "hang", at("failed"), "does nothing, as no request fails at a worker that hangs: it is noticed by health checks")
		r.wrong(t.has("lasts") && f.Kind != "sick" && !f.regional(), at("lasts"), "does nothing, as only kind = \"sick\", \"zone\" and \"no-capacity\" end by themselves")
		r.checkShortage(t, &f, e)
		for _, key := range []string{"noticed", "failed"} {
			r.wrong(t.has(key) && f.Kind == "sick", at(key), "does nothing, as health checks find nothing at a worker that is sick")
		}
		r.wrong(f.Lasts < 0, at("lasts"), "%v, must not be negative", f.Lasts)
		r.wrong(f.Notice < 0, at("notice"), "%v, must not be negative", f.Notice)
		r.wrong(f.Detected < 0, at("noticed"), "%v, must not be negative", f.Detected)
		r.wrong(f.Failed < 0, at("failed"), "%v, must not be negative", f.Failed)
		r.wrong(!contains(faultKinds, f.Kind), at("kind"), "unknown kind %q%s", f.Kind, hint(f.Kind, faultKinds))
		_, err := f.worker()
		r.wrong(err != nil, at("worker"), "%q, want \"any\" or the number of a worker, such as \"0\"", f.Worker)
		e.faults = append(e.faults, f)
	}
}

// checkFaults refuses faults that can never happen: after the end of every run,
// more often than a run may have any, or to a worker that never exists. One that
// may come too late is a note.
func (r *reader) checkFaults(made []*Workload, environments []*Environment, policies []*Policy) {
	ends := time.Duration(0)
	for _, w := range made {
		span := max(w.duration(), w.Made.Span)
		if span == 0 {
			return // not known
		}
		ends = max(ends, span)
	}
	var names []string
	for _, p := range policies {
		names = append(names, p.Name)
	}
	for _, e := range environments {
		for i := range e.faults {
			f := &e.faults[i]
			for _, name := range f.Policies {
				r.wrong(!contains(names, name), join(f.path, "policies"), "unknown policy %q%s", name, hint(name, names))
			}
			switch at := join(f.path, "at"); {
			case f.At >= ends+e.top.DrainCap:
				r.problem(at, "%v, must be before the end of the run: the last arrival of the longest workload, at %v, and drain_cap, %v", f.At, ends, e.top.DrainCap)
			case f.At >= ends && !e.busyAt(made, f.At):
				r.note(at, "%v is after the last arrival of the longest workload, at about %v: it happens only in runs in which requests still have no answer then", f.At, ends)
			}
			r.wrong(f.Every > 0 && (ends-f.At)/f.Every >= maxFaults, join(f.path, "every"), "%v, gives more than %d faults in a run", f.Every, maxFaults)
			r.wrong(!e.mayExist(f, policies), join(f.path, "worker"), "there is never a worker %s: they are numbered from 0, and nothing launches more", f.Worker)
		}
	}
}

// busyAt says whether in every run of some workload that is recorded a request has no answer
// yet at an instant: its work outlasts it, even on the fastest core there is.
func (e *Environment) busyAt(made []*Workload, at time.Duration) bool {
	fastest := 1.0 // of a function
	for i := range e.pools {
		fastest = max(fastest, e.pools[i].Instance.Speed)
	}
	for _, w := range made {
		if !w.Recorded() {
			continue
		}
		src, err := w.Made.Open(1)
		if err != nil {
			continue // the run says so
		}
		for a := (workloads.Arrival{}); src.Next(&a); {
			if a.Work != workloads.Unknown && a.At+time.Duration(float64(a.Work)/fastest) > at {
				return true
			}
		}
	}
	return false
}

// mayExist says whether there may be the worker that a fault hits, under any
// policy under which it happens. What launches workers is not followed: only where nothing does is the
// number of workers known.
func (e *Environment) mayExist(f *faultTable, policies []*Policy) bool {
	n, err := f.worker()
	if err != nil || n == sim.AnyWorker || len(e.faults) > 1 {
		return true
	}
	under := 0
	for _, p := range policies {
		if !f.hits(p) {
			continue
		}
		under++
		if p.names["scaler"] != "fixed" || len(p.roles["scaler"].params.keys) > 0 {
			return true
		}
		there := 0
		for i := range e.pools {
			pool := e.pools[i].control()
			p.bounds(&pool)
			first := p.initial(&e.pools[i])
			if first.Auto || first.Law.Law != nil {
				return true
			}
			there += max(first.N, pool.Min)
		}
		if int(n) < there {
			return true
		}
	}
	return under == 0
}

// hits says whether it happens under a policy.
func (f *faultTable) hits(p *Policy) bool {
	return len(f.Policies) == 0 || contains(f.Policies, p.Name)
}

// worker is whom it hits.
func (f *faultTable) worker() (policy.WorkerID, error) {
	if f.Worker == "any" {
		return sim.AnyWorker, nil
	}
	n, err := strconv.ParseUint(f.Worker, 10, 31)
	return policy.WorkerID(n), err
}

// name is what people know it by.
func (f *faultTable) name() string {
	if f.Every > 0 {
		return fmt.Sprintf("of the faults from %v on every %v one or more", f.At, f.Every)
	}
	return fmt.Sprintf("the fault at %v", f.At)
}

// world is what goes wrong in a run whose arrivals last so long.
func (f *faultTable) world(e *Environment, duration time.Duration) []sim.Fault {
	w, _ := f.worker() // checked by readFaults
	one := sim.Fault{Name: f.name(), At: f.At, Worker: w, Detected: f.Detected, Failed: f.Failed}
	switch f.Kind {
	case "hang":
		one.Kind = sim.Hang
	case "sick":
		one.Kind, one.Lasts = sim.Sick, f.Lasts
	case "spot":
		one.Kind, one.Notice = sim.Interrupt, f.Notice
	case "zone":
		one.Kind, one.Lasts, one.Zone = sim.ZoneLost, f.Lasts, e.zone(f.Zone)
	case "no-capacity":
		one.Kind, one.Lasts, one.Zone, one.Pool, one.Share = sim.NoCapacity, f.Lasts, e.zone(f.Zone), policy.PoolID(e.pool(f.Pool)), f.Share
	}
	out := []sim.Fault{one}
	for f.Every > 0 && len(out) < maxFaults {
		if one.At += f.Every; one.At >= duration {
			break
		}
		out = append(out, one)
	}
	return out
}
