package answer

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestAnIndexOfManyFindingsIsMadeOnce: who asks next for that of the same findings gets the one
// that is there, and who asks for that of others, alike as they are, another.
func TestAnIndexOfManyFindingsIsMadeOnce(t *testing.T) {
	rows := make(Findings, manyFindings)
	for i := range rows {
		rows[i] = Finding{workload: "w", policy: fmt.Sprint(i), Metric: "m", N: i}
	}
	first := rows.index()
	if again := rows.index(); again != first {
		t.Error("the index of the same findings is made twice")
	}
	other := slices.Clone(rows)
	other[0].policy = "another"
	if _, ok := other.index().value("w", "another", "m"); !ok || other.index() == rows.index() {
		t.Error("the index of other findings is taken")
	}
	if shorter := rows[1:].index(); len(shorter.all) != manyFindings-1 {
		t.Errorf("%d findings, want one fewer than %d", len(shorter.all), manyFindings)
	}
	if (Findings{}).index() == nil {
		t.Error("no findings have no index")
	}
}

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
