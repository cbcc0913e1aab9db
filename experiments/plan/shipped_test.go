package plan

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// shipped is every shipped experiment by its file. Each is read once for all tests, which
// only look at it: reading them takes longer than what the tests ask.
func shipped(t *testing.T) map[string]*Plan {
	t.Helper()
	all, err := readShipped()
	if err != nil {
		t.Error(err)
	}
	if len(all) == 0 {
		t.Fatal("no experiments found")
	}
	return all
}

var readShipped = sync.OnceValues(func() (map[string]*Plan, error) {
	files, err := filepath.Glob("../*.toml")
	if err != nil {
		return nil, err
	}
	all := map[string]*Plan{}
	var failed []error
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err == nil {
			all[file], err = Parse(file, "..", string(text), Options{})
		}
		if err != nil {
			delete(all, file)
			failed = append(failed, err)
		}
	}
	return all, errors.Join(failed...)
})
