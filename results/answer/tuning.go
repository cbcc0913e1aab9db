package answer

import (
	"fmt"
	"strconv"
	"strings"

	"cnv/results/words"
)

// mostSwaps are told one by one; of others the number stands.
const mostSwaps = 3

// tuningAnswer says whether tuning changes who is better than whom: pairs of policies that
// are told apart both before and after, but not in the same order. "" where nothing was
// tuned.
//
// before are the policies as the file has them, and after is what each became; a policy
// that was not tuned became itself.
func tuningAnswer(fs Findings, tuned []Pair) string {
	if len(tuned) == 0 {
		return ""
	}
	after := map[string]string{}
	var before []string
	for _, p := range fs.Policies() {
		before, after[p] = append(before, p), p
	}
	// Policies that tuning left as they are.
	var kept []string
	for _, p := range tuned {
		if p.From == p.To {
			kept = append(kept, p.From)
			continue
		}
		after[p.From] = p.To
		before = remove(before, p.To)
	}
	best := ""
	if len(kept) > 0 {
		best = " Of " + words.List(kept) + " no other parameters did better in training, or there are none."
	}
	if len(kept) == len(tuned) {
		return "Rank changes after tuning: no, as no policy changes." + best
	}
	return rankAnswer(fs, before, after) + best
}

// rankAnswer compares who is better before and after.
//
// "Rank changes after tuning: yes, of 2 differences found both before and after 1 change sign: on w, by
// avoidable misses, a was better than b and is worse."
func rankAnswer(fs Findings, before []string, after map[string]string) string {
	var changed []string
	told := 0
	for _, w := range fs.Workloads() {
		for _, q := range fs.ranking() {
			for i, a := range before {
				for _, b := range before[i+1:] {
					// The untuned pair against the tuned pair, each by its own paired
					// difference.
					x, y := order(fs, w, a, b, q), order(fs, w, after[a], after[b], q)
					if x == 0 || y == 0 {
						continue
					}
					if told++; x != y {
						better, worse := a, b
						if x > 0 {
							better, worse = b, a
						}
						changed = append(changed, fmt.Sprintf("on %s, by %s, %s was better than %s and is worse", w, q.Name, better, worse))
					}
				}
			}
		}
	}
	switch {
	case told == 0:
		return "Rank changes after tuning: not known, as no two policies are told apart both before and after."
	case len(changed) == 0:
		return "Rank changes after tuning: no; " + words.Count(told, "difference", "differences") + " between policies found both before and after, none with another sign."
	}
	n, rest := len(changed), ""
	if n > mostSwaps {
		changed, rest = changed[:mostSwaps], "; and "+strconv.Itoa(n-mostSwaps)+" more"
	}
	return "Rank changes after tuning: yes, of " + words.Count(told, "difference", "differences") + " found both before and after " + strconv.Itoa(n) +
		" change sign: " + strings.Join(changed, "; ") + rest + "."
}

// remove leaves a name out: the tuned policies are rows of their own and no policies of the
// file.
func remove(names []string, name string) []string {
	var out []string
	for _, n := range names {
		if n != name {
			out = append(out, n)
		}
	}
	return out
}
