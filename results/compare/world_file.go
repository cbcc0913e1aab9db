package compare

import (
	"cnv/results"
	"cnv/results/csvfile"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// worldsHeader is the columns of worlds.csv before those of the constants.
var worldsHeader = []string{"world", "seed", "workload", "policy", "against", "metric", "difference", "difference_as_is"}

// worldsFile is where worlds are written; experiments that draw none have no such file.
const worldsFile = "worlds.csv"

// writeWorlds writes worlds.csv, if there were any. Columns of constants stand behind the
// others, in the order of Worlds.Constants.
func (s *Set) writeWorlds(dir string) error {
	if s.worlds == nil {
		return nil
	}
	header := slices.Clone(worldsHeader)
	for _, c := range s.worlds.Constants {
		header = append(header, c.Name)
	}
	return csvfile.Write(filepath.Join(dir, worldsFile), header, func(write func(...string) error) error {
		for i := range s.worlds.Rows {
			r := &s.worlds.Rows[i]
			record := []string{strconv.Itoa(r.World), strconv.FormatUint(r.Seed, 10), r.Workload, r.Policy, r.Against, r.Metric, csvfile.Number(r.Diff), csvfile.Number(r.AsIs)}
			for _, v := range r.Values {
				record = append(record, csvfile.Number(v))
			}
			if err := write(record...); err != nil {
				return err
			}
		}
		return nil
	})
}

// ReadWorlds reads worlds.csv of a folder of results; nil if there is none. What the
// constants are says manifest.json; a column that it does not name is an error, but for
// factors.
func ReadWorlds(dir string) (*Worlds, error) {
	m, err := ReadManifest(dir)
	if err != nil {
		return nil, err
	}
	name := filepath.Join(dir, worldsFile)
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	// The header is read first, as the constants of this file are in it; then csvfile.Read
	// checks all of it.
	header, err := csv.NewReader(f).Read()
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("results: %s: %w", name, err)
	}
	w := &Worlds{}
	for _, c := range header[min(len(worldsHeader), len(header)):] {
		if strings.HasPrefix(c, csvfile.FactorPrefix) {
			break
		}
		i := slices.IndexFunc(m.Uncertain, func(u Constant) bool { return u.Name == c })
		if i < 0 {
			return nil, fmt.Errorf("results: %s has a column %s, which is no constant of manifest.json: the folder is damaged", name, c)
		}
		w.Constants = append(w.Constants, m.Uncertain[i])
	}
	want := slices.Clone(worldsHeader)
	for _, c := range w.Constants {
		want = append(want, c.Name)
	}
	return w, csvfile.Read(name, want, func(f []string) error {
		world, err := strconv.Atoi(f[0])
		seed, err1 := strconv.ParseUint(f[1], 10, 64)
		v, err2 := csvfile.Floats(f[6:]...)
		if err := errors.Join(err, err1, err2); err != nil {
			return err
		}
		w.Rows = append(w.Rows, WorldRow{world, seed, f[2], f[3], f[4], f[5], v[0], v[1], v[2:]})
		return nil
	})
}

var worldsDoc = results.FileDoc{Name: worldsFile, Text: "pairs of policies about which there is a finding, in worlds drawn from what is not known for certain of the surroundings: one row per world, workload, pair and primary metric, of one run of each policy with the same draws", Columns: [][2]string{
	{"world", "which, from 0; of each constant the range is cut into as many equal parts as there are worlds, and each part is in one world (Latin hypercube)"},
	{"seed", "of the runs: the worlds take those of the replications in turn"},
	{"workload, policy, against, metric", "which difference"},
	{"difference", "in this world"},
	{"difference_as_is", "of the same seed with the constants as the file has them: where it has the opposite sign of the finding, chance may turn it in this world, too"},
	{"all others", "the constants of the world, by their names in manifest.json (uncertain: what each is, and between what it is drawn); empty where the surroundings of the workload have none or the experiment asks about it"},
}}
