package catalog

import "testing"

// TestFactorGrowsWithDoubt: the less a constant is trusted the wider it is drawn, and
// what is documented is drawn too.
func TestFactorGrowsWithDoubt(t *testing.T) {
	last := 1.0
	for trust := int(Documented); trust >= int(Unknown); trust-- {
		f := Trust(trust).Factor()
		if f <= last {
			t.Errorf("trust %d: factor %v, want above %v", trust, f, last)
		}
		last = f
	}
}

func TestSpeedTrust(t *testing.T) {
	for _, c := range []struct {
		name string
		want Trust
	}{{"c7g.large", Documented}, {"c5.large", Unknown}} {
		i, err := Lookup(c.name)
		if err != nil {
			t.Fatal(err)
		}
		if got := i.SpeedTrust(); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}
