package coverage

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"cnv/results"
	"cnv/results/compare"
)

// A still is an experiment whose changes move nothing: under each, policies draw again
// from their laws, which stay. Policies differ by shifts around what a verdict needs.
type still struct {
	seeds int
	moves float64 // standard deviations of own draws that the last change moves the last policy by
}

const stillChanges = 5

// set is the experiment as it is, or under a change from 1 on.
func (q still) set(e, change int) (*compare.Set, error) {
	p := compare.Plan{Design: results.Design{Replications: q.seeds, Workloads: []string{"w0", "w1", "w2"}, Policies: []string{"a", "b", "c", "d"}}, Name: "still"}
	return setOf(p, func(w, policy, i int) made {
		shared, own := drawn(uint64(e), uint64(w), uint64(i)), drawn(uint64(e), uint64(w), uint64(i), uint64(policy), uint64(2+change))
		share := 0.2 + 0.05*shared.ExpFloat64() + ownSpread*(ownDraw(w, own)+float64(policy))
		if change == stillChanges && policy == len(p.Policies)-1 {
			share += q.moves * ownSpread
		}
		return requests(200, min(max(share, 0), 0.9))
	})
}

// turns says whether any verdict is said to change, and how many of the moved
// differences are told.
func (q still) turns(e int) (any bool, told, of int, err error) {
	var sets []*compare.Set
	var names []string
	for change := range stillChanges + 1 {
		set, err := q.set(e, change)
		if err != nil {
			return false, 0, 0, err
		}
		sets, names = append(sets, set), append(names, fmt.Sprint("change ", change))
	}
	all := sets[0].Moved(names[1:], sets[1:])
	for i := range all {
		moves := q.moves != 0 && all[i].Change == names[stillChanges] && all[i].Policy == "d"
		switch {
		case moves && all[i].Told():
			told++
			of++
		case moves:
			of++
		case all[i].Told() && all[i].Verdict != all[i].BaseVerdict:
			any = true
		}
	}
	return any, told, of, nil
}

// cover repeats the experiment: in how many some verdict changes, and how many of the
// moved differences are told.
func (q still) cover(n int, limit time.Duration) (changed, told, of, done int, err error) {
	var mu sync.Mutex
	done, err = each(n, limit, func(e int) error {
		any, some, out, err := q.turns(e)
		mu.Lock()
		defer mu.Unlock()
		told, of = told+some, of+out
		if any {
			changed++
		}
		return err
	})
	return changed, told, of, done, err
}

// stills prints the rows on changes, and says what is not as it should be.
func stills(only string, n int, share time.Duration) (faults []string, err error) {
	fmt.Printf("\n--vary with 5 changes, 4 policies, 3 workloads: how often a change that moves nothing \"changes a verdict\", and how\noften one that moves the last policy, by so many standard deviations of its own draws, is told.\n\n")
	fmt.Printf("%-44s %5s %18s %15s %6s\n", "", "runs", "verdict changed", "move told", "n")
	for _, q := range []still{{10, 0}, {10, 4}, {5, 0}, {20, 2}} {
		name := fmt.Sprintf("changes, moved by %g", q.moves)
		if !strings.Contains(name, only) || n < fewForLarge && q.seeds != 10 {
			continue
		}
		changed, told, of, done, err := q.cover(n, share)
		if err != nil {
			return nil, err
		}
		if tooMany(changed, done, mostFalse) {
			faults = append(faults, fmt.Sprintf("%s, %d runs: a verdict changes in %s of experiments", name, q.seeds, percent(changed, done)))
		}
		power := ""
		if of > 0 {
			power = percent(told, of)
		}
		fmt.Printf("%-44s %5d %18s %15s %6d\n", name, q.seeds, percent(changed, done), power, done)
	}
	return faults, nil
}
