package local

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"cnv/live/clock"
	"cnv/live/local/dynamo"
	"cnv/live/local/ec2"
	"cnv/live/local/lambda"
	"cnv/live/local/scheduler"
	"cnv/policy/nearest"
)

// A Fault is something that goes wrong. Times count from Start, or as Break says. What happens
// to instances happens once, at From; calls are struck between From and To.
type Fault struct {
	// Action is the call that fails ("RunInstances", "Invoke", "GetItem", ...),
	// or: "kill" ends the worker that has run longest, or of the instance Code;
	// "zone" leaves the zone named in Code without capacity; "outage" ends all
	// that runs there, too; "spot" gives the spot instance that has run
	// longest notice that it is taken away after Delay (0: two minutes).
	Action string
	Code   string        // the error: "InsufficientInstanceCapacity", "TooManyRequestsException", ...; "": none, only Delay
	From   time.Duration // from when on
	To     time.Duration // until when; 0: for ever
	Next   int           // only so many calls; 0: all of the time
	Every  int           // only each so-many-th call; 0: each
	Delay  time.Duration // before the answer
	Lost   bool          // the call is carried out, and the connection breaks before its answer
}

// happens are the actions that are not calls.
var happens = []string{"kill", "zone", "outage", "spot"}

// tableActions are the calls of DynamoDB that are answered.
var tableActions = dynamo.Actions()

// spotNotice is how long before its end EC2 tells a spot instance.
const spotNotice = 2 * time.Minute

type faults struct {
	clock clock.Slow
	mu    sync.Mutex
	start time.Time
	all   []Fault
	seen  []int // calls within the time, by fault
	used  []int // calls struck
	later []*time.Timer
}

// Actions are what can go wrong: calls, and what happens to instances.
func Actions() []string {
	return slices.Concat(happens, ec2.Actions(), lambda.Actions(), scheduler.Actions(), stubActions, tableActions)
}

// CheckFaults refuses what can never happen.
func CheckFaults(all []Fault) error {
	for i := range all {
		if err := all[i].Check(); err != nil {
			return fmt.Errorf("local: fault %d (%s): %w", i+1, all[i].Action, err)
		}
	}
	return nil
}

// Check says why a fault can never happen.
func (x *Fault) Check() error {
	known := Actions()
	switch {
	case x.Action == "?":
		return fmt.Errorf("actions are %s", strings.Join(known, ", "))
	case !slices.Contains(known, x.Action):
		return fmt.Errorf("there is no action %q: nearest are %s (action=? lists all)", x.Action, strings.Join(nearest.Names(x.Action, known, 5), ", "))
	case x.From < 0 || x.To < 0 || x.To > 0 && x.To <= x.From:
		return fmt.Errorf("from %v to %v: want 0s <= from < to", x.From, x.To)
	case x.Next < 0 || x.Every < 0 || x.Delay < 0:
		return fmt.Errorf("next %d, every %d, delay %v: want 0 or more", x.Next, x.Every, x.Delay)
	case (x.Action == "zone" || x.Action == "outage") && !slices.Contains(ec2.Zones(DefaultRegion), x.Code):
		return fmt.Errorf("code %q: want the zone, one of %s", x.Code, strings.Join(ec2.Zones(DefaultRegion), ", "))
	}
	return nil
}

// begin lets faults happen at times that count from an instant, in place of earlier ones.
func (f *faults) begin(all []Fault, from time.Time) error {
	if err := CheckFaults(all); err != nil {
		return err
	}
	f.stop()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.start, f.all, f.seen, f.used = from, all, make([]int, len(all)), make([]int, len(all))
	return nil
}

// during says whether a fault holds at an instant.
func (x *Fault) during(at time.Duration) bool { return at >= x.From && (x.To == 0 || at < x.To) }

// strike says what happens to a call now: how long its answer takes beside
// what it takes anyway, with which code it fails ("": it does not), and whether its answer
// is lost.
func (f *faults) strike(action string) (delay time.Duration, code string, lost bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	at := f.clock.Since(f.start)
	for i := range f.all {
		x := &f.all[i]
		if x.Action != action || !x.during(at) || x.Next > 0 && f.used[i] >= x.Next {
			continue
		}
		if f.seen[i]++; x.Every > 0 && f.seen[i]%x.Every != 0 {
			continue
		}
		f.used[i]++
		delay += x.Delay
		lost = lost || x.Lost
		if x.Code != "" {
			return delay, x.Code, lost
		}
	}
	return delay, "", lost
}

// room says whether a zone has capacity.
func (f *faults) room(_, zone string, _ bool) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	at := f.clock.Since(f.start)
	return !slices.ContainsFunc(f.all, func(x Fault) bool {
		return (x.Action == "zone" || x.Action == "outage") && x.Code == zone && x.during(at)
	})
}

// schedule lets happen to instances what is to happen, in time, and tells of it.
func (f *faults) schedule(c *ec2.Cloud, tell func(at time.Duration, text string)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, x := range f.all {
		if !slices.Contains(happens, x.Action) {
			continue
		}
		f.later = append(f.later, time.AfterFunc(time.Until(f.clock.At(f.start, x.From)), func() { tell(x.From, x.happen(c)) }))
	}
}

// happen lets a fault happen to instances, and says to which.
func (x *Fault) happen(c *ec2.Cloud) string {
	hit := func(id, how string) string {
		if id == "" {
			return "nobody there to hit"
		}
		return "instance " + id + " " + how
	}
	switch x.Action {
	case "kill":
		return hit(c.Kill(x.Code), "killed")
	case "outage":
		return fmt.Sprintf("zone %s is out, with %d instances", x.Code, c.KillZone(x.Code))
	case "spot":
		notice := x.Delay
		if notice == 0 {
			notice = spotNotice
		}
		return hit(c.Interrupt(x.Code, notice), fmt.Sprintf("is told that it is taken away in %v", notice))
	}
	return "zone " + x.Code + " has no capacity"
}

// stop lets nothing more happen.
func (f *faults) stop() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, t := range f.later {
		t.Stop()
	}
	f.later = nil
}

// serve has a call fail, wait, or lose its answer, as faults want it, and else carried out;
// fail writes the error.
func (f *faults) serve(w http.ResponseWriter, r *http.Request, action string, fail func(w http.ResponseWriter, code, text string), h http.HandlerFunc) {
	delay, code, lost := f.strike(action)
	if delay > 0 {
		select {
		case <-time.After(f.clock.Real(delay)):
		case <-r.Context().Done():
			return
		}
	}
	switch {
	case code != "":
		fail(w, code, "a fault that was asked for")
	case lost:
		h(&unheard{http.Header{}}, r)
		panic(http.ErrAbortHandler) // which net/http takes as the wish to break the connection
	default:
		h(w, r)
	}
}

// unheard is where an answer goes that nobody gets.
type unheard struct{ header http.Header }

func (u *unheard) Header() http.Header         { return u.header }
func (u *unheard) Write(p []byte) (int, error) { return len(p), nil }
func (u *unheard) WriteHeader(int)             {}
