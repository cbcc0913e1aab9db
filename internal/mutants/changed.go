package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// lines are the changed lines of each file, by name below the module's root.
type lines map[string]map[int]bool

// changedSince asks git which lines differ from a revision.
func changedSince(ctx context.Context, root, revision string) (lines, error) {
	cmd := exec.CommandContext(ctx, "git", "diff", "--unified=0", "--no-color", "--no-ext-diff", "--relative", revision, "--", "*.go")
	cmd.Dir = root
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("git diff %s: %w", revision, err)
	}
	return parseDiff(string(out))
}

// parseDiff reads the names and the heads of the parts of a diff without context.
func parseDiff(diff string) (lines, error) {
	out := lines{}
	file := ""
	for line := range strings.Lines(diff) {
		if name, ok := strings.CutPrefix(line, "+++ "); ok {
			file = strings.TrimPrefix(strings.TrimSpace(name), "b/")
		}
		if !strings.HasPrefix(line, "@@ ") {
			continue
		}
		at, n := 0, 1
		added := strings.Fields(line)[2] // "+12,3" or "+12"
		if _, err := fmt.Sscanf(added, "+%d,%d", &at, &n); err != nil {
			if _, err := fmt.Sscanf(added, "+%d", &at); err != nil {
				return nil, fmt.Errorf("a line of the diff: %q", line)
			}
			n = 1
		}
		if out[file] == nil {
			out[file] = map[int]bool{}
		}
		for i := range n {
			out[file][at+i] = true
		}
	}
	return out, nil
}
