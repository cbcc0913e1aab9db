// Package judges finds the programs of other people that judge ours in tests: moto,
// dynalite, the AWS CLI, Amazon's mock of the metadata service, Chromium. They are the
// second tier of tests: `go test ./...` alone skips what they judge, as they are not
// everywhere and wait in real time.
//
// CNV_JUDGES in the environment says whether they run: 1 runs those that are on PATH, all
// fails where one is missing. `.ci/run` sets it.
package judges

import (
	"os"
	"os/exec"
	"testing"
)

// Find is the path of a judge's program. Where it does not judge, the test is skipped, and
// says why and how to get it, or fails, as CNV_JUDGES says.
func Find(t testing.TB, name, install string) (program string) {
	t.Helper()
	program, err := exec.LookPath(name)
	switch tier := os.Getenv("CNV_JUDGES"); {
	case tier == "":
		t.Skipf("what %s judges is in the second tier of tests: set CNV_JUDGES=1 (.ci/run does)", name)
	case tier != "1" && tier != "all":
		t.Fatalf("CNV_JUDGES is %q: want 1, or all", tier)
	case err != nil && tier == "all":
		t.Fatalf("%s is not on PATH, and CNV_JUDGES=all wants it: %s", name, install)
	case err != nil:
		t.Skipf("%s is not on PATH: an optional judge (%s)", name, install)
	}
	return program
}
