package admin

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"cnv/policy"
	"cnv/policy/journal"
	"cnv/policy/nearest"
)

// A Setting is one that POST /set changes while the gateway runs.
type Setting struct {
	Name  string `json:"name"` // as in the experiment file
	Value string `json:"value"`
	Doc   string `json:"doc"`
}

// Settings are all of them.
func (s *State) Settings() []Setting {
	out := []Setting{}
	s.Brain.Do(func(c *policy.Controller) {
		for i := range c.Settings() {
			one := &c.Settings()[i]
			out = append(out, Setting{one.Name, one.Format(one.Get()), one.Doc})
		}
	})
	for _, c := range s.Budget.Ceilings() {
		out = append(out, Setting{c.Name, written(c.Value), c.Doc})
	}
	return out
}

// written is the value of a ceiling as it is set.
func written(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// An operation is what somebody asks for: an event, or the change of a ceiling, and what
// it changes in words.
type operation struct {
	event          policy.Event
	ceiling        float64 // what the ceiling is to be; 0: it is an event
	what, from, to string
}

// operate carries out what a request asks for, and says who did it.
func (s *State) operate(r *http.Request, read func(*http.Request) (operation, error)) (Snapshot, error) {
	s.operating.Lock() // what it is changed from must be what it is
	defer s.operating.Unlock()
	o, err := read(r)
	if err != nil {
		return Snapshot{}, err
	}
	if o.ceiling > 0 {
		if err := s.Budget.Raise(o.what, o.ceiling); err != nil {
			return Snapshot{}, err
		}
	} else {
		s.Brain.Post(o.event)
		s.settle()
	}
	s.audit(r, &o)
	after := s.Snapshot()
	switch {
	case o.event.Kind == policy.Resize:
		after.Note = strings.TrimPrefix(bounded(&after.Pools[o.event.Pool], int(o.event.N))+s.undone(&after), "; ")
	case o.event.Kind == policy.Change, o.ceiling > 0:
		after.Note = fmt.Sprintf("%s was %s and is %s", o.what, o.from, o.to)
	}
	return after, nil
}

// audit says in the log and in the journal who has changed what.
func (s *State) audit(r *http.Request, o *operation) {
	n := journal.Note{At: s.Brain.Now(), When: time.Now().UTC(), Who: who(r), What: o.what, From: o.from, To: o.to}
	if s.Log != nil {
		s.Log.Warn("changed by hand", "who", n.Who, "what", n.What, "from", n.From, "to", n.To, "at_s", n.At.Seconds())
	}
	if s.Note != nil {
		s.Note(n)
	}
}

// who is where a request comes from, and by what it was let in.
func who(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	if r.Header.Get("Authorization") != "" {
		return host + ", by the token"
	}
	return host + ", by a browser's session"
}

// pausing reads what /pause or /resume is asked for.
func (s *State) pausing(pause bool) func(*http.Request) (operation, error) {
	words := map[bool]string{false: "runs", true: "paused"}
	o := operation{event: policy.Event{Kind: policy.Resume}, what: "scaling", to: words[pause]}
	if pause {
		o.event.Kind = policy.Pause
	}
	return func(*http.Request) (operation, error) {
		s.Brain.Do(func(c *policy.Controller) { o.from = words[c.Paused()] })
		return o, nil
	}
}

// set reads what /set is asked for: a number of workers, or a setting.
func (s *State) set(r *http.Request) (operation, error) {
	name := r.FormValue("name")
	if name == "" {
		return s.resize(r)
	}
	if r.FormValue("n") != "" {
		return operation{}, fmt.Errorf("name = %q and n = %q: want one of them, such as /set?name=max&value=8 or /set?n=3", name, r.FormValue("n"))
	}
	if pool := r.FormValue("pool"); pool != "" && (name == "min" || name == "max") {
		name = s.qualified(name, pool)
	}
	return s.change(name, r.FormValue("value"))
}

// qualified is a bound of a pool as settings call it.
func (s *State) qualified(name, pool string) string {
	if _, names := s.pool(pool); len(names) == 1 && names[0] == pool {
		return name
	}
	return pool + "." + name
}

// change reads what a setting is to be.
func (s *State) change(name, value string) (o operation, err error) {
	for _, c := range s.Budget.Ceilings() {
		if c.Name == name {
			v, err := strconv.ParseFloat(value, 64)
			if err != nil {
				return o, fmt.Errorf("%s = %q, want a number; it stays %s", name, value, written(c.Value))
			}
			if !(v > 0) {
				return o, fmt.Errorf("%s = %s: must be positive, as nothing runs without a limit; it stays %s", name, value, written(c.Value))
			}
			return operation{ceiling: v, what: name, from: written(c.Value), to: written(v)}, nil
		}
	}
	s.Brain.Do(func(c *policy.Controller) {
		var one *policy.Setting
		if one, err = c.FindSetting(name); err != nil {
			err = hinted(s.withCeilings(err))
			return
		}
		var v float64
		if v, err = one.Parse(value); err != nil {
			err = hinted(err)
			return
		}
		if err = c.CheckSetting(name, v); err != nil {
			err = fmt.Errorf("%w; it stays %s", err, one.Format(one.Get()))
			return
		}
		o = operation{event: policy.Event{Kind: policy.Change, Key: one.Key(), Work: v}, what: one.Name, from: one.Format(one.Get()), to: one.Format(v)}
	})
	return o, err
}

// withCeilings adds the ceilings to the names that would have been right.
func (s *State) withCeilings(err error) error {
	u := (*policy.UnknownSetting)(nil)
	if !errors.As(err, &u) {
		return err
	}
	all := slices.Clone(u.Valid)
	for _, c := range s.Budget.Ceilings() {
		all = append(all, c.Name)
	}
	return &policy.UnknownSetting{Name: u.Name, Valid: all}
}

// hinted adds the nearest name to the error of a name, or of a word, that is not known.
func hinted(err error) error {
	if u := (*policy.UnknownSetting)(nil); errors.As(err, &u) {
		return fmt.Errorf("%w%s", err, nearest.Hint(u.Name, u.Valid))
	}
	if u := (*policy.UnknownChoice)(nil); errors.As(err, &u) {
		return fmt.Errorf("%w%s", err, nearest.Hint(u.Word, u.Valid))
	}
	return err
}

// resize reads how many workers are wanted.
func (s *State) resize(r *http.Request) (operation, error) {
	n, err := strconv.Atoi(r.FormValue("n"))
	if err != nil || n < 0 || n > policy.MaxWorkers {
		return operation{}, fmt.Errorf("n = %q, want a number of workers, such as /set?n=3; or a setting, such as /set?name=max&value=8 (GET /settings lists them)", r.FormValue("n"))
	}
	p, names := s.pool(r.FormValue("pool"))
	if p < 0 {
		return operation{}, fmt.Errorf("pool = %q, want one of %s", r.FormValue("pool"), strings.Join(names, ", "))
	}
	o := operation{event: policy.Event{Kind: policy.Resize, Pool: p, N: int32(n)}, what: "workers of pool " + names[p], to: strconv.Itoa(n)}
	s.Brain.Do(func(c *policy.Controller) { o.from = strconv.Itoa(c.Desired(p)) })
	return o, nil
}
