package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestArraysMakeTheWhole: the arguments of each manifest, run as its scheduler runs its
// tasks, and then its merge, make the bytes of a local run.
func TestArraysMakeTheWhole(t *testing.T) {
	const parts = 3
	for _, array := range []struct {
		name, index, size string
		compare, merge    []string
	}{
		{"AWS Batch", "AWS_BATCH_JOB_ARRAY_INDEX", "AWS_BATCH_JOB_ARRAY_SIZE", batchCommand(t), batchMerge(t)},
		{"Kubernetes", "JOB_COMPLETION_INDEX", "JOB_COMPLETIONS", jobCommand(t, "job.yaml"), jobCommand(t, "merge.yaml")},
	} {
		t.Run(array.name, func(t *testing.T) {
			dir := t.TempDir()
			here := func(args []string) (out []string) {
				for _, a := range args {
					out = append(out, strings.ReplaceAll(a, "/data", dir))
				}
				return out
			}
			text := "question = \"Which?\"\nseeds = 2\n[cluster]\ninstance = \"c7g.large\"\n[[workload]]\ngenerator = \"poisson\"\nrate = 5\nrequests = 200\n[[policy]]\nrouter = \"jsq\"\n[[policy]]\nrouter = \"random\"\n"
			if err := os.WriteFile(filepath.Join(dir, "my.toml"), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			for i := range parts {
				t.Setenv(array.index, strconv.Itoa(i))
				t.Setenv(array.size, strconv.Itoa(parts))
				done(t, here(array.compare)...)
			}
			done(t, append(here(array.merge), "--no-figures")...)
			done(t, "compare", filepath.Join(dir, "my.toml"), "--out", filepath.Join(dir, "local"), "--no-figures")
			want, err := os.ReadFile(filepath.Join(dir, "local", "my", "runs.csv"))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := os.ReadFile(filepath.Join(dir, "results", "my", "runs.csv")); err != nil || !bytes.Equal(got, want) {
				t.Errorf("the parts make %d bytes, a local run %d, or other ones; %v", len(got), len(want), err)
			}
		})
	}
}

// done runs a command that has to succeed.
func done(t *testing.T, args ...string) {
	t.Helper()
	var out bytes.Buffer
	if code := run(args, &out, &out); code != exitDone {
		t.Fatalf("%v ended with %d:\n%s", args, code, out.String())
	}
}

// batchCommand is what batch.json runs.
func batchCommand(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("cluster/batch.json")
	if err != nil {
		t.Fatal(err)
	}
	var def struct {
		ContainerProperties struct{ Command []string }
	}
	if err := json.Unmarshal(text, &def); err != nil {
		t.Fatal(err)
	}
	return def.ContainerProperties.Command
}

// batchMerge is what the page has AWS Batch run last.
func batchMerge(t *testing.T) (args []string) {
	t.Helper()
	return arguments(t, "README.md", `'\{"command": (\[.*\])\}'`)
}

// jobCommand is what a Job runs.
func jobCommand(t *testing.T, name string) []string {
	t.Helper()
	return arguments(t, name, `(?m)^ *args: (\[.*\])$`)
}

// arguments is the list in the text of a file, whose words may stand without quotes.
func arguments(t *testing.T, name, pattern string) (args []string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("cluster", name))
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(pattern).FindSubmatch(text)
	if found == nil {
		t.Fatalf("%s: no match for %s", name, pattern)
	}
	for _, word := range strings.Split(strings.Trim(string(found[1]), "[]"), ",") {
		args = append(args, strings.Trim(strings.TrimSpace(word), `"`))
	}
	return args
}
