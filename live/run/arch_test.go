package run

import (
	"testing"

	"cnv/policy/catalog"
)

func TestNearestTypeForARM(t *testing.T) {
	for name, want := range map[string]string{"c6i.large": "c7g.large", "c7i.xlarge": "c7g.xlarge", "m5.large": "m7g.large", "t3.medium": "t4g.medium"} {
		kind, err := catalog.Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := likeARM(&kind); got != want {
			t.Errorf("nearest to %s: %s, want %s", name, got, want)
		}
	}
}
