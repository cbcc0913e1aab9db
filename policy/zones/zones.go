package zones

import "time"

// LeftOut is for how long a zone that had no capacity is not asked again.
// Karpenter leaves out an offering for as long.
const LeftOut = 3 * time.Minute

// A Memory is which zones lacked one offer, a type of instance in a market. The zero value
// knows of none.
type Memory struct {
	until []time.Duration // by zone: it is left out until then
}

// Lacks notes that a zone has no capacity now.
func (m *Memory) Lacks(now time.Duration, zone int) {
	for len(m.until) <= zone {
		m.until = append(m.until, 0)
	}
	m.until[zone] = now + LeftOut
}

// leaves says whether a zone is left out.
func (m *Memory) leaves(now time.Duration, zone int) bool {
	return zone < len(m.until) && now < m.until[zone]
}

// Shares divides n instances among zones that have some each: one after the other goes to the
// zone with the fewest, of several to the next from first on. Zones that are skipped get none,
// and those left out only where no other remains. Nil: all are skipped.
func (m *Memory) Shares(now time.Duration, have []int, skip []bool, first, n int) []int {
	open := func(also bool) (zones []int) {
		for i := range have {
			if z := (first + i) % len(have); !skip[z] && (also || !m.leaves(now, z)) {
				zones = append(zones, z)
			}
		}
		return zones
	}
	zones := open(false)
	if zones == nil {
		zones = open(true)
	}
	if zones == nil {
		return nil
	}
	out := make([]int, len(have))
	for range n {
		best := zones[0]
		for _, z := range zones[1:] {
			if have[z]+out[z] < have[best]+out[best] {
				best = z
			}
		}
		out[best]++
	}
	return out
}
