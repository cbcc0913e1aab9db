package trace

import (
	"fmt"
	"strconv"
	"strings"
)

// azureShape is how the Azure Functions traces of 2019 are given.
type azureShape int

const (
	azureExtract  azureShape = iota // minute,func,count and a line per function
	azureOriginal                   // the files of a day
)

// An azureSet is the files of an import by what is in them.
type azureSet struct {
	shape     azureShape
	counts    string // of invocations
	functions string // durations
	memory    string // "": not given
}

// azureFiles tells what is in each of some files.
func azureFiles(in []string) (azureSet, error) {
	var s azureSet
	for _, path := range in {
		t, err := openTable(path)
		if err != nil {
			return s, err
		}
		t.close()
		has := func(column string) bool { _, ok := t.at[column]; return ok }
		to, what := &s.counts, "counts"
		switch {
		case has(azureQuantiles[0]):
			to, what = &s.functions, "durations"
		case has("HashFunction") && has(strconv.Itoa(azureMinutes)):
			s.shape = azureOriginal
		case has("AverageAllocatedMb"):
			to, what = &s.memory, "memory"
		case !has("minute"):
			return s, fmt.Errorf("%s:1: neither invocations (1 to %d, or minute), nor durations (%s), nor memory (AverageAllocatedMb) of Azure Functions 2019", path, azureMinutes, azureQuantiles[0])
		}
		if *to != "" {
			return s, fmt.Errorf("%s and %s both hold %s", *to, path, what)
		}
		*to = path
	}
	switch {
	case s.counts == "":
		return s, fmt.Errorf("%s: no file of invocations among them", strings.Join(in, ", "))
	case s.functions == "":
		return s, fmt.Errorf("%s: no file of functions and their durations among them", strings.Join(in, ", "))
	case s.shape == azureExtract && s.memory != "":
		return s, fmt.Errorf("%s holds minute,func,count: it takes one more file, of functions, got %d", s.counts, len(in)-1)
	}
	return s, nil
}
