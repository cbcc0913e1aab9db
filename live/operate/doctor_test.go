package operate

import (
	"testing"
	"time"

	"cnv/live/aws/deploy"
)

// TestPricesAreOfARegion: an account elsewhere is told to look.
func TestPricesAreOfARegion(t *testing.T) {
	for region, want := range map[string]deploy.Mark{"us-east-1": deploy.OK, "": deploy.OK, "cn-north-1": deploy.Look} {
		if f := prices(time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC), region); f.Mark != want {
			t.Errorf("%q: %v %s", region, f.Mark, f.Says)
		}
	}
}
