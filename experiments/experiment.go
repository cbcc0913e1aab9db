package main

import (
	"embed"
	"maps"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"cnv/experiments/plan"
)

// files is the experiments that come with the program.
//
//go:embed *.toml
var files embed.FS

// shipped is their texts by name.
func shipped() map[string]string {
	out := map[string]string{}
	entries, err := files.ReadDir(".")
	if err != nil {
		return out
	}
	for _, e := range entries {
		if text, err := files.ReadFile(e.Name()); err == nil {
			out[strings.TrimSuffix(e.Name(), ".toml")] = string(text)
		}
	}
	return out
}

// findExperiment finds what a command names.
func findExperiment(name string) (plan.Source, error) {
	e, err := plan.Find(name, shipped(), commands()...)
	if err != nil {
		return e, badInput{err}
	}
	return e, nil
}

// questions is the shipped experiments, quickstart first, with what each asks.
func questions() [][2]string {
	texts := shipped()
	names := slices.Sorted(maps.Keys(texts))
	slices.SortStableFunc(names, func(a, b string) int {
		switch {
		case a == b, a != "quickstart" && b != "quickstart":
			return 0
		case a == "quickstart":
			return -1
		}
		return 1
	})
	var out [][2]string
	for _, name := range names {
		var head struct {
			Question string `toml:"question"`
		}
		if _, err := toml.Decode(texts[name], &head); err != nil {
			head.Question = "(" + err.Error() + ")"
		}
		out = append(out, [2]string{name, head.Question})
	}
	return out
}
