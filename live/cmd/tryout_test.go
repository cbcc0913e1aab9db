package main

import (
	"strings"
	"testing"
	"time"

	"cnv/live/local"
)

// TestDeployTriesLaunches: an account that may not launch is told so, and what to ask AWS
// for, before anything is made.
func TestDeployTriesLaunches(t *testing.T) {
	t.Parallel()
	inMemory(t, func(t *testing.T, m *memory) {
		cloud := m.cloud(t, local.Config{Boot: func(uint64, string) time.Duration { return 10 * time.Millisecond }})
		deploy := []string{"deploy", write(t, rise), "--yes", "--worker", script(t), "--endpoint", cloud.URL()}
		for code, want := range map[string]string{
			"PendingVerification":   "AWS still verifies the account",
			"VcpuLimitExceeded":     "ask for a higher quota (Service Quotas, Amazon EC2, L-1216C47A)",
			"OptInRequired":         "enable the region",
			"UnauthorizedOperation": "deploy --policy deployer",
		} {
			if err := cloud.Break([]local.Fault{{Action: "RunInstances", Code: code}}, time.Now(), nil); err != nil {
				t.Fatal(err)
			}
			exit, said := m.run(deploy...)
			if exit != exitFailed || !strings.Contains(said, "a t4g.small (builder) cannot be launched") || !strings.Contains(said, want) || !strings.Contains(said, "nothing was made") {
				t.Errorf("%s: exit %d, without %q:\n%s", code, exit, want, said)
			}
			if _, said := m.run("status", "--endpoint", cloud.URL()); !strings.Contains(said, "nothing is there") {
				t.Errorf("%s: there is\n%s", code, said)
			}
		}
		if err := cloud.Break(nil, time.Now(), nil); err != nil {
			t.Fatal(err)
		}
		if exit, said := m.run(deploy...); exit != exitDone {
			t.Errorf("without a fault: exit %d\n%s", exit, said)
		}
	})
}
