package answer

import "testing"

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
