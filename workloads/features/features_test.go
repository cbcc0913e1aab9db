package features

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"cnv/policy"
)

func TestFeaturesFollowTheirNames(t *testing.T) {
	scene := Scene{Cols: 400, Rows: 300, AA: true, Shapes: 12, Lights: 4, Textured: true, Mirrors: 2, Body: 1500}.Features()
	image := Image{Width: 960, Height: 640, Body: 82_000}.Features()
	for _, c := range []struct {
		kernel string
		v      Vector
		want   string
	}{
		{Raytracer, scene, "kpx=120;rays=4;shapes=12;lights=4;textured=1;mirrors=2;body_kb=1.5"},
		{Blur, image, "mpx=0.6144;width=960;height=640;body_kb=82"},
		{Enhance, image, "mpx=0.6144;width=960;height=640;body_kb=82"},
	} {
		k, ok := Find(c.kernel)
		if got := Format(k.Features, &c.v); !ok || got != c.want {
			t.Errorf("%s: %s, want %s", c.kernel, got, c.want)
		}
	}
	for _, k := range Kernels {
		if len(k.Features) > policy.MaxFeatures {
			t.Errorf("%s: %d features, at most %d", k.Name, len(k.Features), policy.MaxFeatures)
		}
	}
	if _, ok := Find("raytrace"); ok {
		t.Error("Find knows a kernel that does not exist")
	}
}

func TestAttributesReadBackToTheSameBits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z_]{1,8}`), 0, policy.MaxFeatures, rapid.ID).Draw(t, "names")
		var v, back Vector
		for i := range names {
			v[i] = rapid.Float64().Draw(t, "feature")
		}
		attr := Format(names, &v)
		if err := Parse(names, attr, &back); err != nil || back != v {
			t.Errorf("%v written as %q reads back as %v, %v", v, attr, back, err)
		}
	})
}

func TestParse(t *testing.T) {
	names := []string{"w", "h", "aa"}
	for _, c := range []struct {
		attr, want string
	}{
		{"", "[0 0 0 0 0 0 0 0]"},
		{"h=480;w=640", "[640 480 0 0 0 0 0 0]"},
		{"item=test01;w=1e3;", "[1000 0 0 0 0 0 0 0]"},
		{"w", `attribute "w": want key=value`},
		{"w=;h=1", `attribute "w=": want a finite number`},
		{"w=NaN", `attribute "w=NaN": want a finite number`},
		{"aa=Inf", `attribute "aa=Inf": want a finite number`},
		{"w=1;;h=1", `attribute "": want key=value`},
	} {
		v := Vector{9, 9, 9, 9, 9, 9, 9, 9} // what was there before must go
		err := Parse(names, c.attr, &v)
		got := fmt.Sprint(v)
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("Parse(%q) = %s, want %s", c.attr, got, c.want)
		}
	}
	var v Vector
	if n := testing.AllocsPerRun(100, func() { Parse(names, "w=640;h=480;aa=1;item=x", &v) }); n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
	many := strings.Split("a b c d e f g h i j", " ")
	if err := Parse(many, "j=1;a=2", &v); err != nil || v != (Vector{2}) {
		t.Errorf("ten names: %v, %v, want the first eight to count", v, err)
	}
}

// query is a valid request to the ray tracer with changes "k=v k=v"; an empty
// value takes the parameter away.
func query(changes string) map[string][]string {
	q := map[string][]string{"scols": {"400"}, "srows": {"300"}, "wcols": {"400"}, "wrows": {"300"}, "coff": {"0"}, "roff": {"0"}}
	for _, c := range strings.Fields(changes) {
		k, v, _ := strings.Cut(c, "=")
		if v == "" {
			delete(q, k)
			continue
		}
		q[k] = append([]string{v}, q[k][:min(len(q[k]), strings.Count(v, "!"))]...)
	}
	return q
}

func TestCanonical(t *testing.T) {
	k, _ := Find(Raytracer)
	plain := "scols=400&srows=300&wcols=400&wrows=300&coff=0&roff=0&aa=0&multi=0"
	for _, c := range []struct{ changes, want string }{
		{"", plain},
		{"aa=false multi=0", plain},
		{"scols=+0400 unknown=7", plain},
		{"aa=true", strings.Replace(plain, "aa=0", "aa=1", 1)},
		{"multi=TRUE", strings.Replace(plain, "multi=0", "multi=1", 1)},
		{"coff=-20", strings.Replace(plain, "coff=0", "coff=-20", 1)},
		{"scols= aa=maybe roff=1.5", "raytracer: scols: missing\nraytracer: roff: \"1.5\" is not an integer\nraytracer: aa: \"maybe\" is neither true nor false"},
		{"wcols=1!", "raytracer: wcols: given 2 times"},
	} {
		got, err := Canonical(k, query(c.changes))
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("Canonical(%s) = %s\nwant %s", c.changes, got, c.want)
		}
	}
	blur, _ := Find(Blur)
	if got, err := Canonical(blur, query("")); got != "" || err != nil {
		t.Errorf("Canonical(blurimage) = %q, %v, want nothing", got, err)
	}
}

// TestKeysTellRequestsApart: kernel, parameters (anti-aliasing too) and body
// all count, and their boundaries do. The first key is pinned: keys are stored.
func TestKeysTellRequestsApart(t *testing.T) {
	k, _ := Find(Raytracer)
	plain, _ := Canonical(k, query(""))
	smooth, _ := Canonical(k, query("aa=true"))
	body := []byte("scene")
	keys := []policy.Key{
		Key(Raytracer, plain, body), Key(Raytracer, smooth, body), Key(Raytracer, plain, []byte("scenes")),
		Key(Blur, "", body), Key(Enhance, "", body), Key("a", "bc", nil), Key("ab", "c", nil), Key("a", "b", []byte("c")),
	}
	for i, a := range keys {
		for j, b := range keys[:i] {
			if a == b || a == 0 {
				t.Errorf("keys %d and %d are both %#x", i, j, uint64(a))
			}
		}
	}
	if want := policy.Key(0x407502c2ace2d90); keys[0] != want {
		t.Errorf("key = %#x, pinned %#x", uint64(keys[0]), uint64(want))
	}
	if again := Key(Raytracer, plain, body); again != keys[0] {
		t.Errorf("key = %#x, then %#x", uint64(keys[0]), uint64(again))
	}
}

func TestHashInPiecesIsTheKey(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.SliceOf(rapid.Byte()).Draw(t, "body")
		h := NewHash("k", "p=1")
		for rest := body; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "piece")
			h.Write(rest[:n])
			rest = rest[n:]
		}
		if got, want := h.Key(), Key("k", "p=1", body); got != want {
			t.Errorf("%#x in pieces, %#x at once", uint64(got), uint64(want))
		}
	})
}

// BenchmarkKey hashes a typical picture (82 kB).
func BenchmarkKey(b *testing.B) {
	body := bytes.Repeat([]byte("abcd"), 20_500)
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if Key(Blur, "", body) == 0 {
			b.Fatal("a key of 0")
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("w=640;h=480;aa=1")
	f.Fuzz(func(t *testing.T, attr string) {
		var v Vector
		if err := Parse([]string{"w", "h"}, attr, &v); err == nil {
			for _, x := range v {
				if math.IsNaN(x) || math.IsInf(x, 0) {
					t.Errorf("Parse(%q) = %v", attr, v)
				}
			}
		}
	})
}
