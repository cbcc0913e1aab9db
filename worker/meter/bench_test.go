package meter

import (
	"os"
	"testing"
)

// BenchmarkOverhead runs the benchmarks of the tricky kernels in one metered
// program: CPU time metered over plain, and what Measure itself takes.
func BenchmarkOverhead(b *testing.B) {
	cmd, clean, err := tricky.Command(b.Context(), "test", "-run=^$", "-bench=.", "-benchtime=100x", "./testdata/tricky")
	if err != nil {
		b.Fatal(err)
	}
	defer clean()
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		b.Fatal(err)
	}
}
