package plan

import (
	"strings"
	"testing"
)

// TestOneProblemEach: a value out of its range is one problem, that says the range,
// and nothing is said of keys that the file does not give.
func TestOneProblemEach(t *testing.T) {
	for _, c := range []struct{ cluster, table, want string }{
		{"slots = 2147483648", "", "cluster.slots: 2147483648, must be in [1, 1000000]; leave it out for no limit"},
		{"slots = 0\ndiscipline = \"fcfs\"\ngateway_queue = true", "", "cluster.slots: 0, must be in [1, 1000000]"},
		{"max = 4294967297", "", "cluster.max: 4294967297, must be at most 1000000"},
		{"boot = \"-3s\"", "", "cluster.boot: -3s, must be at least 0 and finite"},
		{"network = \"-3s\"", "", "cluster.network: -3s, must be at least 0 and finite"},
		{"ebs_gb = 1e308", "", "cluster.ebs_gb: 1e+308, must be in [0, 1e+06]"},
		{"market = \"spot\"\nspot_usd_per_hour = 1e308", "", "cluster.spot_usd_per_hour: 1e+308, must be positive and at most 1e+06"},
		{"", "[functions]\nconcurrency = -1", "functions.concurrency: -1, must be in [1, 1000000]"},
		{"", "[functions]\nspare_keep_alive = \"11m\"", "functions.spare_keep_alive: 11m0s, must be above 0s and at most keep_alive = 10m40s"},
		{"", "[functions]\nlifetime = \"-1s\"", "functions.lifetime: -1s, must not be negative"},
		{"", "[functions]\nconcurrency = 5\nprovisioned = 2\nwarm = 4", "functions.warm: 4, must be in [0, concurrency less provisioned = 3]"},
		{"", "[functions]\nprovisioned = 4294967297", "functions.provisioned: 4294967297, must be in [0, concurrency = 1000]"},
		{"", "[functions]\nscale_step = 4294967297", "functions.scale_step: 4294967297, must be in [0, 1000000]"},
		{"", "[functions]\ntimeout = \"901s\"", "functions.timeout: 15m1s, must be positive and at most 15m0s, the longest that Lambda allows"},
		{"", "[functions]\nfull = \"queue\"", "functions.full: unknown rule \"queue\": want \"refuse\" or \"wait\""},
		{"", "[functions]\nfull = \"\"", "functions.full: unknown rule \"\": want \"refuse\" or \"wait\""},
		{"", "[functions]\nfull = 3", "functions.full: want a string, got the integer 3"},
		{"", "[functions]\nrestore = \"400ms\"", "functions.restore: Lambda takes no snapshots of runtime \"go\": give one of java, python or dotnet"},
		{"", "[functions]\nruntime = \"python3.13\"\nrestore = \"400ms\"\nprovisioned = 2", "functions.restore: a function has either a snapshot or environments kept warm: leave restore or provisioned out"},
		{"", "[functions]\nruntime = \"python3.13\"\nrestore = \"400ms\"\ncold = \"1s\"", "functions.cold: does nothing, as environments are restored from a snapshot: leave cold or restore out"},
		{"", "[gateways]\ncount = 0", "gateways.count: 0, must be in [1, 100]"},
		{"", "[gateways]\ncount = 101", "gateways.count: 101, must be in [1, 100]"},
		{"", "[gateways]\ncount = 2\nassign = \"keys\"", "gateways.assign: unknown rule \"keys\" (nearest valid name \"key\")"},
		{"", "[gateways]\ncount = 2\nsight = \"al\"", "gateways.sight: unknown sight \"al\" (nearest valid name \"all\")"},
		{"", "[gateways]\ncount = 2\nfleet_delay = \"-1s\"", "gateways.fleet_delay: -1s, must not be negative"},
		{"", "[gateways]\ncount = 2\nsight = \"all\"\n[telemetry]\nperiod = \"0s\"", "gateways.sight: \"all\" needs reports: give period in [telemetry]"},
		{"", "[gateways]\ncount = 1\nassign = \"key\"", "gateways.assign: does nothing, as there is one gateway: give count"},
		{"", "[gateways]\nsight = \"all\"", "gateways.sight: does nothing, as there is one gateway, and no other whose requests it could be told of: give count"},
		{"", "[client]\nretry = -1\nbackoff = \"1s\"", "client.retry: -1, must be in [0, 200]"},
		{"", "[client]\nretry = 4294967297", "client.retry: 4294967297, must be in [0, 200]"},
		{"", "[retry]\nmax = 257\nbackoff = \"1s\"", "retry.max: 257, must be in [0, 200]"},
	} {
		text := strings.Replace(plainFile, "initial = 1\n", "initial = 1\n"+c.cluster+"\n"+c.table+"\n", 1)
		onlyProblem(t, text, c.want)
	}
	for _, c := range []struct{ instance, want string }{
		{`{ cores = -1 }`, "cluster.instance: cores = -1, must be at least 1 and at most 32767"},
		{`{ cores = 1, usd_per_hour = 1e308 }`, "cluster.instance: usd_per_hour = 1e+308, must be in [0, 1e+06]"},
	} {
		onlyProblem(t, strings.Replace(plainFile, "{ cores = 1, speed = 1.0, usd_per_hour = 0.036 }", c.instance+"\ndiscipline = \"fcfs\"", 1), c.want)
	}
}

// onlyProblem checks that a file has one problem.
func onlyProblem(t *testing.T, text, want string) {
	t.Helper()
	_, err := Parse("f.toml", ".", text, Options{})
	if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
		t.Errorf("got\n%v\nwant only\n%s", err, want)
	}
}
