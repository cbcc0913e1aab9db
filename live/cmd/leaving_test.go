package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// leaving is an experiment whose clients leave before anything can be answered,
// and come again.
const leaving = `question = "q"
seeds = 1
slo = "200ms"
timeout = "200ms"
[client]
retry = 2
backoff = "50ms"
[cluster]
instance = "c7g.medium"
discipline = "fcfs"
abandoned = "runs on"
initial = 1
[[workload]]
name = "steady"
generator = "poisson"
rate = 3
duration = "2s"
size = "constant"
mean_work = "2s"
[[policy]]
router = "jsq"
scaler = "fixed"
`

// TestClientsTryAgainLive: under live as under compare each user tries as often
// as it may; and that a real worker notices who has left is said.
func TestClientsTryAgainLive(t *testing.T) {
	t.Parallel()
	inMemory(t, func(t *testing.T, m *memory) {
		file, out := filepath.Join(t.TempDir(), "leaving.toml"), t.TempDir()
		if err := os.WriteFile(file, []byte(leaving), 0o600); err != nil {
			t.Fatal(err)
		}
		code, text := m.run(file, "--out", out, "--worker", script(t), "--requests", "--format", "csv", "--no-figures")
		if code != exitDone {
			t.Fatalf("exit %d\n%s", code, text)
		}
		if want := `live, a worker stops working for a client that has left`; !strings.Contains(text, want) {
			t.Errorf("%q is not said:\n%s", want, text)
		}
		tries := map[string]int{} // by user
		for _, r := range requests(t, filepath.Join(out, "leaving", "requests.csv")) {
			if n, err := strconv.Atoi(r["try"]); err != nil || n != tries[r["user"]] || r["finish_us"] != "" || r["status"] != "499" {
				t.Errorf("%v: want try %d, no answer, and status 499", r, tries[r["user"]])
			}
			tries[r["user"]]++
		}
		for user, n := range tries {
			if n != 3 {
				t.Errorf("user %s tried %d times, want 3", user, n)
			}
		}
		if len(tries) == 0 {
			t.Error("no user")
		}
	})
}
