package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// studyRecordings are public recordings, as their files are called.
var studyRecordings = []struct {
	name, kind string
	files      []string
}{
	{"Azure LLM, conversations of an hour (2023)", "", []string{"azure-llm-2023-conv.csv.gz"}},
	{"Mooncake, conversations of an hour (2024)", "", []string{"mooncake-conversation.csv.gz"}},
	{"Azure Functions, 500 functions of a day (2019)", "azure2019", []string{"azure2019-500f.counts.csv.gz", "azure2019-500f.functions.csv.gz"}},
	{"NASA, requests per minute (1995)", "", []string{"nasa1995-per-minute.csv.gz"}},
}

// studyRecorded predicts the second half of public recordings from their first one, where they
// are at hand. Nobody promises an error: load changes. Intervals are to hold what comes.
func studyRecorded(c *console, cmd *studyCmd) (rows []studyRow, err error) {
	held := heldOutCmd{Train: 0.5, Windows: 8}
	for _, r := range studyRecordings {
		var files []string
		for _, name := range r.files {
			files = append(files, filepath.Join(tracesDir(), name))
		}
		if _, err := os.Stat(files[0]); err != nil {
			rows = append(rows, studyRow{r.name, "not at hand (CNV_TRACES)", "", false})
			continue
		}
		dir, err := os.MkdirTemp("", "cnv-study-")
		if err != nil {
			return nil, err
		}
		windows, _, err := held.windowsOf(c, dir, r.kind, files)
		os.RemoveAll(dir)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.name, err)
		}
		all := heldOutOf(windows, held.before())
		for _, m := range logMetrics {
			var errors []float64
			in := 0
			for i := range all {
				if h := &all[i]; h.name == m.name {
					if errors = append(errors, h.errorOf(h.predicted.Mean)); h.within {
						in++
					}
				}
			}
			if len(errors) > 0 {
				slices.Sort(errors)
				rows = append(rows, studyRow{what: r.name + ": " + m.name, found: fmt.Sprintf("%d of %d within, median error %s", in, len(errors), asError(errors, m.unit))})
			}
		}
	}
	return rows, nil
}
