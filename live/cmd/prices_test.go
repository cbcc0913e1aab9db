package main

import (
	"strings"
	"testing"
	"time"

	"cnv/live/local"
)

// TestPricesOfOtherRegions: each command that tells or limits dollars says in another region
// than that of the prices that they may be off.
func TestPricesOfOtherRegions(t *testing.T) {
	t.Parallel()
	inMemory(t, func(t *testing.T, m *memory) {
		boot := func(uint64, string) time.Duration { return 10 * time.Millisecond }
		other := m.cloud(t, local.Config{Region: "eu-west-1", Boot: boot})
		home := m.cloud(t, local.Config{Boot: boot, Beside: []*local.Cloud{other}})
		file, worker := write(t, rise), script(t)
		for _, args := range [][]string{
			{"doctor", file},
			{"smoke", "--dry-run", "--worker", worker},
			{"deploy", file, "--yes", "--worker", worker, "--deployment", "prices"},
			{"live", file, "--target", "aws", "--dry-run", "--worker", worker, "--deployment", "prices"},
			{"status", "--deployment", "prices"},
			{"status", "--all-regions", "--deployment", "prices"},
		} {
			for _, region := range []string{"eu-west-1", "us-east-1"} {
				if args[0] == "status" && region != "eu-west-1" {
					continue // it is asked where something is
				}
				_, said := m.run(append(args, "--endpoint", home.URL(), "--region", region)...)
				if warned := strings.Contains(said, "prices here are those of us-east-1, not of eu-west-1"); warned != (region == "eu-west-1") {
					t.Errorf("%v in %s: warned %v\n%s", args, region, warned, said)
				}
			}
		}
	})
}
