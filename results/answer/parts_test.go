package answer

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	_ "cnv/internal/seeded"
	"cnv/results"
)

// TestPartsAddUp: the parts of any bill and of any misses add up to what is divided, and none is
// negative, also where a dropped machine still worked, or was taken away for nothing.
func TestPartsAddUp(t *testing.T) {
	bill := []string{"cost_instances_usd", "cost_ipv4_usd", "cost_ebs_usd", "cost_surplus_usd", "cost_function_time_usd", "cost_function_calls_usd", "cost_provisioned_usd", "cost_store_usd", "cost_gateway_usd", "cost_transfer_usd", "cost_logs_usd"}
	misses := []string{"missed_queueing", "missed_boot", "missed_cold", "missed_lost", "missed_refused"}
	rapid.Check(t, func(t *rapid.T) {
		drawn := map[string]float64{"in_slo": 1000, "requests": 1}
		mean := func(name string) float64 {
			if _, ok := drawn[name]; !ok {
				drawn[name] = rapid.Float64Range(0, 9).Draw(t, name)
			}
			return drawn[name]
		}
		for _, c := range []struct {
			parts []Part
			of    []string
		}{{costParts(mean), bill}, {missParts(mean), misses}} {
			sum, all := 0.0, 0.0
			for _, p := range c.parts {
				if p.Value < 0 {
					t.Fatalf("%s is %v", p.Name, p.Value)
				}
				sum += p.Value
			}
			for _, name := range c.of {
				all += mean(name)
			}
			if math.Abs(sum-all) > 1e-9 {
				t.Fatalf("%v add up to %v of %v", c.parts, sum, all)
			}
		}
	})
	for _, c := range results.Columns {
		if strings.HasPrefix(c.Name, "cost_") && !strings.HasPrefix(c.Name, "cost_per_") && c.Name != "cost_usd" && !slices.Contains(bill, c.Name) {
			t.Errorf("%s is a line of the bill, and in no part", c.Name)
		}
	}
}

// TestMainPart: the largest part of a difference is named with its share; where others go the
// other way it is more than all, and where nothing differs none is named.
func TestMainPart(t *testing.T) {
	of := func(idle, dropped, functions float64) []Part {
		return []Part{{"idle", idle}, {"dropped", dropped}, {"functions", functions}}
	}
	for want, is := range map[string][2][]Part{
		"dropped 75 %":     {of(1, 1, 0), of(1, 4, 1)},
		"functions >100 %": {of(3, 0, 0), of(1, 0, 6)},
		"":                 {of(1, 2, 3), of(1, 2, 3)},
	} {
		if got := mainPart(is[0], is[1]); got != want {
			t.Errorf("from %v to %v: %q, want %q", is[0], is[1], got, want)
		}
	}
	if got := mainPart(nil, of(1, 2, 3)); got != "" {
		t.Errorf("without parts: %q", got)
	}
}
