package answer

import "sync/atomic"

// An index finds findings by name as [Findings.Value] and [Findings.Change] do, at once: of
// a thousand policies there are half a million pairs, and looking through all of them for
// each took minutes.
//
// Invariant: first and change hold places in all. An index that is remembered is not
// changed any more.
type index struct {
	all    Findings
	first  map[[3]string]int // the first by workload, policy and metric
	change map[[4]string]int // the first by workload, against, policy and metric
}

// An Index finds findings by name at once.
type Index = index

// Index makes one, in O(rows), or gives the last one if it is of the same findings.
func (fs Findings) Index() *Index { return fs.index() }

// Value is [Findings.Value].
func (x *index) Value(workload, policy, metric string) (Finding, bool) {
	return x.value(workload, policy, metric)
}

// index makes one. The last one of many findings is remembered: ranking, effects, sentences and
// figures ask for that of the same findings one after the other, and of 200 policies making it
// again each time took half of what the answer takes. It must not be changed.
func (fs Findings) index() *index {
	if x := latest.Load(); x != nil && x.is(fs) {
		return x
	}
	x := newIndex(fs[:len(fs):len(fs)], len(fs))
	x.remember()
	return x
}

// newIndex makes one that has room for so many findings.
func newIndex(fs Findings, room int) *index {
	x := &index{all: fs, first: make(map[[3]string]int, len(fs)), change: make(map[[4]string]int, room)}
	for i := range fs {
		x.note(i)
	}
	return x
}

// manyFindings is from how many on an index is remembered.
const manyFindings = 4000

// latest is the index of the last findings that were many.
var latest atomic.Pointer[index]

func (x *index) remember() {
	if len(x.all) >= manyFindings {
		latest.Store(x)
	}
}

// is says whether it is the index of these very findings: the same array, as long as it
// was. Findings that are many are never changed in place.
func (x *index) is(fs Findings) bool {
	return len(fs) > 0 && len(fs) == len(x.all) && &fs[0] == &x.all[0]
}

// add puts a finding behind all others.
func (x *index) add(f Finding) {
	x.all = append(x.all, f)
	x.note(len(x.all) - 1)
}

// note makes it find a finding, unless there is one before it that it finds.
func (x *index) note(i int) {
	f := &x.all[i]
	if _, known := x.first[[3]string{f.workload, f.policy, f.Metric}]; !known {
		x.first[[3]string{f.workload, f.policy, f.Metric}] = i
	}
	if key := [4]string{f.workload, f.against, f.policy, f.Metric}; !x.has(key) {
		x.change[key] = i
	}
}

func (x *index) has(change [4]string) bool { _, known := x.change[change]; return known }

// value is [Findings.Value].
func (x *index) value(workload, policy, metric string) (Finding, bool) {
	if i, ok := x.first[[3]string{workload, policy, metric}]; ok {
		return x.all[i], true
	}
	return Finding{}, false
}

// Change is [Findings.Change].
func (x *index) Change(workload, against, policy, metric string) (Finding, bool) {
	if i, ok := x.change[[4]string{workload, against, policy, metric}]; ok {
		return x.all[i], true
	}
	return Finding{}, false
}

// levels finds the values of a metric by workload and policy, as [Findings.Value] does,
// after one look through all findings. What is not there is a zero Finding, of which Metric
// is "".
func (fs Findings) levels(metric string) map[[2]string]Finding {
	out := map[[2]string]Finding{}
	for i := range fs {
		if f := &fs[i]; f.Metric == metric {
			if key := [2]string{f.workload, f.policy}; out[key].Metric == "" {
				out[key] = *f
			}
		}
	}
	return out
}

// A changer finds the row that compares a policy to another one.
type changer interface {
	Change(workload, against, policy, metric string) (Finding, bool)
}
