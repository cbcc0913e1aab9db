package outcome

import (
	"runtime"
	"runtime/debug"
	"slices"

	"cnv/experiments/plan"
	"cnv/results/answer"
	"cnv/sim"
)

// manifest is what is needed to make the results again with a command.
func manifest(command string, p *plan.Plan, live bool) map[string]any {
	out := map[string]any{
		"configuration": p.Effective(),
		"digest":        p.Digest(),
		"seeds":         map[string]any{"first": p.Seed, "replications": p.Seeds},
		"build":         Build(),
		"answer":        specOf(p, live),
		"command":       command,
	}
	out["setting"] = p.Setting()
	out["policies"], out["names"] = p.Told()
	if p.Hypothesis != "" {
		out["hypothesis"] = p.Hypothesis
	}
	if slo, ok := p.SLO(); ok {
		out["slo"] = slo
	}
	return out
}

// specOf is what the answer is to be about. Live workers stop working for clients
// that have left, whatever the file says.
func specOf(p *plan.Plan, live bool) answer.Spec {
	spec := p.Answer()
	for i := range spec.Leaving {
		if live {
			spec.Leaving[i].Abandoned = sim.Stops.String()
		}
	}
	return spec
}

// Build is the program that ran. Results are the same to the byte for the
// same build only.
func Build() map[string]any {
	out := map[string]any{"go": runtime.Version(), "GOOS": runtime.GOOS, "GOARCH": runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return out
	}
	for _, s := range info.Settings {
		if slices.Contains([]string{"GOAMD64", "GOARM64", "vcs.revision", "vcs.modified", "-race"}, s.Key) {
			out[s.Key] = s.Value
		}
	}
	modules := map[string]any{}
	for _, m := range info.Deps {
		modules[m.Path] = m.Version
	}
	out["modules"] = modules
	return out
}

// BuildStrings is Build for the header of a journal: modules as one line.
func BuildStrings() map[string]string {
	out := map[string]string{}
	for k, v := range Build() {
		if s, ok := v.(string); ok {
			out[k] = s
		}
	}
	return out
}
