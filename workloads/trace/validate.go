package trace

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// Validate checks a trace, a folder or a bare CSV file, and returns what is
// wrong with it: its files against their digests, every line, and the totals
// that trace.json claims.
func Validate(path string) []error {
	r, err := open(path)
	if err != nil {
		return []error{err}
	}
	var errs []error
	for _, name := range sortedNames(r.header.Files) {
		sum, err := fileDigest(filepath.Join(path, name))
		switch {
		case err != nil:
			errs = append(errs, err)
		case sum != r.header.Files[name]:
			errs = append(errs, fmt.Errorf("%s: its SHA-256 is not that of trace.json: it was changed", filepath.Join(path, name)))
		}
	}
	if !r.bare {
		errs = append(errs, r.unlisted(path)...)
	}
	s, err := r.survey()
	if err != nil {
		return append(errs, err)
	}
	if !r.bare && s.records != r.header.Records {
		errs = append(errs, fmt.Errorf("%s: %d arrivals, trace.json says %d", r.path, s.records, r.header.Records))
	}
	if s.records == 0 {
		errs = append(errs, fmt.Errorf("%s: the trace is empty", path))
	}
	return errs
}

// unlisted finds data files that trace.json does not list.
func (r *recording) unlisted(dir string) []error {
	var errs []error
	for _, name := range []string{filepath.Base(r.path), "classes.csv"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			continue
		}
		if _, ok := r.header.Files[name]; !ok {
			errs = append(errs, fmt.Errorf("%s: not listed in trace.json", filepath.Join(dir, name)))
		}
	}
	return errs
}

func sortedNames(files map[string]string) []string {
	var names []string
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
