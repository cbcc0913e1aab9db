package results

import (
	"math"
	"path/filepath"
	"time"
)

// stored is a folder of results as figures and report read it back.
type stored struct {
	manifest      *Manifest
	found         findings
	itself        findings // on recordings as they are
	distributions []Distribution
	timelines     []Timeline
	highest       []highestLoad // what a search has found; nil: there was none
	loads         []loadCurve
	wins          []Win
	sizes         []sizeRow
	varied        []Sensitivity
	interactions  []Interaction
	worlds        *Worlds // nil: none were drawn
	held          []Held
	files         []string
}

// load reads a folder of results.
func load(dir string) (*stored, error) {
	m, err := ReadManifest(dir)
	if err != nil {
		return nil, err
	}
	rows, err := ReadComparison(dir)
	if err != nil {
		return nil, err
	}
	d, err := ReadDistributions(dir)
	if err != nil {
		return nil, err
	}
	t, err := ReadTimeline(dir)
	if err != nil {
		return nil, err
	}
	highest, loads, err := readSaturation(dir)
	if err != nil {
		return nil, err
	}
	wins, err := ReadWins(dir)
	if err != nil {
		return nil, err
	}
	sizes, err := readSizes(dir)
	if err != nil {
		return nil, err
	}
	varied, err := readSensitivity(dir)
	if err != nil {
		return nil, err
	}
	interactions, err := readInteractions(dir)
	if err != nil {
		return nil, err
	}
	worlds, err := ReadWorlds(dir)
	if err != nil {
		return nil, err
	}
	return &stored{m, findingsOf(rows, wins), findingsOf(recordings(rows), nil), d, t, highest, loads, wins, sizes, varied, interactions, worlds, worlds.Held(Found(rows)), filesIn(dir)}, nil
}

// filesIn are the files of a folder of results that columns.md explains.
func filesIn(dir string) (out []string) {
	for _, kind := range []string{"csv", "parquet", "toml", "json"} {
		files, _ := filepath.Glob(filepath.Join(dir, "*."+kind)) // the pattern is well formed
		for _, f := range files {
			out = append(out, filepath.Base(f))
		}
	}
	return out
}

// responsePanels are the panels of the response figure, one per workload that
// has a distribution.
func (s *stored) responsePanels() []responsePanel {
	var out []responsePanel
	for _, w := range s.found.workloads() {
		p := responsePanel{workload: w, bound: s.bound()}
		any := false
		for _, policy := range s.found.policies() {
			t := s.tail(w, policy)
			any = any || len(t.quantiles) > 0
			p.tails = append(p.tails, t)
		}
		if any {
			out = append(out, p)
		}
	}
	return out
}

// tail is the distribution of one cell; empty if there is none.
func (s *stored) tail(workload, policy string) tail {
	var t tail
	for _, d := range s.distributions {
		if d.Workload != workload || d.Policy != policy {
			continue
		}
		for i := range d.P {
			t.quantiles = append(t.quantiles, quantile{d.P[i], d.Response[i]})
		}
	}
	requests, _ := s.found.value(workload, policy, "requests")
	answered, _ := s.found.value(workload, policy, "answered")
	if all := requests.value.mean; all > 0 {
		t.unanswered = max(0, 1-answered.value.mean/all)
		t.least = 1 / (all * float64(max(requests.n, 1)))
	}
	return t
}

// bound is the one SLO of all requests, seconds; 0 if bounds differ by class
// or are multiples of the service time.
func (s *stored) bound() float64 {
	for _, at := range []map[string]any{s.manifest.Run, s.configuration()} {
		text, ok := at["slo"].(string)
		if d, err := time.ParseDuration(text); ok && err == nil {
			return d.Seconds()
		}
	}
	return 0
}

// configuration is the effective configuration in the manifest.
func (s *stored) configuration() map[string]any {
	for _, key := range []string{"configuration", "config"} {
		if c, ok := s.manifest.Run[key].(map[string]any); ok {
			return c
		}
	}
	return nil
}

// costPanels are the panels of the cost figure.
func (s *stored) costPanels() []costPanel {
	var out []costPanel
	for _, w := range s.found.workloads() {
		p := costPanel{workload: w}
		for _, policy := range s.found.policies() {
			point := costPoint{noEstimate(), noEstimate()}
			if f, ok := s.found.value(w, policy, costInSLO); ok {
				point.cost = f.value
			}
			if f, ok := s.found.value(w, policy, avoidableMisses); ok {
				point.misses = f.value
			}
			if point.misses.mean == 0 { // what so few runs cannot rule out would cover the panel
				point.misses.low, point.misses.high = math.NaN(), math.NaN()
			}
			p.points = append(p.points, point)
		}
		out = append(out, p)
	}
	return out
}

// capacityPanels are the panels of the capacity figure, for the workloads
// that have a timeline.
func (s *stored) capacityPanels() []capacityPanel {
	var out []capacityPanel
	for _, w := range s.found.workloads() {
		p := capacityPanel{workload: w, tracks: make([]track, len(s.found.policies()))}
		any := false
		for i, policy := range s.found.policies() {
			p.tracks[i] = s.track(w, policy)
			any = any || len(p.tracks[i].at) > 0
		}
		if any {
			out = append(out, p)
		}
	}
	return out
}

// track is the timeline of one cell; empty if there is none.
func (s *stored) track(workload, policy string) track {
	var t track
	gone, _ := s.found.value(workload, policy, droppedVMs)
	for _, line := range s.timelines {
		if line.Workload != workload || line.Policy != policy {
			continue
		}
		for _, p := range line.Samples {
			t.at = append(t.at, p.At.Seconds())
			t.load = append(t.load, p.OfferedCores)
			t.capacity = append(t.capacity, p.CapacityCores)
			t.functions = append(t.functions, float64(p.Functions))
			if gone.value.mean > 0 {
				t.billed = append(t.billed, p.BilledCores)
			}
		}
	}
	return t
}

// thinning is over how long the longest timeline is averaged in the figure; 0
// if no timeline is.
func (s *stored) thinning() time.Duration {
	longest := 0.0
	for _, line := range s.timelines {
		if n := len(line.Samples); n > maxSteps {
			width := (n + maxSteps - 1) / maxSteps
			span := line.Samples[n-1].At.Seconds() / float64(n-1) * float64(width)
			longest = math.Max(longest, span)
		}
	}
	return time.Duration(math.Round(longest)) * time.Second
}
