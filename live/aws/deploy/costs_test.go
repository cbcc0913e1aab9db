package deploy

import (
	"strings"
	"testing"
)

// TestOtherPrices: only where the region is known and not the catalog's is there a warning.
func TestOtherPrices(t *testing.T) {
	for _, region := range []string{"", "us-east-1"} {
		if text := OtherPrices(region); text != "" {
			t.Errorf("%q: %s", region, text)
		}
	}
	if text := OtherPrices("sa-east-1"); !strings.Contains(text, "those of us-east-1, not of sa-east-1") {
		t.Error(text)
	}
}
