package answer

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// TestIndexFindsWhatRowsHave: the first row of each name, as looking through all of them
// does, also where rows are added.
func TestIndexFindsWhatRowsHave(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	name := func() string { return fmt.Sprint(rng.IntN(4)) }
	var rows Findings
	for i := range 100 {
		rows = append(rows, Finding{workload: name(), policy: name(), against: name(), Metric: name(), N: i})
	}
	at := rows[:60].index()
	for _, f := range rows[60:] {
		at.add(f)
	}
	found := 0
	for range 1000 {
		w, a, p, m := name(), name(), name(), name()
		got, ok := at.Change(w, a, p, m)
		want, is := rows.Change(w, a, p, m)
		if got != want || ok != is {
			t.Fatalf("%s from %s to %s on %s: %+v, want %+v", m, a, p, w, got, want)
		}
		level, ok := at.value(w, p, m)
		first, is := rows.Value(w, p, m)
		if by, known := rows.levels(m)[[2]string{w, p}]; level != first || ok != is || by != first || known != is {
			t.Fatalf("%s of %s on %s: %+v, want %+v", m, p, w, level, first)
		}
		if ok {
			found++
		}
	}
	if found == 0 {
		t.Error("nothing was found, so nothing is shown")
	}
}
