package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// slurm is what Slurm sets for a task of an array.
func slurm(id, first, last, step, count string) map[string]string {
	return map[string]string{
		"SLURM_ARRAY_TASK_ID": id, "SLURM_ARRAY_TASK_MIN": first, "SLURM_ARRAY_TASK_MAX": last,
		"SLURM_ARRAY_TASK_STEP": step, "SLURM_ARRAY_TASK_COUNT": count,
	}
}

// TestSchedulersTellTheShard: a task runs the part that is its own, or none
// where it cannot be told which that is.
func TestSchedulersTellTheShard(t *testing.T) {
	batch := func(index, size string) map[string]string {
		return map[string]string{"AWS_BATCH_JOB_ARRAY_INDEX": index, "AWS_BATCH_JOB_ARRAY_SIZE": size}
	}
	kubernetes := map[string]string{"JOB_COMPLETION_INDEX": "3"}
	for _, c := range []struct {
		name, text string
		env        map[string]string
		want       shard
		err        string
	}{
		{"--array=0-19", "auto", slurm("0", "0", "19", "1", "20"), shard{1, 20}, ""},
		{"--array=0-19, the last", "auto", slurm("19", "0", "19", "1", "20"), shard{20, 20}, ""},
		{"--array=1-20", "auto", slurm("7", "1", "20", "1", "20"), shard{7, 20}, ""},
		{"--array=5-7", "auto", slurm("6", "5", "7", "1", "3"), shard{2, 3}, ""},
		{"--array=0-9:3", "auto", slurm("6", "0", "9", "3", "4"), shard{3, 4}, ""},
		{"--array=1-20:5", "auto", slurm("16", "1", "16", "5", "4"), shard{4, 4}, ""},
		{"a part of the variables", "auto", map[string]string{"SLURM_ARRAY_TASK_ID": "6", "SLURM_ARRAY_TASK_MIN": "5", "SLURM_ARRAY_TASK_COUNT": "3"}, shard{2, 3}, ""},
		{"the whole with N", "auto/20", slurm("0", "0", "19", "1", "20"), shard{1, 20}, ""},
		{"--array=1-20:5 with N", "auto/4", slurm("16", "1", "16", "5", "4"), shard{4, 4}, ""},
		{"--array=0-20:5, of which 20 is none", "auto", slurm("15", "0", "19", "5", "4"), shard{4, 4}, ""},
		{"--array=7-9, which is whole", "auto", slurm("7", "7", "9", "1", "3"), shard{1, 3}, ""},
		{"--array=7,12", "auto", slurm("12", "7", "12", "1", "2"), shard{}, "there are gaps in this array of 2 tasks from 7 to 12"},
		{"--array=7 with N", "auto/20", slurm("7", "7", "7", "1", "1"), shard{}, "this array has 1 of 20 tasks, and so does not tell which part this one is: say from which number the whole array counts, as in --shard auto/20@1"},
		{"--array=7 of 1-20", "auto/20@1", slurm("7", "7", "7", "1", "1"), shard{7, 20}, ""},
		{"--array=7 of 0-19", "auto/20@0", slurm("7", "7", "7", "1", "1"), shard{8, 20}, ""},
		{"--array=0 of 0-19", "auto/20@0", slurm("0", "0", "0", "1", "1"), shard{1, 20}, ""},
		{"--array=7,12 of 1-20", "auto/20@1", slurm("12", "7", "12", "1", "2"), shard{12, 20}, ""},
		{"--array=0 of 1-20", "auto/20@1", slurm("0", "0", "0", "1", "1"), shard{}, "none of 20 tasks from 1 on"},
		{"--array=20 of 0-19", "auto/20@0", slurm("20", "20", "20", "1", "1"), shard{}, "none of 20 tasks from 0 on"},
		{"AWS Batch", "auto", batch("3", "8"), shard{4, 8}, ""},
		{"AWS Batch, the first", "auto", batch("0", "8"), shard{1, 8}, ""},
		{"AWS Batch with N", "auto/8", batch("7", ""), shard{8, 8}, ""},
		{"AWS Batch without a size", "auto", batch("3", ""), shard{}, "say it, as in --shard auto/8"},
		{"AWS Batch, too many", "auto/8", batch("8", ""), shard{}, "none of 8 tasks from 0 on"},
		{"Kubernetes with N", "auto/8", kubernetes, shard{4, 8}, ""},
		{"Kubernetes", "auto", kubernetes, shard{}, "say it, as in --shard auto/8"},
		{"nobody", "auto", nil, shard{}, "none of SLURM_ARRAY_TASK_ID, AWS_BATCH_JOB_ARRAY_INDEX, JOB_COMPLETION_INDEX is set"},
		{"no number", "auto/many", kubernetes, shard{}, "want auto, auto/N or auto/N@FIRST"},
		{"no first", "auto/8@", kubernetes, shard{}, "want auto, auto/N or auto/N@FIRST"},
		{"no N", "auto/", kubernetes, shard{}, "want auto, auto/N or auto/N@FIRST"},
		{"automatic", "automatic", kubernetes, shard{}, "want I/N"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := parseShard(c.text, func(name string) string { return c.env[name] })
			if got != c.want || (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
				t.Errorf("--shard %s with %v = %v, %v, want %v, %q", c.text, c.env, got, err, c.want, c.err)
			}
		})
	}
}

// TestArrayScript: the script gives its task to compare, and with CNV_PARTS one
// that is run again.
func TestArrayScript(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash")
	}
	for parts, want := range map[string]string{"": "auto", "20@0": "auto/20@0"} {
		cmd := exec.Command(bash, "cluster/array.sh", "my.toml", "--seeds", "9")
		cmd.Env = append(os.Environ(), "CNV=echo", "CNV_PARTS="+parts, "SLURM_ARRAY_TASK_ID=7", "SLURM_CPUS_PER_TASK=1")
		out, err := cmd.CombinedOutput()
		if want := "compare my.toml --seeds 9 --shard " + want + " --jobs 1 --no-figures\n"; err != nil || string(out) != want {
			t.Errorf("CNV_PARTS=%s: %s, %v, want %s", parts, out, err, want)
		}
	}
}

// TestMissingRunsAreCounted: one run, or several.
func TestMissingRunsAreCounted(t *testing.T) {
	for want, missing := range map[string][]string{
		"cnv: 1 run is not in d, at least not of this build and configuration: run its shard again\n  a":           {"a"},
		"cnv: 2 runs are not in d, at least not of this build and configuration: run their shards again\n  a\n  b": {"a", "b"},
	} {
		if got := errMissing(missing, "d").Error(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
