package meter

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"cnv/worker/meter/testdata/tricky/kernels"
)

// tricky meters the kernels in testdata.
var tricky = Meter{Registry: "cnv/worker/meter/testdata/tricky/kernels"}

// race are the flags with which this test itself was built.
var race = map[bool][]string{true: {"-race"}}[raceEnabled]

// TestMain reads the files that only other processes read, so that the go
// command knows a result in its cache to be stale when they change.
func TestMain(m *testing.M) {
	for _, folder := range []string{"testdata", "../metered", "../kernel", "../kernels"} {
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			_, err = os.Stat(path)
			return err
		})
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// trickyTest runs the tests of testdata/tricky metered.
func trickyTest(t *testing.T, env []string, args ...string) []byte {
	t.Helper()
	m := tricky
	m.Env = env
	args = append(append([]string{"./testdata/tricky"}, race...), args...)
	cmd, clean, err := m.Command(t.Context(), "test", append(args[1:], args[0])...)
	if err != nil {
		t.Fatal(err)
	}
	defer clean()
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return out
}

// TestTricky: the metered kernels of testdata answer as they should and count
// as worked out by hand, alone and together. Under -race they are built with
// it too.
func TestTricky(t *testing.T) {
	out := trickyTest(t, nil, "-v", "-count=1")
	for _, test := range []string{"TestHand", "TestSame", "TestSame/goroutines", "TestErrorsCross", "TestPanicLeavesMeasure"} {
		if !bytes.Contains(out, []byte("--- PASS: "+test+" ")) {
			t.Errorf("%s did not run:\n%s", test, out)
		}
	}
}

// beside is how many statements of the tricky kernels Go's coverage counts in
// a run beside those of the request itself: what sets the variable settled (3
// and 3 iterations, in each of which a leaf of 1), what lists the kernels (All
// has 3, an inner loop for each of 2 lists, and a line for all but the 2
// kernels it begins with; number is called for each), and Request.
func beside(kernels int64) int64 {
	return 3 + 3*2 + 3 + 2 + (kernels - 2) + kernels + 1
}

// TestCoverage: the statements counted in each case are those of Go's own
// coverage.
func TestCoverage(t *testing.T) {
	o, err := tricky.Overlay(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	out := trickyTest(t, []string{"METER_STATEMENTS=1"}, "-v", "-run=TestStatements", "-count=1")
	var statements map[string]int64
	if err := json.NewDecoder(bytes.NewReader(out[bytes.IndexByte(out, '{'):])).Decode(&statements); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	binary := filepath.Join(t.TempDir(), "cover.test")
	build := exec.CommandContext(t.Context(), "go", "test", "-c", "-o", binary, "-covermode=atomic", "-coverpkg="+strings.Join(o.Copied, ","), "./testdata/tricky")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for name, got := range statements {
		profile := filepath.Join(t.TempDir(), name)
		run := exec.CommandContext(t.Context(), binary, "-test.run=TestPlainCase", "-test.coverprofile="+profile)
		run.Env = append(os.Environ(), "METER_CASE="+name)
		if out, err := run.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
		if want := covered(t, profile) - beside(int64(len(kernels.All()))); got != want {
			t.Errorf("%s: %d statements, coverage has %d (%+d)", name, got, want, want-got)
		}
	}
	if len(statements) < 15 {
		t.Errorf("compared %d cases, want all", len(statements))
	}
}

// covered is the number of statements executed according to a profile: lines
// of "file:from,to statements times".
func covered(t *testing.T, profile string) (sum int64) {
	text, err := os.ReadFile(profile)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if len(fields) != 3 {
			continue
		}
		statements, err := strconv.ParseInt(fields[1], 10, 64)
		if err != nil {
			t.Fatal(fmt.Errorf("%s: %w", line, err))
		}
		times, err := strconv.ParseInt(fields[2], 10, 64)
		if err != nil {
			t.Fatal(fmt.Errorf("%s: %w", line, err))
		}
		sum += statements * times
	}
	return sum
}
