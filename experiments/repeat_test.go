package main

import "testing"

// TestUncheckedPolicies: what is said of policies of which no run is made again depends on
// whether a run was made now and failed, or none was made.
func TestUncheckedPolicies(t *testing.T) {
	ran := &repeated{}
	const text = "a run of 1 of 3 policies is repeated to check that it gives the same numbers; of "
	for want, began := range map[string][]bool{
		text + "the others no run was made now":                                     {true, false, false},
		text + "the others every run that was made now failed":                      {true, true, true},
		text + "1 no run was made now, and of 1 every run that was made now failed": {true, true, false},
	} {
		r := &repeats{began: began, least: []*repeated{ran, nil, nil}}
		if got := r.unchecked(); got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
	if got := (&repeats{began: make([]bool, 2), least: make([]*repeated, 2)}).unchecked(); got != "" {
		t.Errorf("no run was made now, and it says %q", got)
	}
	if got := (&repeats{began: []bool{true}, least: []*repeated{ran}}).unchecked(); got != "" {
		t.Errorf("every policy is checked, and it says %q", got)
	}
}
