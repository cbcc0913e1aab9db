package plan

import (
	"slices"
	"strings"
	"testing"
)

// TestPatienceThatTiesIsNoted: a file whose clients leave within 4 % of the end of an
// attempt has a note, and others have none.
func TestPatienceThatTiesIsNoted(t *testing.T) {
	for _, c := range []struct{ timeout, router, retry, want string }{
		{"60s", "nova-original", "", `f.toml:1: timeout: clients leave after 1m0s, and nova-original gives its first attempt up after 1m0s: answers depend on which comes first; move one by more than 4 %`},
		{"124s", "nova-original", "", "gives its second attempt up after 2m0s"},
		{"90s", "nova-original", "", ""},
		{"63s", "nova-original", "", ""},
		{"60s", "jsq", "", ""},
		{"60s", "jsq", "[retry]\nattempt_timeout = \"58s\"\n", `jsq gives its first attempt up after 58s`},
		{"60s", "jsq", "[retry]\nattempt_timeout = \"57s\"\n", ""},
	} {
		text := "timeout = \"" + c.timeout + "\"\n" + strings.Replace(plainFile, `"jsq"`, `"`+c.router+`"`, 1) + c.retry
		p := parse(t, text)
		i := slices.IndexFunc(p.Notes(), func(n string) bool { return strings.Contains(n, "clients leave") })
		switch {
		case c.want == "" && i >= 0:
			t.Errorf("%s under %s %s: %s", c.timeout, c.router, c.retry, p.Notes()[i])
		case c.want != "" && (i < 0 || !strings.Contains(p.Notes()[i], c.want)):
			t.Errorf("%s under %s %s: notes %q, want %q", c.timeout, c.router, c.retry, p.Notes(), c.want)
		}
	}
}
