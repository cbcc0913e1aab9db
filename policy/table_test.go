package policy

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestTableTwin: the table equals a map, whatever the span of live IDs. Spans
// are up to some 100 times the largest index that so few requests have.
func TestTableTwin(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		tab := NewTable[int]()
		live := map[RequestID]int{}
		var seen []RequestID
		next := RequestID(0)
		for range rapid.IntRange(1, 300).Draw(rt, "steps") {
			if rapid.IntRange(0, 2).Draw(rt, "op") > 0 || len(live) == 0 {
				next += rapid.SampledFrom([]RequestID{0, 1, 3, roomyPlaces - 1, 100 * roomyPlaces}).Draw(rt, "skip")
				*tab.At(tab.Add(next)) = int(next) * 7
				live[next] = int(next) * 7
				seen = append(seen, next)
				next++
			} else {
				ids := slices.Sorted(mapKeys(live))
				id := ids[rapid.IntRange(0, len(ids)-1).Draw(rt, "id")]
				tab.Remove(tab.Find(id))
				delete(live, id)
			}
			if tab.Len() != len(live) || tab.Next() != next {
				rt.Fatalf("len %d next %d, want %d %d", tab.Len(), tab.Next(), len(live), next)
			}
			for _, id := range append(seen, next, next+roomyPlaces) {
				s := tab.Find(id)
				want, ok := live[id]
				if ok != (s >= 0) || ok && (*tab.At(s) != want || !tab.Holds(s, id) || tab.ID(s) != id) {
					rt.Fatalf("find %d = slot %d, want it there: %v", id, s, ok)
				}
			}
			n := 0
			tab.Each(func(int32) { n++ })
			if n != len(live) || len(tab.places) > roomyPlaces || len(tab.stragglers.cells) > 4*max(16, len(seen)) {
				rt.Fatalf("%d slots in use of %d, index %d, stragglers %d", n, len(live), len(tab.places), len(tab.stragglers.cells))
			}
		}
	})
}

func mapKeys(m map[RequestID]int) func(func(RequestID) bool) {
	return func(yield func(RequestID) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// churn has n requests pass through a table, width of them at once, while
// others stay: those with another value than 0.
func churn(tab *Table[int], n, width int) {
	for range n {
		id := tab.Next()
		tab.Add(id)
		if id >= RequestID(width) {
			if s := tab.Find(id - RequestID(width)); s >= 0 && *tab.At(s) == 0 {
				tab.Remove(s)
			}
		}
	}
}

// TestTableStaysSmall: the memory goes with the requests in flight, and not
// with how long some of them take. One in 100,000 never ends.
func TestTableStaysSmall(t *testing.T) {
	tab := NewTable[int]()
	const n, width, every = 5_000_000, 300, 100_000
	var stay []RequestID
	began := time.Now()
	for range n / every {
		id := tab.Next()
		*tab.At(tab.Add(id)) = 1
		stay = append(stay, id)
		churn(&tab, every-1, width)
	}
	took := time.Since(began)
	for _, id := range stay {
		if s := tab.Find(id); s < 0 || tab.ID(s) != id {
			t.Errorf("request %d is in slot %d", id, s)
		}
	}
	if len(tab.places) > roomyPlaces || len(tab.stragglers.cells) > 16*len(stay) || len(tab.values) > tab.Len()+2 {
		t.Errorf("after %d requests, %d of them there: index %d, stragglers %d, values %d", n, tab.Len(), len(tab.places), len(tab.stragglers.cells), len(tab.values))
	}
	if took > 10*time.Second { // 0.1 s on one core
		t.Errorf("%d requests took %v", n, took)
	}
}

// TestTableOfManyGrows: where many are in flight at once, however they end, the
// index has places for them, and few are stragglers.
func TestTableOfManyGrows(t *testing.T) {
	tab := NewTable[int]()
	const width = 100_000
	churn(&tab, 10*width, width)
	if tab.Len() != width || len(tab.places) > 2*placesPerRequest*width || tab.stragglers.n > 0 {
		t.Errorf("%d requests: index %d, %d stragglers", tab.Len(), len(tab.places), tab.stragglers.n)
	}
}

// TestControllerOutlivesStraggler: a request that is never answered costs
// nothing while a million others pass, and is still known then.
func TestControllerOutlivesStraggler(t *testing.T) {
	l := newLab(t, 2, Config{})
	l.step(1, arrival(0), "r0.0 -> w0")
	e := arrival(0)
	for id := RequestID(1); id <= 1_000_000; id++ {
		e = arrival(id)
		l.out = l.c.Step(time.Second, &e, l.out[:0])
		e = ended(id, 0, OK)
		l.out = l.c.Step(time.Second, &e, l.out[:0])
	}
	if tell(l.out) != "deliver r1000000.0" || len(l.c.table.places) > roomyPlaces {
		t.Errorf("the last event has %q; the index has %d places", tell(l.out), len(l.c.table.places))
	}
	l.step(2, ended(0, 0, OK), "deliver r0.0")
}

// BenchmarkTable is one request that comes, is found and goes, beside stragglers.
func BenchmarkTable(b *testing.B) {
	for name, stay := range map[string]int{"none": 0, "one": 1, "1000": 1000} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			tab := NewTable[int]()
			for range stay {
				*tab.At(tab.Add(tab.Next())) = 1
			}
			churn(&tab, b.N, 300)
		})
	}
}
