package report

import (
	"strings"
	"testing"
)

// TestLeadSaysWhetherItHolds: what stands above the report says in how many worlds it
// holds, and is not said twice.
func TestLeadSaysWhetherItHolds(t *testing.T) {
	v := reportView{Answer: []string{
		"Of 8 comparisons some are not known.",
		"The router lowered misses by 1.5 points. This holds in 9 of 20 worlds (turns below 20 s of boot). The same change raised costs.",
	}}
	if got, want := v.Lead(), "The router lowered misses by 1.5 points. This holds in 9 of 20 worlds (turns below 20 s of boot)."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := v.Rest(); len(got) != 2 || got[1] != "The same change raised costs." {
		t.Errorf("%q", got)
	}
	v.Answer = v.Answer[1:]
	v.Answer[0] = "The router lowered misses. This holds in 20 of 20 worlds."
	if got := v.Rest(); v.Lead() != v.Answer[0] || len(got) != 0 {
		t.Errorf("%q, %q", v.Lead(), got)
	}
}

// TestLeadBeginsWithShares: a sentence on shares may lead, one that counts
// comparisons may not.
func TestLeadBeginsWithShares(t *testing.T) {
	v := reportView{Answer: []string{"Of 3 comparisons of two routers, all found a difference.", "Of the difference in a from b to c, d makes up 9 %."}}
	if got := v.Lead(); !strings.HasPrefix(got, "Of the difference") {
		t.Errorf("the lead is %q", got)
	}
}

// TestLeadTellsWhatWasFound: a sentence on a change of which nothing is known leads only
// where no other tells a finding; what explains words never does.
func TestLeadTellsWhatWasFound(t *testing.T) {
	const (
		unknown = "The router (a → b): the difference in avoidable misses is not known on steady and diurnal 1:9; the difference in avoidable misses is not known on flash crowd (too few runs for an interval). The difference in the cost is not known on steady."
		found   = "The scaler (b → c): the difference in avoidable misses is not known on steady; same within 1 percentage point in avoidable misses on flash crowd."
		method  = "In parentheses: 95 % intervals, over 3 seeds."
	)
	v := reportView{Answer: []string{"Of 3 expectations 2 are not known.", unknown, found, method}}
	if got := v.Lead(); got != found {
		t.Errorf("the lead is %q", got)
	}
	if got := v.Rest(); len(got) != 3 || got[1] != unknown {
		t.Errorf("below it stands %q", got)
	}
	v.Answer = []string{"Of 3 expectations all are not known.", unknown, method}
	if got := v.Lead(); !strings.HasPrefix(got, "The router (a → b): the difference") || !strings.HasPrefix(unknown, strings.TrimSuffix(got, ".")) {
		t.Errorf("the lead is %q", got)
	}
}
