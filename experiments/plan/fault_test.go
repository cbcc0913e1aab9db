package plan

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"cnv/sim"
)

// faulty is a file with one fault table, that has a store and reports.
func faulty(table string) string {
	return strings.Replace(plainFile, "[[workload]]", "[store]\n[[fault]]\n"+table+"\n[[workload]]", 1)
}

// faultsOf is what goes wrong in a run of a file's first cell.
func faultsOf(t *testing.T, text, dir string, seed uint64) sim.Config {
	t.Helper()
	p, err := Parse("f.toml", dir, text, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return p.Cells()[0].Config(seed)
}

// TestFaultKinds: what the keys of a fault are in the simulator.
func TestFaultKinds(t *testing.T) {
	one := sim.Fault{Name: "the fault at 1m0s", At: time.Minute, Worker: sim.AnyWorker}
	checked := 2500 * time.Millisecond
	for text, change := range map[string]func(f *sim.Fault){
		`kind = "hang"` + "\nlasts = \"9s\"":                            func(f *sim.Fault) { f.Kind, f.Lasts, f.Detected = sim.Hang, 9*time.Second, checked },
		`kind = "slow"`:                                                 func(f *sim.Fault) { f.Kind, f.Factor = sim.Slow, 0.5 },
		`kind = "slow"` + "\nfactor = 0.1\nworker = \"0\"":              func(f *sim.Fault) { f.Kind, f.Factor, f.Worker = sim.Slow, 0.1, 0 },
		`kind = "sick"` + "\nlasts = \"9s\"\non = \"1s\"\noff = \"2s\"": func(f *sim.Fault) { f.Kind, f.Lasts, f.On, f.Off = sim.Sick, 9*time.Second, time.Second, 2*time.Second },
		`kind = "partition"` + "\nnoticed = \"1s\"":                     func(f *sim.Fault) { f.Kind, f.Detected = sim.Partition, time.Second },
		`kind = "telemetry"` + "\nworker = \"all\"\nlasts = \"1m\"":     func(f *sim.Fault) { f.Kind, f.Worker, f.Lasts = sim.TelemetryGap, sim.AllWorkers, time.Minute },
		`kind = "store"` + "\nlasts = \"1m\"":                           func(f *sim.Fault) { f.Kind, f.Lasts = sim.StoreOutage, time.Minute },
		`kind = "crash"`:                                                func(f *sim.Fault) { f.Detected, f.Failed = checked, 200*time.Millisecond },
	} {
		want := one
		change(&want)
		if got := faultsOf(t, faulty("at = \"1m\"\n"+text), "", 1).Faults; !slices.Equal(got, []sim.Fault{want}) {
			t.Errorf("%s: %+v, want %+v", text, got, want)
		}
	}
}

// TestRandomFaults: instants of the fleet depend on the seed alone, and come as often as the
// mean says: of 10 minutes of 100 ms each 6,000, give or take 4 roots of that.
func TestRandomFaults(t *testing.T) {
	text := faulty("mean = \"100ms\"\nkind = \"slow\"\nlasts = \"1ms\"")
	a, b := faultsOf(t, text, "", 1).Faults, faultsOf(t, text, "", 2).Faults
	if n := len(a); n < 6000-310 || n > 6000+310 {
		t.Errorf("%d faults, want some 6000", n)
	}
	if !slices.Equal(a, faultsOf(t, text, "", 1).Faults) || a[0].At == b[0].At || a[len(a)-1].At >= 10*time.Minute {
		t.Errorf("faults from %v to %v, of another seed from %v", a[0].At, a[len(a)-1].At, b[0].At)
	}
	cfg := faultsOf(t, faulty("mean = \"1h\"\nper = \"worker\"\nnoticed = \"1s\""), "", 1)
	want := sim.Hazard{Fault: sim.Fault{Name: "of the faults every 1h0m0s on average one or more", Worker: sim.AnyWorker, Detected: time.Second, Failed: 200 * time.Millisecond}, Mean: time.Hour}
	if len(cfg.Faults) > 0 || !slices.Equal(cfg.Hazards, []sim.Hazard{want}) {
		t.Errorf("faults %+v, hazards %+v, want %+v", cfg.Faults, cfg.Hazards, want)
	}
}

// TestFaultFile: each line is a fault; an empty cell is the default.
func TestFaultFile(t *testing.T) {
	dir := t.TempDir()
	write := func(text string) {
		if err := os.WriteFile(filepath.Join(dir, "faults.csv"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("at,kind,worker,lasts,factor\n5m,hang,0,10s,\n1m,slow,,,0.25\n2m,crash,any,,\n")
	got := faultsOf(t, faulty("from = \"faults.csv\""), dir, 1).Faults
	want := []sim.Fault{
		{Name: "the fault of faults.csv:2", At: 5 * time.Minute, Kind: sim.Hang, Lasts: 10 * time.Second, Detected: 2500 * time.Millisecond},
		{Name: "the fault of faults.csv:3", At: time.Minute, Kind: sim.Slow, Worker: sim.AnyWorker, Factor: 0.25},
		{Name: "the fault of faults.csv:4", At: 2 * time.Minute, Worker: sim.AnyWorker, Detected: 2500 * time.Millisecond, Failed: 200 * time.Millisecond},
	}
	if !slices.Equal(got, want) {
		t.Errorf("faults %+v, want %+v", got, want)
	}
	for text, want := range map[string]string{
		"at,kind\n5m,crsh\n":                `faults.csv:2: kind: unknown kind "crsh" (nearest valid name "crash")`,
		"at,kind,wroker\n":                  `faults.csv:1: unknown column "wroker" (nearest valid name "worker")`,
		"kind\ncrash\n":                     `faults.csv:1: the first line has no column at`,
		"at,kind\n5,crash\n":                `faults.csv:2: at: "5", want a duration such as 90s or 5m`,
		"at,kind,lasts\n5m,crash,1s\n":      `faults.csv:2: lasts: does nothing, as kind = "crash" never ends by itself`,
		"at,kind\n5m,crash\n6m\n":           `faults.csv:3: wrong number of fields`,
		"at,kind\n\"5m,crash\n":             `faults.csv:2: extraneous or missing " in quoted-field`,
		"\ufeffat,kind\n5m,crsh\n":          `faults.csv:2: kind: unknown kind "crsh" (nearest valid name "crash")`,
		"at,kind,worker\n5m,crash,first\n":  `faults.csv:2: worker: "first", want "any" or the number of a worker`,
		"at,kind,factor\n5m,slow,2\n":       `faults.csv:2: factor: 2, must be in (0, 1)`,
		"at,kind\n5m,zone\n":                `faults.csv:2: zone: missing: say which zone is lost`,
		"at,kind,zone\n5m,zone,a\n":         `faults.csv:2: zone: unknown zone "a"`,
		"at,kind,pool\n5m,no-capacity,a\n":  `faults.csv:2: pool: unknown pool "a"`,
		"at,kind,share\n5m,no-capacity,2\n": `faults.csv:2: share: 2, must be in (0, 1]`,
		"at,kind,share\n5m,crash,1\n":       `faults.csv:2: share: does nothing, as only kind = "no-capacity" refuses a share of the launches`,
		"at,kind\n,crash\n":                 `faults.csv:2: at: missing`,
		"at,kind,at\n":                      `faults.csv:1: at: the column is there twice`,
		"at,kind\n5m,spot\n":                `fault.kind: "spot" hits spot instances, of which there are none`,
		"at,kind\n":                         `fault.from: faults.csv has no faults`,
	} {
		write(text)
		_, err := Parse("f.toml", dir, faulty("from = \"faults.csv\""), Options{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// TestFaultFileOfZones: zones, pools and shares are columns too.
func TestFaultFileOfZones(t *testing.T) {
	dir := t.TempDir()
	text := "at,kind,zone,pool,share,lasts\n1m,zone,b,,,30s\n5s,no-capacity,,vm,0.5,1m\n"
	if err := os.WriteFile(filepath.Join(dir, "faults.csv"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	file := strings.Replace(faulty("from = \"faults.csv\""), "[cluster]\n", "[cluster]\nzones = [\"a\", \"b\"]\n", 1)
	got := faultsOf(t, file, dir, 1).Faults
	want := []sim.Fault{
		{Name: "the fault of faults.csv:2", At: time.Minute, Kind: sim.ZoneLost, Worker: sim.AnyWorker, Zone: 1, Lasts: 30 * time.Second, Detected: 2500 * time.Millisecond, Failed: 200 * time.Millisecond},
		{Name: "the fault of faults.csv:3", At: 5 * time.Second, Kind: sim.NoCapacity, Worker: sim.AnyWorker, Zone: sim.AnyZone, Pool: 0, Share: 0.5, Lasts: time.Minute},
	}
	if !slices.Equal(got, want) {
		t.Errorf("faults %+v, want %+v", got, want)
	}
}

// TestFaultKeysThatDoNothing are refused, with the reason.
func TestFaultKeysThatDoNothing(t *testing.T) {
	for text, want := range map[string]string{
		"mean = \"1h\"\nat = \"1m\"":                        "fault.at: does nothing, as mean says when",
		"at = \"1m\"\nper = \"worker\"":                     "fault.per: does nothing without mean",
		"mean = \"1h\"\nper = \"wrker\"":                    `fault.per: unknown "wrker" (nearest valid name "worker")`,
		"mean = \"0s\"":                                     "fault.mean: 0s, must be at least 10ms",
		"mean = \"11ms\"":                                   "fault.mean: 11ms, gives more than 50000 faults in a run",
		"mean = \"1h\"\nper = \"worker\"\nkind = \"store\"": "fault.per: kind = \"store\" is of no single worker",
		"at = \"1m\"\nworker = \"all\"":                     `fault.worker: "all": only kind = "telemetry" hits all workers`,
		"at = \"1m\"\nkind = \"store\"\nworker = \"0\"":     `fault.worker: does nothing, as kind = "store" is of no single worker`,
		"at = \"1m\"\nkind = \"sick\"\non = \"1s\"":         "fault.on: does nothing without off",
		"at = \"1m\"\nkind = \"slow\"\nnoticed = \"1s\"":    "fault.noticed: does nothing, as health checks find nothing at a worker that is slow",
		"from = \"no.csv\"":                                 "fault.from: open",
		"from = \"no.csv\"\nkind = \"hang\"":                "fault.kind: does nothing, as the file that from names says it, line by line",
	} {
		_, err := Parse("f.toml", t.TempDir(), faulty(text), Options{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}
