package run

import (
	"cnv/results/words"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"cnv/experiments/outcome"
	"cnv/experiments/plan"
	"cnv/live/host"
	"cnv/live/load"
	"cnv/policy"
	"cnv/workloads"
)

// A driven is one workload under one seed as its client saw it: what a load
// generator knows of a gateway elsewhere, which decides by its own policy.
type driven struct {
	workload string
	seed     uint64
	requests int
	inSLO    int
	function int // answers that functions gave
	repeated int // answers of a second attempt or later
	load.Report
}

// drivenHead are the columns of client.csv; times are in seconds.
var drivenHead = []string{
	"workload", "seed", "requests", "sent", "answered", "in_slo", "slo_attainment", "response_p50_s", "response_p99_s",
	"on_functions", "repeated", "dropped", "timed_out", "refused", "bad_status", "other_failures", "lag_p50_s", "lag_p99_s", "lag_max_s",
}

// row is the values of the columns.
func (d *driven) row() []string {
	out := []string{d.workload, strconv.FormatUint(d.seed, 10)}
	count := func(n ...int) {
		for _, n := range n {
			out = append(out, strconv.Itoa(n))
		}
	}
	seconds := func(t ...time.Duration) {
		for _, t := range t {
			out = append(out, strconv.FormatFloat(t.Seconds(), 'f', 6, 64))
		}
	}
	failed := func(f load.Failure) int { return int(d.Failed[f]) }
	named, all := 0, 0
	for _, f := range []load.Failure{load.Dropped, load.Timeout, load.Refused, load.Status} {
		named += failed(f)
	}
	for _, n := range d.Failed {
		all += int(n)
	}
	count(d.requests, int(d.Sent), int(d.Answered), d.inSLO)
	out = append(out, strconv.FormatFloat(float64(d.inSLO)/float64(max(d.requests, 1)), 'f', 4, 64))
	seconds(d.ResponseP50, d.ResponseP99)
	count(d.function, d.repeated, failed(load.Dropped), failed(load.Timeout), failed(load.Refused), failed(load.Status), all-named)
	seconds(d.LagP50, d.LagP99, d.LagMax)
	return out
}

// drive sends the experiment's load to a gateway that serves, and says what came
// back.
func (e *Experiment) drive(c *Console) error {
	p := e.plan
	if e.DryRun {
		fmt.Fprintf(c.Out, "%s in real time, sent to the gateway at %s. Nothing was started.\n", policy.Count(len(p.Scenarios)*p.Seeds, "run"), e.Address)
		return nil
	}
	probe, err := dialWithin(host.Or(e.host), 5*time.Second, e.Address)
	if err != nil {
		return fmt.Errorf("cnv: nobody serves at %s: start a gateway with live %s --serve --listen %s, or deploy --gateway (%w)", e.Address, e.Experiment, e.Address, err)
	}
	probe.Close()
	e.say(c, "%s: %s in real time; the gateway at %s decides by its own policy, whatever the file's are", p.Name, policy.Count(len(p.Scenarios)*p.Seeds, "run"), e.Address)
	var rows []driven
	for _, s := range p.Scenarios {
		for i := range p.Seeds {
			d, err := e.driveOne(c.Ctx, plan.Cell{Scenario: s, Policy: p.Policies[0]}, p.Seed+uint64(i))
			if err != nil {
				return err
			}
			if c.Ctx.Err() != nil {
				return errors.New("cnv: interrupted: no results were written")
			}
			rows = append(rows, d)
			if why := d.Limited(); why != "" {
				e.say(c, "  %s, seed %d: limited by the load generator: %s", d.workload, d.seed, why)
			}
		}
	}
	return e.tellDriven(c.Out, p.Name, rows)
}

// drivable says what of the plan cannot be sent.
func (e *Experiment) drivable() error {
	err := keep(&e.plan.Scenarios, e.Workload, "workload", func(s *plan.Scenario) string { return s.Name })
	if err == nil {
		e.inputs, err = newInputs(e.plan.Cells())
	}
	return err
}

// driveOne sends one workload under one seed.
func (e *Experiment) driveOne(ctx context.Context, cell plan.Cell, seed uint64) (driven, error) {
	d := driven{workload: cell.Scenario.Name, seed: seed}
	src, err := cell.Scenario.Workload.Made.Open(seed)
	if err != nil {
		return d, err
	}
	cfg := cell.Config(seed)
	request := e.inputs.of(cell.Scenario.Workload)
	if request == nil {
		request = timed(e.Address)(cfg.Control.Classes, speedOf(&cfg.Control))
	}
	d.Report, err = load.Run(ctx, load.Target{Transport: over(e.host), Address: e.Address, Timeout: cfg.Timeout, Seed: seed, Request: request},
		time.Now(), until(src, cfg.Duration), func(s *load.Sent) { d.add(s, &cfg.Control) })
	return d, err
}

// timed makes requests that take as long as their work: on this machine, where
// workers share its cores, they sleep.
func timed(address string) func(classes []policy.Class, speed float64) func(*workloads.Arrival) load.Request {
	if here, err := onLoopback(address); here && err == nil {
		return load.Sleep
	}
	return load.Spin
}

// add counts a request that has ended; one at a time.
func (d *driven) add(s *load.Sent, cfg *policy.Config) {
	d.requests++
	if s.Class != "" {
		return
	}
	service := time.Duration(float64(max(s.Arrival.Work, 0)) / speedOf(cfg))
	if b := allowed(&cfg.Classes[s.Arrival.Class], service); b == 0 || s.Finish-s.Due <= b {
		d.inSLO++
	}
	if s.Kind == "function" {
		d.function++
	}
	if s.Attempts > 1 {
		d.repeated++
	}
}

// tellDriven prints what the client saw, and keeps it in OUT/NAME.client.csv.
func (e *Experiment) tellDriven(out io.Writer, name string, rows []driven) error {
	file := filepath.Join(e.Out, name+".client.csv")
	var text strings.Builder
	w := csv.NewWriter(&text)
	_ = w.Write(drivenHead) // a Builder takes all
	for i := range rows {
		_ = w.Write(rows[i].row())
	}
	w.Flush()
	err := os.MkdirAll(e.Out, 0o755)
	if err == nil {
		err = os.WriteFile(file, []byte(text.String()), 0o644)
	}
	if err != nil {
		return fmt.Errorf("cnv: cannot write results: %w", err)
	}
	switch {
	case e.Quiet:
		return nil
	case e.Format == "csv":
		_, err = io.WriteString(out, text.String())
		return err
	}
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "workload\tseed\trequests\tanswered\tmisses\tp50\tp99\ton fn\tdropped\tlag p99\t")
	for i := range rows {
		d := &rows[i]
		n := float64(max(d.requests, 1)) / 100
		p50, p99 := "–", "–"
		if d.Answered > 0 {
			p50, p99 = load.Round(d.ResponseP50).String(), load.Round(d.ResponseP99).String()
		}
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%.2f %%\t%s\t%s\t%.1f %%\t%d\t%v\t\n", d.workload, d.seed, d.requests, d.Answered, float64(d.requests-d.inSLO)/n,
			p50, p99, float64(d.function)/n, d.Failed[load.Dropped], load.Round(d.LagP99))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(out)
	for _, line := range words.Wrap("misses: late or no answer, of all arrivals. p50, p99: response time of those answered, from the instant at which they were due. "+
		"Cost, workers and scaling are not known here: the gateway's admin pages have them.", outcome.Width) {
		fmt.Fprintln(out, line)
	}
	fmt.Fprintf(out, "\nResults in %s\n", file)
	return nil
}
