package words

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestDecimalsKeepSigns: what is not 0 never reads as 0, and a number keeps
// its sign, whatever it is written beside.
func TestDecimalsKeepSigns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.Float64Range(1e-6, 1e6)
		v, w := size.Draw(t, "v"), -size.Draw(t, "w")
		d := Places(v, w, v)
		for _, x := range []float64{v, w} {
			s := Decimal(x, d)
			if strings.Trim(s, "−0.") == "" || strings.HasPrefix(s, "−") != (x < 0) {
				t.Fatalf("decimal(%v, %d) = %q", x, d, s)
			}
		}
	})
}
