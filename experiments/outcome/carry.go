package outcome

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"

	"cnv/results/fidelity"
)

// Commands on one experiment do not destroy each other's results: what an earlier
// one has found (--saturate, --vary, worlds, --requests, --journal) stays where this one has
// not found it again and the runs are the same, to the byte. Where they are not, an
// earlier file would be taken for one of these runs, and goes into a folder of its own (stow).
var (
	found = []string{"saturation.csv", "loads.csv", "sensitivity.csv", "worlds.csv", "requests.csv", "requests.parquet", journals, fidelity.File}
	drawn = []string{"figures", "report.html", "report.md"}
)

// earlierKey is where the manifest has the commands that gave what was carried.
const earlierKey = "earlier_commands"

// carriedKey is where the manifest has, by file that was carried, the command that made it.
const carriedKey = "carried_files"

// carry takes what an earlier command has found into new results, and says in
// their manifest which command that was. It returns the files that it took.
func carry(from, to string) ([]string, error) {
	old, err := readRun(from)
	now, err1 := readRun(to)
	if err != nil || err1 != nil || !sameRuns(from, to, old, now) {
		return nil, nil // there is nothing to keep
	}
	var taken []string
	for _, name := range found {
		if name == "worlds.csv" && !reflect.DeepEqual(worlds(old), worlds(now)) {
			continue // of other worlds, or none are asked for
		}
		if _, err := os.Lstat(filepath.Join(to, name)); err == nil {
			continue
		}
		switch err := link(filepath.Join(from, name), filepath.Join(to, name)); {
		case err == nil:
			taken = append(taken, name)
		case !errors.Is(err, fs.ErrNotExist):
			return nil, err
		}
	}
	if len(taken) == 0 {
		return nil, nil
	}
	commands, _ := old[earlierKey].([]any)
	if !slices.Contains(commands, old["command"]) && old["command"] != now["command"] {
		commands = append(commands, old["command"])
	}
	if commands = slices.DeleteFunc(commands, func(c any) bool { return c == now["command"] }); len(commands) == 0 {
		return taken, nil
	}
	return taken, writeRun(to, earlierKey, commands)
}

// credit says in the manifest of new results which command made each of the files that
// were carried into them, where it was another one.
func credit(from, to string, taken []string) error {
	old, err := readRun(from)
	now, err1 := readRun(to)
	if err != nil || err1 != nil {
		return nil
	}
	made := map[string]string{}
	for _, name := range taken {
		if by := madeBy(old, name); by != asText(now["command"]) {
			made[name] = by
		}
	}
	if len(made) == 0 {
		return nil
	}
	return writeRun(to, carriedKey, made)
}

// madeBy is the command that made a file of the results of a manifest; "": it is not known.
func madeBy(run map[string]any, name string) string {
	carried, told := run[carriedKey].(map[string]any)
	if by, ok := carried[name]; ok {
		return asText(by)
	}
	if _, some := run[earlierKey]; some && !told && slices.Contains(found, name) {
		return "" // the program that carried it did not say which files it took
	}
	return asText(run["command"])
}

// carryDrawn takes figures and report into new results that are those which they
// show: every file but the manifest, and that but for its commands, is the same. It
// returns what it took.
func carryDrawn(from, to string) ([]string, error) {
	old, err := readManifest(from)
	now, err1 := readManifest(to)
	if err != nil || err1 != nil {
		return nil, nil
	}
	for _, m := range []map[string]any{old, now} {
		if run, ok := m["run"].(map[string]any); ok {
			delete(run, "command")
			delete(run, earlierKey)
			delete(run, earlierFiles)
			delete(run, carriedKey)
		}
	}
	if !reflect.DeepEqual(old, now) || !sameFiles(from, to) || !sameFiles(to, from) {
		return nil, nil
	}
	var taken []string
	for _, name := range drawn {
		switch err := link(filepath.Join(from, name), filepath.Join(to, name)); {
		case err == nil:
			taken = append(taken, name)
		case !errors.Is(err, fs.ErrNotExist):
			return nil, err
		}
	}
	return taken, nil
}

// sameFiles says whether every table of one folder is in the other.
func sameFiles(a, b string) bool {
	names, err := filepath.Glob(filepath.Join(a, "*.csv"))
	if err != nil {
		return false
	}
	for _, name := range names {
		if !sameBytes(name, filepath.Join(b, filepath.Base(name))) {
			return false
		}
	}
	return true
}

// sameRuns says whether two folders are of the same runs under the same
// configuration, by the same program.
func sameRuns(a, b string, old, now map[string]any) bool {
	for _, key := range []string{"digest", "seeds", "build"} {
		if !reflect.DeepEqual(old[key], now[key]) {
			return false
		}
	}
	return sameBytes(filepath.Join(a, "runs.csv"), filepath.Join(b, "runs.csv"))
}

// worlds is how many worlds a manifest has the file ask for.
func worlds(run map[string]any) any {
	c, _ := run["configuration"].(map[string]any)
	return c["worlds"]
}

func sameBytes(a, b string) bool {
	x, err := os.ReadFile(a)
	y, err1 := os.ReadFile(b)
	return err == nil && err1 == nil && bytes.Equal(x, y)
}

// link copies a file or folder without copying its contents, where the file system
// can do that.
func link(from, to string) error {
	info, err := os.Lstat(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	if info.IsDir() {
		return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			rel, err := filepath.Rel(from, path)
			if err != nil {
				return err
			}
			if d.IsDir() {
				return os.MkdirAll(filepath.Join(to, rel), 0o755)
			}
			return linkFile(path, filepath.Join(to, rel))
		})
	}
	return linkFile(from, to)
}

func linkFile(from, to string) error {
	if os.Link(from, to) == nil {
		return nil
	}
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o644)
}

// readManifest reads manifest.json with its numbers as they are written.
func readManifest(dir string) (map[string]any, error) {
	text, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var m map[string]any
	return m, d.Decode(&m)
}

// readRun is what the manifest says of the runs.
func readRun(dir string) (map[string]any, error) {
	m, err := readManifest(dir)
	if err != nil {
		return nil, err
	}
	run, _ := m["run"].(map[string]any)
	return run, nil
}

// writeRun adds a key to what the manifest says of the runs, of which nothing else changes.
func writeRun(dir, key string, values any) error {
	name := filepath.Join(dir, "manifest.json")
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	list, err := json.Marshal(values)
	if err != nil {
		return err
	}
	at := bytes.LastIndex(text, []byte("\n  \"run\": {\n"))
	if at < 0 {
		return errors.New("cnv: manifest.json has no run")
	}
	at += len("\n  \"run\": {\n")
	line := append(append([]byte("    \""+key+"\": "), list...), ",\n"...)
	return os.WriteFile(name, slices.Concat(text[:at], line, text[at:]), 0o644)
}
