package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"cnv/experiments/outcome"
	"cnv/experiments/plan"
	"cnv/live/journals"
	"cnv/policy"
	"cnv/policy/journal"
	"cnv/policy/journal/shadow"
)

// A replayCmd is `replay`.
type replayCmd struct {
	Journal string `arg:"" help:"Folder of a journal, or one of its files."`
	Policy  string `help:"Another policy (of the journal's experiment, or a router): say how many placements it would have made alike. Each is judged alone, so that its cost and response times are not known." placeholder:"NAME"`
	Quiet   bool   `help:"Print nothing but differences."`
}

// Run feeds the journal to a fresh Controller and compares every command.
func (cmd *replayCmd) Run(c *console) error {
	r, cfg, err := openJournal(cmd.Journal)
	if err != nil {
		return badInput{err}
	}
	defer r.Close()
	var other *shadow.Shadow
	if cmd.Policy != "" {
		o, err := otherPolicy(&r.Header, cmd.Policy)
		if err != nil {
			return badInput{err}
		}
		other = shadow.New(o, cfg.Seed, cfg.Gateway)
		cfg.Witness = other
	}
	if w := otherBuild(r.Header.Build); w != "" {
		fmt.Fprintln(c.err, "warning: "+w)
	}
	ctrl, err := policy.New(cfg)
	if err != nil {
		return badInput{fmt.Errorf("%s: %w", cmd.Journal, err)}
	}
	agreed, diff, torn, err := journal.Replay(r, ctrl)
	if err != nil {
		return fmt.Errorf("%d records replayed identically; then %w", agreed, err)
	}
	if diff != nil {
		c.printf("%s\nThe policies saw:\n%s", diff, describeView(ctrl.View()))
		return fmt.Errorf("%d records replayed identically; record %d gives other commands", agreed, diff.Record)
	}
	if cmd.Quiet {
		return nil
	}
	c.printf("%d records of %s / %s, seed %d: the same commands again\n", agreed, r.Header.Workload, r.Header.Policy, r.Header.Seed)
	for _, n := range r.Notes {
		c.printf("Changed by hand %v after the start, at %s, by %s: %s from %s to %s\n", n.At.Round(time.Millisecond), n.When.Format(time.RFC3339), n.Who, n.What, n.From, n.To)
	}
	if torn {
		c.printf("The last block was cut off, as by a crash; what came before is good.\n")
	}
	if other != nil {
		report := other.Report()
		c.printf("\n%s", report.Text(r.Header.Policy))
	}
	return nil
}

// openJournal opens a journal and makes the configuration it was written
// under, with fresh policies.
func openJournal(path string) (*journal.Reader, policy.Config, error) {
	path, err := journalBelow(path)
	if err != nil {
		return nil, policy.Config{}, err
	}
	r, err := journals.Open(path)
	if err != nil {
		return nil, policy.Config{}, err
	}
	cfg, err := r.Header.Configuration()
	if err == nil {
		err = freshPolicies(&r.Header, &cfg)
	}
	if err != nil {
		r.Close()
		return nil, policy.Config{}, fmt.Errorf("%s: %w", path, err)
	}
	return r, cfg, nil
}

// journalBelow finds the journal at or below a folder, such as that of an
// experiment's results, if there is one only.
func journalBelow(path string) (string, error) {
	var found []string
	err := filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(name, ".journal") {
			if dir := filepath.Dir(name); name != path && !slices.Contains(found, dir) {
				found = append(found, dir)
			}
		}
		return err
	})
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("cnv: %s: no such journal: compare --journal and live --journal keep them, in the folder journals of their results", path)
	case err != nil || len(found) == 0: // a file, or what journals.Open will name
		return path, err
	case len(found) == 1:
		return found[0], nil
	}
	const most = 8
	list := "\n  '" + strings.Join(found[:min(most, len(found))], "'\n  '") + "'"
	if n := len(found) - most; n > 0 {
		list += fmt.Sprintf("\n  and %d more", n)
	}
	return "", fmt.Errorf("cnv: %s holds %d journals; give one of them:%s", path, len(found), list)
}

// freshPolicies puts the policies that the header names into a configuration.
func freshPolicies(h *journal.Header, cfg *policy.Config) error {
	policies, err := plan.Policies("the journal's experiment", h.Experiment)
	if err != nil {
		return err
	}
	for _, p := range policies {
		if p.Name == h.Policy {
			p.Fresh(cfg)
			return nil
		}
	}
	return fmt.Errorf("its experiment has no policy %q", h.Policy)
}

// otherPolicy finds the policy to ask.
func otherPolicy(h *journal.Header, name string) (shadow.Other, error) {
	policies, err := plan.Policies("the journal's experiment", h.Experiment)
	if err != nil {
		return shadow.Other{}, err
	}
	router, spill, err := plan.Other(policies, h.Policy, name)
	return shadow.Other{Name: name, Router: router, Spill: spill}, err
}

// otherBuild says in what the journal was written by another program; the
// same commands are promised for the same build only.
func otherBuild(was map[string]string) string {
	now := outcome.BuildStrings()
	var parts []string
	for _, k := range []string{"go", "GOOS", "GOARCH", "GOAMD64", "vcs.revision"} {
		if was[k] != now[k] {
			parts = append(parts, fmt.Sprintf("%s %q, now %q", k, was[k], now[k]))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "the journal was written by another build (" + strings.Join(parts, "; ") + "): floating-point results may differ"
}

// describePool is the line of a pool: its workers by state, and whether those that
// the router has dropped leave no room for others.
func describePool(cfg *policy.Pool, n policy.PoolCount) string {
	line := fmt.Sprintf("  pool %s: %d desired, %d launching, %d booting, %d ready, %d draining",
		cfg.Name, n.Desired, n.Launching, n.Booting, n.Ready, n.Draining)
	if n.Forgotten > 0 {
		line += fmt.Sprintf(", %d dropped by the router", n.Forgotten)
		if room := max(cfg.Max-n.Forgotten, 0); room < max(cfg.Min, n.Desired, 1) {
			line += fmt.Sprintf(" (they run, are billed and count towards the maximum of %d: %d more may run)", cfg.Max, room)
		}
	}
	return line + "\n"
}

// describeView lists what policies see: the fleet, the queue, functions.
func describeView(v *policy.View) string {
	var b strings.Builder
	ready := v.Ready()
	fmt.Fprintf(&b, "  at %v: %s ready, %s waiting at the gateway\n", v.Now, policy.Count(len(ready), "worker"), policy.Count(v.Queued(), "request"))
	for i := range v.Pools() {
		n := v.Pool(policy.PoolID(i))
		if n.Desired < 0 { // nobody has sized it yet
			n.Desired = n.Size()
		}
		b.WriteString(describePool(&v.Pools()[i], n))
	}
	const most = 32
	r := policy.Request{} // of which nothing is known
	for i, id := range ready {
		if i == most {
			fmt.Fprintf(&b, "  and %d more workers\n", len(ready)-most)
			break
		}
		fmt.Fprintf(&b, "  worker %d: %s\n", id, shadow.Saw(v, &r, policy.ToWorker, id))
	}
	b.WriteString(describeFunctions(v))
	return b.String()
}

// records calls f for every record until f says stop. A torn tail ends it.
func records(r *journal.Reader, f func(*journal.Record) (stop bool)) error {
	var rec journal.Record
	for {
		err := r.Next(&rec)
		if err == io.EOF || errors.Is(err, journal.ErrTorn) {
			return nil
		}
		if err != nil {
			return err
		}
		if f(&rec) {
			return nil
		}
	}
}

// instant rounds to what people read.
func instant(d time.Duration) string { return d.Round(time.Microsecond).String() }
