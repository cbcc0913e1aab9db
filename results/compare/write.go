package compare

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"cnv/results"
	"cnv/results/fidelity"
)

// Write writes all files of results into out/NAME. They are written aside and
// renamed when complete, so that an earlier folder of that name stays as it
// is until then, or for good if anything fails. It returns the folder.
// It is an error if a run is missing, or if out/NAME is there and no folder of results.
func (s *Set) Write(out string) (string, error) {
	if missing := s.Missing(); len(missing) > 0 {
		return "", fmt.Errorf("results: %d runs are missing, the first is %s", len(missing), missing[0])
	}
	dir := filepath.Join(out, s.plan.Name)
	if err := ours(dir); err != nil {
		return "", err
	}
	aside, err := Aside(dir)
	if err != nil {
		return "", err
	}
	// Of a folder that was renamed nothing is left to remove.
	defer os.RemoveAll(aside)
	if err := s.fill(aside); err != nil {
		return "", fmt.Errorf("results: writing %s: %w", dir, err)
	}
	return dir, Replace(dir, aside)
}

// A fileGroup is files that are written together, by their names, where there is anything to
// write.
type fileGroup struct {
	files []string
	write func(s *Set, dir string) error
}

// fileGroups are all files of a Set but those of its Runs.
var fileGroups = []fileGroup{
	{[]string{"comparison.csv"}, (*Set).writeComparison},
	{[]string{"wins.csv"}, (*Set).writeWins},
	{[]string{"pareto.csv"}, (*Set).writePareto},
	{[]string{"saturation.csv", "loads.csv"}, (*Set).writeSaturation},
	{[]string{"tuning.csv", "tuned.toml"}, (*Set).writeTuning},
	{[]string{"sensitivity.csv"}, (*Set).writeSensitivity},
	{[]string{"interactions.csv"}, (*Set).writeInteractions},
	{[]string{worldsFile}, (*Set).writeWorlds},
	{[]string{"manifest.json"}, (*Set).writeManifest},
	{[]string{factorsFile}, (*Set).writeFactors}, // behind all other CSV files
	{[]string{"columns.md"}, func(_ *Set, dir string) error { return writeColumns(dir) }},
}

// Files are the names of all that a folder of results may hold: what Write, WriteJUnit
// and Draw put there.
func Files() []string {
	out := append([]string{"junit.xml", "figures", "report.html", "report.md", fidelity.File}, results.RunsFiles()...)
	for _, g := range fileGroups {
		out = append(out, g.files...)
	}
	return out
}

// fill writes every file into an empty folder. A file whose name is not among Files is an
// error: who replaces results would take it for a stranger's. The order of files does not
// matter to readers, but for factors, which go into files that are there.
func (s *Set) fill(dir string) error {
	if err := s.WriteFiles(dir); err != nil {
		return err
	}
	for _, g := range fileGroups {
		if err := g.write(s, dir); err != nil {
			return err
		}
	}
	files, err := os.ReadDir(dir)
	for _, f := range files {
		if !slices.Contains(Files(), f.Name()) {
			return fmt.Errorf("%s is not among the files of results", f.Name())
		}
	}
	return err
}

// ours refuses to replace what is not a folder of results.
// A typing error in --out must not remove somebody's folder.
func ours(dir string) error {
	files, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("results: cannot write to %s: %w", dir, err)
	case len(files) == 0:
		return nil
	}
	if _, err := os.Stat(filepath.Join(dir, "manifest.json")); err != nil {
		return fmt.Errorf("results: %s is there and holds no results (no manifest.json): write elsewhere with --out, or remove it", dir)
	}
	return nil
}

// Aside makes a folder beside dir, to be renamed to it with Replace. It is on the same file
// system, so that a rename is atomic; its name begins with a dot. The caller removes it
// where Replace is not reached.
func Aside(dir string) (string, error) {
	parent := filepath.Dir(dir)
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return "", fmt.Errorf("results: cannot write to %s: %w", parent, err)
	}
	aside, err := os.MkdirTemp(parent, "."+filepath.Base(dir)+".new-")
	if err != nil {
		return "", fmt.Errorf("results: cannot write to %s: %w", parent, err)
	}
	return aside, os.Chmod(aside, 0o755)
}

// Replace renames aside to dir. What was there before is removed once it has
// made place, and put back if anything fails.
// Readers see the old results or the new ones, never a mixture.
func Replace(dir, aside string) error {
	old := aside + ".old"
	err := os.Rename(dir, old)
	replaced := err == nil
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("results: %w", err)
	}
	err = os.Rename(aside, dir)
	switch {
	case err == nil && replaced:
		err = os.RemoveAll(old)
	case err != nil && replaced:
		err = errors.Join(err, os.Rename(old, dir))
	}
	if err != nil {
		return fmt.Errorf("results: %w", err)
	}
	return nil
}

// A Manifest is manifest.json: what the results are of and how to make them
// again.
type Manifest struct {
	Schema       int            `json:"schema_version"`
	Name         string         `json:"name"`
	Question     string         `json:"question"`
	Workloads    []string       `json:"workloads"`
	Policies     []string       `json:"policies"`
	Replications int            `json:"replications"`
	Allotted     []int          `json:"replications_by_workload,omitempty"`
	Over         []string       `json:"over"` // by workload: what intervals are about
	Contrasts    []Contrast     `json:"contrasts,omitempty"`
	Primary      []string       `json:"primary"` // metrics that answer the question
	Steady       bool           `json:"steady,omitempty"`
	Uncertain    []Constant     `json:"uncertain,omitempty"` // constants in which worlds differ
	Warnings     []Warning      `json:"warnings"`
	Assumptions  []string       `json:"assumptions,omitempty"`
	Run          map[string]any `json:"run"` // configuration, build, seeds, digests, command
}

// manifestSchema is the version of the layout of a folder of results. Files with other
// columns than this program's are refused by their headers, whatever the version.
const manifestSchema = 1

// writeManifest writes manifest.json.
func (s *Set) writeManifest(dir string) error {
	m := Manifest{
		Schema: manifestSchema, Name: s.plan.Name, Question: s.plan.Question,
		Workloads: s.plan.Workloads, Policies: s.plan.Policies, Replications: s.plan.Replications, Allotted: s.plan.Allotted,
		Over: s.plan.Over, Contrasts: s.plan.Contrasts, Primary: s.plan.primary(), Steady: s.plan.Steady, Uncertain: s.plan.Uncertain, Warnings: s.Warnings(), Assumptions: s.Assumptions(), Run: s.plan.Manifest,
	}
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "manifest.json"), append(text, '\n'), 0o644)
}

// ReadManifest reads manifest.json of a folder of results.
// A folder of another schema version is an error that names both.
func ReadManifest(dir string) (*Manifest, error) {
	name := filepath.Join(dir, "manifest.json")
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("results: %s holds no results: %w", dir, err)
	}
	var m Manifest
	if err := json.Unmarshal(text, &m); err != nil {
		return nil, fmt.Errorf("results: %s: %w", name, err)
	}
	if m.Schema != manifestSchema {
		return nil, fmt.Errorf("results: %s is of schema version %d, this program reads %d", name, m.Schema, manifestSchema)
	}
	return &m, nil
}
