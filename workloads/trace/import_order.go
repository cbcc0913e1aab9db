package trace

import (
	"cmp"
	"math"
	"os"
	"path/filepath"
	"slices"

	"cnv/workloads/logs"
)

// inOrder sorts the files of a log by their first rows, so that the trace is the same in
// whatever order they are given: the numbers of classes, and the order of arrivals of one
// instant. Standard input and pipes cannot be looked at twice: with such files all stay as
// they are given.
func (m *importing) inOrder(f *logs.Format) error {
	if len(m.in) < 2 || slices.ContainsFunc(m.in, isStream) {
		return nil
	}
	m.opened.Close()
	m.opened = nil
	first := map[string]int64{}
	for _, path := range m.in {
		in, err := logs.OpenInput(path, nil)
		if err != nil {
			return err
		}
		first[path] = firstInstant(in, f, m.options.Options)
		in.Close()
	}
	m.in = slices.Clone(m.in)
	slices.SortStableFunc(m.in, func(a, b string) int {
		return cmp.Or(cmp.Compare(first[a], first[b]), cmp.Compare(filepath.Base(a), filepath.Base(b)))
	})
	return nil
}

// isStream says whether a file can be read only once.
func isStream(path string) bool {
	info, err := os.Stat(path)
	return path == "-" || err == nil && !info.Mode().IsRegular()
}

// firstInstant is that of the first row that can be read; the latest there is, if none can:
// what is wrong with the file is said when all of it is read.
func firstInstant(in *logs.Input, f *logs.Format, o logs.Options) int64 {
	r := logs.NewReader(f, logs.One(in), o)
	var e logs.Event
	if err := r.Next(&e); err != nil {
		return math.MaxInt64
	}
	return e.At
}
