package raytracer_test

import (
	"context"
	"encoding/json"
	"net/url"
	"testing"

	"gonum.org/v1/gonum/stat"

	"cnv/worker/kernel"
	"cnv/worker/metered"
	"cnv/worker/metered/meteredtest"
	"cnv/worker/raytracer"
	"cnv/worker/scenes"
)

func request(t testing.TB, s scenes.Scene, cols, rows, more string) *kernel.Request {
	t.Helper()
	body, err := json.Marshal(map[string]string{"scene": s.Text})
	if err != nil {
		t.Fatal(err)
	}
	q, err := url.ParseQuery("scols=" + cols + "&srows=" + rows + "&wcols=" + cols + "&wrows=" + rows + "&coff=0&roff=0&" + more)
	if err != nil {
		t.Fatal(err)
	}
	return &kernel.Request{Query: q, Body: body, Limits: kernel.Default}
}

// TestCountsAreTheSameAmongOthers: alone, again, and among 20 at once, also
// with two goroutines inside.
func TestCountsAreTheSameAmongOthers(t *testing.T) {
	if !metered.Available() {
		t.Skip("a plain build counts nothing: run it with go run ./worker/meter/cmd test")
	}
	for _, more := range []string{"", "multi=true", "aa=true"} {
		meteredtest.Same(t, raytracer.Render, metered.All()["raytracer"], request(t, scenes.All()[3], "80", "60", more))
	}
}

// TestCountsGrowWithArea: with R² of 0.99 at least.
func TestCountsGrowWithArea(t *testing.T) {
	if !metered.Available() {
		t.Skip("a plain build counts nothing: run it with go run ./worker/meter/cmd test")
	}
	var area, instructions []float64
	for _, size := range [][2]string{{"40", "30"}, {"80", "60"}, {"120", "90"}, {"160", "120"}, {"200", "150"}} {
		r := request(t, scenes.All()[3], size[0], size[1], "")
		c := metered.Measure(func() {
			if _, err := metered.All()["raytracer"](context.Background(), r); err != nil {
				t.Fatal(err)
			}
		})
		instructions = append(instructions, float64(c.Instructions))
		area = append(area, float64(len(area)+1)*float64(len(area)+1))
	}
	alpha, beta := stat.LinearRegression(area, instructions, nil, false)
	if r2 := stat.RSquared(area, instructions, nil, alpha, beta); r2 < 0.99 {
		t.Errorf("R² of instructions against the area: %.4f, want 0.99", r2)
	}
}

func BenchmarkOverhead(b *testing.B) {
	if !metered.Available() {
		b.Skip("a plain build counts nothing: run it with go run ./worker/meter/cmd test -bench .")
	}
	meteredtest.Overhead(b, raytracer.Render, metered.All()["raytracer"], request(b, scenes.Field(60, 1), "200", "150", ""))
}
