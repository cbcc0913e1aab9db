package main

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"cnv/live/aws"
	"cnv/live/aws/deploy"
	"cnv/live/local"
)

// TestGatewayIsDeployed: deploy --gateway leaves an instance that serves, in a
// local cloud as a real process; deploying it with other flags lets the new one
// take over the workers; destroy leaves nothing.
func TestGatewayIsDeployed(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes some 20 s of real time")
	}
	cloud, err := local.Start(local.Config{Boot: func(uint64, string) time.Duration { return 10 * time.Millisecond }})
	if err != nil {
		t.Fatal(err)
	}
	defer cloud.Close()
	worker, file := workerProgram(t), write(t, strings.Replace(rise, "initial = 1", "initial = 2\nmin = 2", 1))
	do := func(args ...string) string {
		t.Helper()
		var out bytes.Buffer
		if code := run(append(args, "--endpoint", cloud.URL(), "--deployment", "gw", "--region", "us-east-1"), &out, &out); code != 0 {
			t.Fatalf("%v: exit %d\n%s", args, code, out.String())
		}
		return out.String()
	}
	args := []string{"deploy", file, "--gateway", "--worker", worker, "--program", program, "--yes"}
	if text := do(append(args, "--dry-run", "--allow", "203.0.113.0/24")...); !strings.Contains(text, "launch    gateway        cnv-gw-gateway") || !strings.Contains(text, "allow     gateway        203.0.113.0/24") {
		t.Errorf("the plan:\n%s", text)
	}
	text := do(args...)
	if !strings.Contains(text, "at worst $2.04 per hour, $49 per day") {
		t.Errorf("what it may cost is not said:\n%s", text)
	}
	cfg, err := aws.Local(cloud.URL()).Config(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	served := func(not string) (id string) {
		t.Helper()
		c := &http.Client{Timeout: 2 * time.Second}
		for began := time.Now(); time.Since(began) < 40*time.Second; time.Sleep(100 * time.Millisecond) {
			f, err := deploy.Connect(cfg).Find(t.Context(), "gw", "arm64")
			if err != nil {
				t.Fatal(err)
			}
			for _, i := range f.Instances {
				if i.Role != "gateway" || i.ID == not || i.State != "running" {
					continue
				}
				if a, err := c.Get("http://" + i.Address + ":8080/sleep?ms=10"); err == nil {
					a.Body.Close()
					if a.StatusCode == http.StatusOK {
						return i.ID
					}
				}
			}
		}
		t.Fatalf("no gateway serves\n%s", do("status"))
		return ""
	}
	first := served("")
	if text := do(args...); !strings.Contains(text, "0 steps to do") {
		t.Errorf("deployed again:\n%s", text)
	}
	workers, _ := cloud.Processes()
	text = do(append(args, "--max-usd", "4")...)
	if !strings.Contains(text, "terminate old gateway    "+first) {
		t.Errorf("another version:\n%s", text)
	}
	second := served(first)
	for range 100 { // the first one ends
		if n, _ := cloud.Processes(); n == workers {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if n, _ := cloud.Processes(); n != workers || second == first {
		t.Errorf("%d instances, want %d: the workers that there were and one gateway, %s for %s", n, workers, second, first)
	}
	if text := do("status"); !strings.Contains(text, "gateway, c7g.medium, running") {
		t.Errorf("status:\n%s", text)
	}
	if text := do("destroy", "--yes"); !strings.Contains(text, "nothing is left") {
		t.Errorf("destroy:\n%s", text)
	}
}
