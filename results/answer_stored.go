package results

import (
	"encoding/json"
	"path/filepath"
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

// configuration is the effective configuration in the manifest.
func (s *stored) configuration() map[string]any {
	for _, key := range []string{"configuration", "config"} {
		if c, ok := s.manifest.Run[key].(map[string]any); ok {
			return c
		}
	}
	return nil
}

// spec is what the answer is about: as stored, or else the contrasts alone.
func (s *stored) spec() AnswerSpec {
	spec := AnswerSpec{Contrasts: s.manifest.Contrasts}
	if kept, ok := s.manifest.Run["answer"]; ok {
		var q AnswerSpec
		if text, err := json.Marshal(kept); err == nil && json.Unmarshal(text, &q) == nil {
			spec = q
		}
	}
	return spec
}

// text is a text of the manifest, "" if there is none of that name.
func (s *stored) text(key string) string {
	for _, at := range []map[string]any{s.manifest.Run, s.configuration()} {
		if v, ok := at[key].(string); ok {
			return v
		}
	}
	return ""
}
