package starter

import (
	_ "embed"
	"fmt"
	"strings"
	"text/template"

	"cnv/workloads/trace"
)

//go:embed start.toml.tmpl
var fileText string

var fileTemplate = template.Must(template.New("start.toml").Parse(fileText))

// File is the text of the experiment file.
func (d *Design) File() (string, error) {
	var b strings.Builder
	err := fileTemplate.Execute(&b, map[string]any{
		"Name": d.part.Header.Name, "Question": d.question(), "Source": d.source(), "Trace": d.trace,
		"SLO": d.slo, "SLOWhy": d.sloWhy, "Timeout": d.leaves, "TimeoutWhy": d.leaving, "Seeds": d.seeds, "Worlds": d.worlds,
		"Instance": d.fleet.instance.Name, "VCPUs": d.fleet.instance.VCPUs, "N": d.fleet.n, "Mean": d.fleet.mean, "Max": d.fleet.max,
		"Load": fmt.Sprintf("%.3g", d.fleet.load), "Resamples": d.blocks.keys,
		"WorkKeys": d.work.keys, "WorkWhy": d.work.why,
	})
	return b.String(), err
}

// question says what is asked of which traffic.
func (d *Design) question() string {
	p := d.part
	peak := fmt.Sprintf("%d in the busiest second", p.Peak)
	if p.Header.Kind == trace.Counts {
		peak = fmt.Sprintf("%d in the busiest bin", p.Peak)
	}
	return fmt.Sprintf("Which router, which scaler, and machines, functions or both for %s: %d requests over %s, %.4g per second in the mean, %s?",
		p.Header.Name, p.Records, Span(p.Span), float64(p.Records)/p.Span.Seconds(), peak)
}

// source says where the trace is from.
func (d *Design) source() string {
	from := d.part.Header.Provenance.Path
	if from == "" {
		from = d.part.Header.Name
	}
	if d.part != d.profile {
		from += fmt.Sprintf(", the busiest part: %d of %d requests, %s of %s", d.part.Records, d.profile.Records, Span(d.part.Span), Span(d.profile.Span))
	}
	return from
}
