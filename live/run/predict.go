package run

import (
	"time"

	"cnv/experiments/outcome"
	"cnv/experiments/predict"
	"cnv/results/fidelity"
)

// predict says what the simulator gives for the runs that were measured, whose results are
// written and told. That it cannot fails nothing.
func (e *Experiment) predict(c *Console, o *outcome.Outcome) {
	rows, err := predict.Predict(c.Ctx, e.plan, o.Set.Rows, predict.Options{Level: e.level()})
	if err == nil {
		err = o.AddFidelity(c.Out, rows)
	}
	if err == nil {
		err = fidelity.Append(e.Out, e.entries(rows))
	}
	if err != nil && c.Ctx.Err() == nil {
		e.say(c, "the simulator does not say what it gives for these runs: %v", err)
	}
}

// level is that of what a live run shows of the simulator, by where its workers are.
func (e *Experiment) level() string {
	switch e.Target {
	case Local:
		return "L1"
	case AWS:
		return "L2"
	}
	return ""
}

// entries are rows as they are kept over time.
func (e *Experiment) entries(rows []fidelity.Row) []fidelity.Entry {
	out := make([]fidelity.Entry, len(rows))
	when := time.Now().UTC().Truncate(time.Second)
	for i := range rows {
		out[i] = fidelity.Entry{When: when, Experiment: e.plan.Name, Target: e.Target.String(), Build: outcome.BuildStrings()["vcs.revision"], Row: rows[i]}
	}
	return out
}
