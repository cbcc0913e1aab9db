package catalog

import (
	"math"
	"strings"
	"testing"
)

// TestKnownInstances compares with figures read from EC2's own pages.
func TestKnownInstances(t *testing.T) {
	for _, want := range []Instance{
		{Name: "c7g.large", Arch: ARM, VCPUs: 2, PerCore: 1, MemoryMiB: 4096, USDPerHour: 0.0725},
		{Name: "c7i.large", Arch: X86, VCPUs: 2, PerCore: 2, MemoryMiB: 4096, USDPerHour: 0.08925},
		{Name: "m5.large", Arch: X86, VCPUs: 2, PerCore: 2, MemoryMiB: 8192, USDPerHour: 0.096},
		{Name: "c7a.medium", Arch: X86, VCPUs: 1, PerCore: 1, MemoryMiB: 2048, USDPerHour: 0.05132},
		{Name: "t2.micro", Arch: X86, VCPUs: 1, PerCore: 1, MemoryMiB: 1024, USDPerHour: 0.0116},
		{Name: "r8g.16xlarge", Arch: ARM, VCPUs: 64, PerCore: 1, MemoryMiB: 524288, USDPerHour: 3.77024},
	} {
		got, err := Lookup(want.Name)
		if err != nil {
			t.Error(err)
			continue
		}
		got.CPU, got.Credits, got.speed = "", Credits{}, speed{}
		if got != want {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
	}
}

// TestEveryInstanceIsWhole: in order of name, of a family that is known, with
// sound numbers, and found by its name.
func TestEveryInstanceIsWhole(t *testing.T) {
	all := Instances()
	if len(all) < 200 {
		t.Fatalf("only %d instance types", len(all))
	}
	families := make(map[string]bool)
	for i, x := range all {
		if i > 0 && all[i-1].Name >= x.Name {
			t.Errorf("%s after %s", x.Name, all[i-1].Name)
		}
		family, _, _ := strings.Cut(x.Name, ".")
		families[family] = true
		if x.CPU == "" || x.USDPerHour <= 0 || x.VCPUs < 1 || x.MemoryMiB < 512 || x.Cores() < 1 || x.PerCore < 1 || x.PerCore > 2 {
			t.Errorf("%+v is not whole", x)
		}
		if arm := strings.Contains(family[1:], "g"); arm != (x.Arch == ARM) {
			t.Errorf("%s is said to be %v", x.Name, x.Arch)
		}
		if found, err := Lookup(x.Name); err != nil || found != x {
			t.Errorf("Lookup(%s) = %+v, %v", x.Name, found, err)
		}
	}
	if len(families) != 37 {
		t.Errorf("%d families, want 37", len(families))
	}
}

// TestOnlyBurstableTypesHaveCredits, and they add up: a credit is a
// vCPU-minute, so what an hour earns pays for the baseline of all vCPUs, and a
// balance holds a day.
func TestOnlyBurstableTypesHaveCredits(t *testing.T) {
	for _, x := range Instances() {
		if x.Burstable() != strings.HasPrefix(x.Name, "t") {
			t.Errorf("%s: burstable is %v", x.Name, x.Burstable())
		}
		if c := x.Credits; x.Burstable() {
			if want := c.Baseline * float64(x.VCPUs) * 60; math.Abs(c.PerHour-want) > 1e-9 {
				t.Errorf("%s earns %v credits an hour, its baseline takes %v", x.Name, c.PerHour, want)
			}
			if math.Abs(c.Max-24*c.PerHour) > 1e-9 {
				t.Errorf("%s keeps %v credits, a day earns %v", x.Name, c.Max, 24*c.PerHour)
			}
		}
	}
}

// TestUncertainSpeedsSaySo: only the reference's own processor has no note.
func TestUncertainSpeedsSaySo(t *testing.T) {
	for _, x := range Instances() {
		relative, note := x.RelativeSpeed()
		if relative < 0.5 || relative > 2 {
			t.Errorf("%s: relative speed %v", x.Name, relative)
		}
		if certain := x.CPU == "AWS Graviton3"; certain != (note == "") || certain && relative != 1 {
			t.Errorf("%s: relative speed %v with note %q", x.Name, relative, note)
		}
	}
}

func TestUnknownInstanceNamesTheNearest(t *testing.T) {
	for typo, want := range map[string]string{"c7g.larg": "c7g.large", "C7G.large": "c7g.large", "m5.16xlrge": "m5.16xlarge", "": "c5."} {
		_, err := Lookup(typo)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "usd_per_hour") {
			t.Errorf("Lookup(%q): %v; want an error that offers %s", typo, err, want)
		}
	}
}
