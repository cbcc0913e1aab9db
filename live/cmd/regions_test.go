package main

import (
	"strings"
	"testing"
	"time"

	"cnv/live/local"
)

// TestAllRegions: status finds a deployment in each region of the account, and destroy removes
// it in all of them; where it is not known what there is, the others are removed all the same.
func TestAllRegions(t *testing.T) {
	t.Parallel()
	inMemory(t, func(t *testing.T, m *memory) {
		boot := func(uint64, string) time.Duration { return 10 * time.Millisecond }
		other := m.cloud(t, local.Config{Region: "eu-west-1", Boot: boot})
		home := m.cloud(t, local.Config{Boot: boot, Beside: []*local.Cloud{other}})
		do := func(want int, says string, args ...string) string {
			t.Helper()
			time.Sleep(time.Second)
			code, said := m.run(append(args, "--endpoint", home.URL(), "--deployment", "demo")...)
			if code != want || !strings.Contains(said, says) {
				t.Fatalf("%v: exit %d, want %d and %q:\n%s", args, code, want, says, said)
			}
			return said
		}
		do(exitDone, "2 regions were looked at; it has something in 0", "status", "--all-regions")
		do(exitDone, "2 regions were looked at; nothing was changed", "destroy", "--all-regions", "--yes")
		for _, region := range []string{"us-east-1", "eu-west-1"} {
			do(exitDone, "done: deployment", "deploy", "--worker", script(t), "--yes", "--region", region)
		}
		said := do(exitDone, "it has something in 2", "status", "--all-regions")
		for _, want := range []string{"-- eu-west-1\n", "-- us-east-1\n"} {
			if !strings.Contains(said, want) {
				t.Errorf("without %q:\n%s", want, said)
			}
		}
		do(exitDone, "nothing was changed", "destroy", "--all-regions", "--dry-run")
		if err := other.Break([]local.Fault{{Action: "DescribeTable", Code: "AccessDeniedException"}}, time.Now(), nil); err != nil {
			t.Fatal(err)
		}
		do(exitFailed, "eu-west-1: cnv: deployment demo", "destroy", "--all-regions", "--yes")
		do(exitFailed, "it has something in 0", "status", "--all-regions")
		if err := other.Break(nil, time.Now(), nil); err != nil {
			t.Fatal(err)
		}
		do(exitDone, "it has something in 1", "status", "--all-regions")
		do(exitDone, "nothing is left", "destroy", "--all-regions", "--yes")
		do(exitDone, "it has something in 0", "status", "--all-regions")
	})
}
