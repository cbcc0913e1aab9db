package answer

import (
	"encoding/json"
	"path/filepath"

	"cnv/results"
	"cnv/results/compare"
	"cnv/results/fidelity"
)

// Stored is a folder of results as figures and report read it back. Slices are in the order
// of their files; a file that is not there, as it is written only after a search, is nil.
//
// Fields of small letters are of sentences alone; figures and report take the others as
// they are.
type Stored struct {
	Manifest      *compare.Manifest
	Found         Findings
	Itself        Findings // on recordings as they are
	Distributions []results.Distribution
	Timelines     []results.Timeline
	Highest       []compare.HighestLoad // what a search has found; nil: there was none
	Loads         []compare.LoadCurve
	Wins          []compare.Win
	Sizes         []results.SizeRow
	Classes       []results.ClassRow
	varied        []compare.Sensitivity
	interactions  []compare.Interaction
	worlds        *compare.Worlds // nil: none were drawn
	// In how many worlds each finding holds: made of worlds and Found, and in no file.
	Held     []compare.Held
	Fidelity []fidelity.Row // live and simulated; nil: not compared
	// Names without their folder, for links of the page.
	Files   []string
	Factors []compare.Factor // keys that the experiment gives several values
}

// Load reads a folder of results. An error names the file, and the line where there is one.
// Files that only searches write may be missing, others may not; [compare.Complete] says
// whether a folder is whole.
func Load(dir string) (*Stored, error) {
	m, err := compare.ReadManifest(dir)
	if err != nil {
		return nil, err
	}
	rows, err := compare.ReadComparison(dir)
	if err != nil {
		return nil, err
	}
	d, err := results.ReadDistributions(dir)
	if err != nil {
		return nil, err
	}
	t, err := results.ReadTimeline(dir)
	if err != nil {
		return nil, err
	}
	highest, loads, err := compare.ReadSaturation(dir)
	if err != nil {
		return nil, err
	}
	wins, err := compare.ReadWins(dir)
	if err != nil {
		return nil, err
	}
	sizes, err := results.ReadSizes(dir)
	if err != nil {
		return nil, err
	}
	classes, err := results.ReadClasses(dir)
	if err != nil {
		return nil, err
	}
	varied, err := compare.ReadSensitivity(dir)
	if err != nil {
		return nil, err
	}
	interactions, err := compare.ReadInteractions(dir)
	if err != nil {
		return nil, err
	}
	worlds, err := compare.ReadWorlds(dir)
	if err != nil {
		return nil, err
	}
	predicted, err := fidelity.Read(dir)
	if err != nil {
		return nil, err
	}
	factors, err := compare.ReadFactors(dir)
	if err != nil {
		return nil, err
	}
	return &Stored{m, FindingsOf(rows, wins), FindingsOf(compare.Recordings(rows), nil), d, t, highest, loads, wins, sizes, classes, varied, interactions, worlds, worlds.Held(compare.Found(rows)), predicted, filesIn(dir), factors}, nil
}

// filesIn are the files of a folder of results that columns.md explains, by kind, then by
// name.
func filesIn(dir string) (out []string) {
	for _, kind := range []string{"csv", "parquet", "toml", "json"} {
		files, _ := filepath.Glob(filepath.Join(dir, "*."+kind)) // the pattern is well formed
		for _, f := range files {
			out = append(out, filepath.Base(f))
		}
	}
	return out
}

// Configuration is the effective configuration in the manifest; nil if it has none.
func (s *Stored) Configuration() map[string]any {
	for _, key := range []string{"configuration", "config"} {
		if c, ok := s.Manifest.Run[key].(map[string]any); ok {
			return c
		}
	}
	return nil
}

// Spec is what the answer is about: as stored, or else the contrasts alone. What cannot be
// read as one is taken as not stored, since the rest of the page does not need it.
func (s *Stored) Spec() Spec {
	spec := Spec{Contrasts: s.Manifest.Contrasts}
	if kept, ok := s.Manifest.Run["answer"]; ok {
		var q Spec
		if text, err := json.Marshal(kept); err == nil && json.Unmarshal(text, &q) == nil {
			spec = q
		}
	}
	return spec
}

// Text is a text of the manifest, as "hypothesis", or else of the configuration in it; ""
// if there is none of that name.
func (s *Stored) Text(key string) string {
	// What the run says comes before what the file says.
	for _, at := range []map[string]any{s.Manifest.Run, s.Configuration()} {
		if v, ok := at[key].(string); ok {
			return v
		}
	}
	return ""
}
