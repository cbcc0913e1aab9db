package plan

import (
	"time"

	"cnv/sim"
	"cnv/workloads"
)

// A faultTable is [[fault]]: something that goes wrong with a worker, its reports, the store, a zone, or launches.
type faultTable struct {
	At       time.Duration `toml:"at" axis:"no" doc:"when; required, but with mean or from"`
	Every    time.Duration `toml:"every" axis:"no" doc:"and again every so often, until the arrivals end; 0s: once"`
	Mean     time.Duration `toml:"mean" axis:"no" doc:"at random instead, from the start on: the mean time between two, which are exponential and the same under all policies; 0s: at the instant at"`
	Per      string        `toml:"per" axis:"no" doc:"of mean: of the \"fleet\", whose faults hit what worker says, or of each \"worker\", for as long as that runs; fleet"`
	From     string        `toml:"from" axis:"no" doc:"a CSV file of faults, relative to this file: a header with at, kind, and as many others of the keys worker, lasts, factor, on, off, notice, noticed, failed, zone, pool and share as are needed; then one line a fault, such as 5m,hang,any,10s"`
	Kind     string        `toml:"kind" axis:"no" doc:"\"crash\": what is in flight there fails, connections are refused; \"hang\": it takes requests and gets nowhere; \"slow\": it works slower; \"sick\": it answers every request at once with an error; \"partition\": the gateway cannot reach it, so that requests and answers are held up, while it goes on; \"spot\": a spot instance is taken away after notice; \"telemetry\": its reports are lost; \"store\": writes to the store and lookups fail; \"zone\": all workers of a zone crash, and none is launched there while it lasts; or \"no-capacity\": launches are refused; crash"`
	Notice   time.Duration `toml:"notice" axis:"no" doc:"of kind = \"spot\": from the notice to the end; what the instance does meanwhile is said by on_notice of [cluster]; 2m"`
	Lasts    time.Duration `toml:"lasts" axis:"no" doc:"for how long, of all kinds but crash and spot; 0s: for good"`
	Factor   float64       `toml:"factor" axis:"no" doc:"of kind = \"slow\": its speed is this times as much, in (0, 1); 0.5"`
	On       time.Duration `toml:"on" axis:"no" doc:"of kind = \"sick\": sick for so long and well for off, in turn; 0s: sick all the time"`
	Off      time.Duration `toml:"off" axis:"no" doc:"of kind = \"sick\": see on; 0s: never well"`
	Worker   string        `toml:"worker" axis:"no" doc:"\"any\" ready one, or the number of a worker, from \"0\" in order of launch; of kind = \"telemetry\" also \"all\"; any"`
	Detected time.Duration `toml:"noticed" axis:"no" doc:"until regular health checks notice, if it has not ended by itself; of crash, hang and partition; 2.5s"`
	Failed   time.Duration `toml:"failed" axis:"no" doc:"of kind = \"crash\": until the gateway notices a failed request there, if that is earlier; 0s: it does not; 200ms"`
	Zone     string        `toml:"zone" axis:"no" doc:"of kind = \"zone\", required, and of \"no-capacity\": which; all"`
	Pool     string        `toml:"pool" axis:"no" doc:"of kind = \"no-capacity\": whose launches are refused; all"`
	Share    float64       `toml:"share" axis:"no" doc:"of kind = \"no-capacity\": the part of the launches that is refused, each by chance; 1"`
	// Policies are full names.
	Policies []string `toml:"policies" axis:"no" doc:"under which policies it happens, by their full names; all"`

	path string // of the table in the file
	row  string // "faults.csv:3", of a line of a file; "" of a table
}

// maxFaults bounds what an experiment lets go wrong in a run.
const maxFaults = 100_000

// faultKinds are what can go wrong.
var faultKinds = []string{"crash", "hang", "slow", "sick", "partition", "spot", "telemetry", "store", "zone", "no-capacity"}

// faultKind is the kinds of faults by their names.
var faultKind = map[string]sim.FaultKind{
	"crash": sim.Crash, "hang": sim.Hang, "slow": sim.Slow, "sick": sim.Sick, "partition": sim.Partition,
	"spot": sim.Interrupt, "telemetry": sim.TelemetryGap, "store": sim.StoreOutage, "zone": sim.ZoneLost, "no-capacity": sim.NoCapacity,
}

// defaultFault is a fault of which the file says nothing yet.
func defaultFault() faultTable {
	return faultTable{Kind: "crash", Per: "fleet", Notice: 2 * time.Minute, Factor: 0.5, Worker: "any", Share: 1, Detected: 2500 * time.Millisecond, Failed: 200 * time.Millisecond}
}

// readFaults reads what is to go wrong.
func (r *reader) readFaults(e *Environment) {
	for _, t := range r.list(r.root, "fault") {
		f := defaultFault()
		f.path = t.path
		r.decode(t, nil, &f)
		if t.has("from") {
			e.faults = append(e.faults, r.faultsFrom(t, &f, e)...)
			continue
		}
		r.wrong(!t.has("at") && !t.has("mean"), join(t.path, "at"), "missing: say when, such as \"5m\", or how often with mean")
		for _, key := range []string{"at", "every"} {
			r.wrong(t.has(key) && t.has("mean"), join(t.path, key), "does nothing, as mean says when")
		}
		r.wrong(t.has("worker") && f.Per == "worker", join(t.path, "worker"), `does nothing, as per = "worker" hits each`)
		r.wrong(t.has("mean") && f.Mean < leastPeriod, join(t.path, "mean"), "%v, must be at least %v", f.Mean, leastPeriod)
		r.wrong(t.has("per") && !t.has("mean"), join(t.path, "per"), "does nothing without mean")
		r.wrong(!contains(hazardPer, f.Per), join(t.path, "per"), "unknown %q%s", f.Per, hint(f.Per, hazardPer))
		r.wrong(f.Per == "worker" && (f.Kind == "store" || f.regional()), join(t.path, "per"), "kind = %q is of no single worker: leave it out", f.Kind)
		for _, p := range append(f.problems(t.has), f.shortage(e)...) {
			r.problem(join(t.path, p[0]), "%s", p[1])
		}
		e.faults = append(e.faults, f)
	}
	for _, f := range e.faults {
		r.wrong(f.Kind == "store" && e.store == nil, join(f.path, "kind"), `"store" hits the store, which there is none of: give [store]`)
		r.wrong(f.Kind == "telemetry" && e.telemetry.Period == 0, join(f.path, "kind"), `"telemetry" loses reports, of which there are none: give a period above 0s in [telemetry]`)
	}
}

// hazardPer is of what mean is the time between two faults.
var hazardPer = []string{"fleet", "worker"}

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
		late := false // of a file such a fault was told of
		for i := range e.faults {
			f := &e.faults[i]
			r.wrong(f.Policies != nil && len(f.Policies) == 0, join(f.path, "policies"), "an empty list: leave it out to hit runs of all policies")
			for _, name := range f.Policies {
				r.wrong(!contains(names, name), join(f.path, "policies"), "unknown policy %q%s", name, hint(name, names))
			}
			switch at := join(f.path, "at"); {
			case f.row != "" && f.At >= ends+e.top.DrainCap && !late:
				late = true
				r.note(join(f.path, "from"), "%s is after the end of every run, with what comes later: the last arrival of the longest workload is at about %v", f.row, ends)
			case f.row != "" || f.Mean > 0:
			case f.At >= ends+e.top.DrainCap:
				r.problem(at, "%v, must be before the end of the run: the last arrival of the longest workload, at %v, and drain_cap, %v", f.At, ends, e.top.DrainCap)
			case f.At >= ends && !e.busyAt(made, f.At):
				r.note(at, "%v is after the last arrival of the longest workload, at about %v: it happens only in runs in which requests still have no answer then", f.At, ends)
			}
			r.wrong(f.Mean > 0 && ends/f.Mean >= maxFaults/2, join(f.path, "mean"), "%v, gives more than %d faults in a run", f.Mean, maxFaults/2)
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
	if err != nil || n < 0 || len(e.faults) > 1 || f.Kind == "store" {
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
