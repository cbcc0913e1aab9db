package trace

import (
	"os"
	"path/filepath"
	"testing"

	"cnv/workloads"
)

// TestWhatReplicationsDifferIn: recorded arrivals with drawn work differ by
// their work, unless the law draws always the same.
func TestWhatReplicationsDifferIn(t *testing.T) {
	exponential, err := workloads.NewSize("exponential", 1e9, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	constant, err := workloads.NewSize("constant", 1e9, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	bare := write(t, "arrival_us,class\n1,a\n5,a\n", "bare.csv")
	for _, c := range []struct {
		file string
		o    Options
		want string
	}{
		{bare, Options{Replicate: None, Size: exponential}, "sizes"},
		{bare, Options{Replicate: None, Size: constant}, None},
		{bare, Options{Replicate: Thin, Size: exponential}, Thin},
		{writeBursts(t), Options{Replicate: None}, None},
		{writeBursts(t), Options{Replicate: None, Size: exponential}, None}, // all is recorded
	} {
		w, err := Open(c.file, c.o)
		if err != nil {
			t.Fatal(err)
		}
		if w.Replicates != c.want {
			t.Errorf("%+v: %q, want %q", c.o, w.Replicates, c.want)
		}
	}
}

func write(t *testing.T, text, name string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
