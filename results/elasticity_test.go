package results

import (
	"math"
	"slices"
	"testing"
	"time"

	_ "cnv/internal/seeded"

	"pgregory.net/rapid"
)

// elasticOf is a metric of a run with such a timeline.
func elasticOf(e *elasticity, metric string) float64 {
	r := Row{Values: make([]float64, len(Columns))}
	r.fill(&summary{elastic: e}, slices.Concat(elasticityColumns, elasticityParts))
	return r.Value(metric)
}

// timeline feeds minutes of six samples: load and capacity in reference cores,
// on machines of two.
func timeline(e *elasticity, minutes ...[2]float64) {
	at := time.Duration(0)
	for _, m := range minutes {
		for range 6 {
			at += 10 * time.Second
			e.tick(&Sample{At: at, OfferedCores: m[0], CapacityCores: m[1], Ready: int(m[1] / 2)})
		}
	}
	e.end()
}

// TestElasticityByHand: at 70 % utilisation a load of 2.1 cores asks for two
// machines of two cores (demand 4), one of 4.2 for three (6), and an idle minute for
// one (2). The minutes after the last arrival do not count.
func TestElasticityByHand(t *testing.T) {
	var e elasticity
	timeline(&e,
		[2]float64{2.1, 4}, // as it should be
		[2]float64{4.2, 4}, // lacks 2 of 6; demand rose, supply did not
		[2]float64{4.2, 8}, // 2 of 6 too many; supply rose alone
		[2]float64{0, 8},   // 6 of 2 too many; demand fell alone
		[2]float64{2.1, 4}, // fits; they went apart
		[2]float64{0, 12},  // over
	)
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"θ_U", elasticOf(&e, "theta_under"), (2.0 / 6) / 5},
		{"θ_O", elasticOf(&e, "theta_over"), (2.0/6 + 6.0/2) / 5},
		{"τ_U", elasticOf(&e, "tau_under"), 1.0 / 5},
		{"τ_O", elasticOf(&e, "tau_over"), 2.0 / 5},
		{"υ", elasticOf(&e, "instability"), 1},
		{"σ", elasticOf(&e, "scaling_deviation"), math.Pow(math.Pow(1.0/15, 5)+math.Pow(2.0/3, 5)+math.Pow(0.2, 5)+math.Pow(0.4, 5)+1, 0.2)},
	} {
		if math.Abs(c.got-c.want) > 1e-12 {
			t.Errorf("%s = %v, want %v", c.name, c.got, c.want)
		}
	}
}

// TestPerfectScalerHasNoDeviation: where supply is demand, all are 0, whatever
// the load does; without VMs there is nothing to say.
func TestPerfectScalerHasNoDeviation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var e elasticity
		var minutes [][2]float64
		for _, machines := range rapid.SliceOfN(rapid.IntRange(1, 30), 2, 20).Draw(t, "machines") {
			minutes = append(minutes, [2]float64{demandUtilisation * 2 * float64(machines), 2 * float64(machines)})
		}
		if timeline(&e, minutes...); elasticOf(&e, "scaling_deviation") != 0 {
			t.Fatalf("σ = %v of %+v", elasticOf(&e, "scaling_deviation"), e.counted)
		}
	})
	var e elasticity
	if timeline(&e, [2]float64{3, 0}, [2]float64{3, 0}); !math.IsNaN(elasticOf(&e, "theta_under")) || !math.IsNaN(elasticOf(&e, "scaling_deviation")) {
		t.Errorf("without VMs: θ_U %v, σ %v", elasticOf(&e, "theta_under"), elasticOf(&e, "scaling_deviation"))
	}
}
