package plan

import (
	"strings"
	"testing"
)

// TestKeysThatOnlyCostAreSaid: what does nothing but change the bill is not said to do
// nothing, and what cannot act, or is there twice, is said.
func TestKeysThatOnlyCostAreSaid(t *testing.T) {
	const (
		nothing = "functions: does nothing"
		costs   = "functions.provisioned: only costs money (cost_provisioned_usd), as no policy sends requests to functions"
		budget  = "retry.max: does nothing, as budget = 0 allows no repeated attempt"
		spot    = "cluster.market: makes machines cheaper without any risk, as nothing in this file takes a spot instance away"
		alike   = "f.toml:13: policy.name: b is jsq under another name: nothing but the name differs"
		two     = "f.toml:13: policy.name: b and c are jsq under other names: nothing but the name differs"
		many    = "f.toml:13: policy.name: b, c, d and 1 more are jsq under other names: nothing but the name differs"
		market  = "market = \"spot\"\nspot_usd_per_hour = 0.01\n"
		crash   = "[[fault]]\nat = \"1m\"\n"
	)
	for _, c := range []struct {
		cluster, more, want, not string
	}{
		{"", "[functions]\n", nothing, costs},
		{"", "[functions]\nprovisioned = 3\n", costs, nothing},
		{"", "[functions]\nprovisioned = [0, 3]\n", costs, nothing},
		{"", "spill = \"busy\"\n[functions]\nprovisioned = 3\n", "", costs},
		{"", crash + "[retry]\nmax = 3\nbudget = 0\n", budget, ""},
		{"", crash + "[retry]\nmax = 3\nbudget = [0, 1]\n", "", budget},
		{market, "", spot, ""},
		{market, crash, spot, ""},
		{market, crash + "kind = \"spot\"\n", "", spot},
		{"", "[[policy]]\nname = \"b\"\nrouter = \"jsq\"\n", alike, ""},
		{"", aliases("b", "c"), two, "another name"},
		{"", aliases("b", "c", "d", "e"), many, "another name"},
		{"", "[[policy]]\nname = \"b\"\nrouter = \"jsq\"\nmax = 3\n", "", "under another name"},
		{"", "[[policy]]\nname = \"b\"\nrouter = \"jsq\"\n" + crash + "policies = [\"b\"]\n", "", "under another name"},
	} {
		p, err := Parse("f.toml", ".", strings.Replace(plainFile, "initial = 1\n", c.cluster+"initial = 1\n", 1)+c.more, Options{})
		if err != nil {
			t.Errorf("%s %s: %v", c.cluster, c.more, err)
			continue
		}
		notes := strings.Join(p.Notes(), "\n")
		if !strings.Contains(notes, c.want) || c.not != "" && strings.Contains(notes, c.not) {
			t.Errorf("%s %s: notes %q, want %q and not %q", c.cluster, c.more, notes, c.want, c.not)
		}
	}
}

// aliases are policies that do what the first one does.
func aliases(names ...string) (text string) {
	for _, name := range names {
		text += "[[policy]]\nname = \"" + name + "\"\nrouter = \"jsq\"\n"
	}
	return text
}
