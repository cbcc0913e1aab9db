package main

import (
	"strings"
	"testing"
)

// TestCompare: a case fails that takes over 5 % more than recorded or has no figure, and no other.
func TestCompare(t *testing.T) {
	old, err := parse("go1.26.8\nw1 4000\njsq 5000\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		now  map[string]float64
		ok   bool
		want string
	}{
		{map[string]float64{"w1": 4199, "jsq": 5000}, true, "recorded   4000\n"},
		{map[string]float64{"w1": 4201, "jsq": 5000}, false, "5.0 % MORE"},
		{map[string]float64{"w1": 3000}, true, "25.0 % less"},
		{map[string]float64{"ps": 1}, false, "NOT RECORDED"},
	} {
		report, ok := compare(old, recorded{"", c.now})
		if ok != c.ok || !strings.Contains(report, c.want) {
			t.Errorf("%v: ok %v, %q; want %v, %q", c.now, ok, report, c.ok, c.want)
		}
	}
}

// TestFile: what is written is read again, and a line that is not a figure is named.
func TestFile(t *testing.T) {
	r := recorded{"go1.26.8", map[string]float64{"w1": 4000, "jsq": 5000}}
	back, err := parse(r.String())
	if err != nil || back.String() != r.String() {
		t.Errorf("%q, %v; want %q", back, err, r)
	}
	if _, err := parse("go1.26.8\nw1 4000\njsq many\n"); err == nil || !strings.Contains(err.Error(), "recorded.txt:3") {
		t.Errorf("%v; want an error about line 3", err)
	}
}
