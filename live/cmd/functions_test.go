package main

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestProvisionedFunctions: environments that the file keeps warm are there when
// the run begins, and are paid for.
func TestProvisionedFunctions(t *testing.T) {
	t.Parallel()
	inMemory(t, func(t *testing.T, m *memory) {
		file, out := write(t, strings.Replace(rise, "memory_mb = 1769", "memory_mb = 1769\nprovisioned = 20\ncold = \"3s\"", 1)), t.TempDir()
		if code, said := m.run(file, "--worker", script(t), "--no-figures", "--quiet", "--out", out); code != exitDone {
			t.Fatal(said)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".toml")
		f, err := os.Open(filepath.Join(out, name, "runs.csv"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		lines, err := csv.NewReader(f).ReadAll()
		if err != nil || len(lines) != 2 {
			t.Fatalf("%d lines, %v", len(lines), err)
		}
		value := func(column string) float64 {
			for i, name := range lines[0] {
				if name == column {
					v, _ := strconv.ParseFloat(lines[1][i], 64)
					return v
				}
			}
			t.Fatalf("no column %s", column)
			return 0
		}
		if calls, cold := value("function_calls"), value("cold_starts"); calls < 10 || cold > 0 {
			t.Errorf("%v calls, %v of them cold, with 20 environments kept warm", calls, cold)
		}
		// 20 environments of 1.73 GB for a begun five minutes, at $4.2 or $3.3 per million GB-seconds
		if usd := value("cost_provisioned_usd"); !(usd > 0.034 && usd < 0.0436) {
			t.Errorf("they cost $%v", usd)
		}
	})
}

// TestFunctionsCountAgainstTheBudget: a run whose functions have spent the money ends.
func TestFunctionsCountAgainstTheBudget(t *testing.T) {
	t.Parallel()
	inMemory(t, func(t *testing.T, m *memory) {
		file := write(t, strings.NewReplacer("memory_mb = 1769", "memory_mb = 10240", `hold = "4s"`, `hold = "60s"`, `duration = "7s"`, `duration = "60s"`).Replace(rise))
		args := []string{file, "--worker", script(t), "--no-figures", "--out", t.TempDir(), "--max-usd", "0.001"} // the instances' after 2 minutes
		if code, said := m.run(args...); code != exitSpent || !strings.Contains(said, "--max-usd 0.001 is spent") {
			t.Errorf("exit %d:\n%s", code, said)
		}
	})
}
