package zones

import (
	"slices"
	"testing"
	"time"

	_ "cnv/internal/seeded"

	"pgregory.net/rapid"
)

// TestShares: by hand, with the zones that lack the offer, those that are skipped, and where
// the count begins.
func TestShares(t *testing.T) {
	for _, c := range []struct {
		what        string
		have        []int
		lack, skip  []int
		first, n    int
		after       time.Duration // the shortage was noted
		want        []int
		nothingLeft bool
	}{
		{what: "none is there", have: []int{0, 0, 0}, n: 7, want: []int{3, 2, 2}},
		{what: "from another one on", have: []int{0, 0, 0}, first: 2, n: 4, want: []int{1, 1, 2}},
		{what: "the fewest first", have: []int{5, 0, 3}, n: 4, want: []int{0, 4, 0}},
		{what: "until they have as many", have: []int{5, 0, 3}, n: 8, want: []int{1, 5, 2}},
		{what: "one is left out", have: []int{0, 4, 4}, lack: []int{0}, n: 3, want: []int{0, 2, 1}},
		{what: "just before that is over", have: []int{0, 4, 4}, lack: []int{0}, after: LeftOut - 1, n: 1, want: []int{0, 1, 0}},
		{what: "and after", have: []int{0, 4, 4}, lack: []int{0}, after: LeftOut, n: 1, want: []int{1, 0, 0}},
		{what: "all are left out", have: []int{1, 0, 1}, lack: []int{0, 1, 2}, n: 1, want: []int{0, 1, 0}},
		{what: "the only other one is skipped", have: []int{1, 0, 2}, lack: []int{0, 2}, skip: []int{1}, n: 1, want: []int{1, 0, 0}},
		{what: "all are skipped", have: []int{0, 0}, skip: []int{0, 1}, n: 1, nothingLeft: true},
	} {
		var m Memory
		for _, z := range c.lack {
			m.Lacks(time.Hour, z)
		}
		skip := make([]bool, len(c.have))
		for _, z := range c.skip {
			skip[z] = true
		}
		got := m.Shares(time.Hour+c.after, c.have, skip, c.first, c.n)
		if c.nothingLeft != (got == nil) || !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.what, got, c.want)
		}
	}
}

// TestPoolsAreBalanced: a pool that was launched by the rule alone, in any steps, has as many
// instances in one zone as in another, up to one.
func TestPoolsAreBalanced(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		have := make([]int, rapid.IntRange(1, 6).Draw(rt, "zones"))
		all := 0
		for _, n := range rapid.SliceOfN(rapid.IntRange(0, 9), 0, 9).Draw(rt, "launches") {
			for z, k := range new(Memory).Shares(0, have, make([]bool, len(have)), rapid.IntRange(0, 9).Draw(rt, "first"), n) {
				have[z] += k
			}
			all += n
		}
		sum := 0
		for _, k := range have {
			sum += k
		}
		if slices.Max(have)-slices.Min(have) > 1 || sum != all {
			rt.Fatalf("%v of %d", have, all)
		}
	})
}
