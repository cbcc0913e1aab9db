package raytracer

import (
	"crypto/sha256"
	"fmt"
	"image"
	"runtime"
	"testing"

	"cnv/worker/scenes"
)

// A specimen is one thing to look at on a floor in front of a mirror: every
// shape, pigment and finish alone.
func specimen(name, pigment, finish, shape string) scenes.Scene {
	text := "2 -7 3  0 0 1  0 0 1  40\n" +
		"3\n0 0 0  0.3 0.3 0.3  1 0 0\n-6 -8 10  0.8 0.8 0.7  1 0 0\n8 -2 6  0.5 0.5 0.6  0.5 0.02 0.005\n" +
		"3\n" + pigment + "\nchecker 0.9 0.9 0.9 0.3 0.3 0.4 1\nsolid 0.7 0.75 0.7\n" +
		"3\n" + finish + "\n0.4 0.7 0 1 0 0 1\n0.2 0.2 0.5 50 0.6 0 1\n" +
		"3\n1 1 plane 0 0 1 0\n2 2 parallelogram -4 3 0  4 3 0  -4 3 4\n0 0 " + shape + "\n"
	return scenes.Scene{Name: name, Text: text, Texture: pigment[:2] == "te"}
}

// specimens are the pictures of the golden test.
func specimens() []scenes.Scene {
	const red, glossy, ball = "solid 0.85 0.25 0.15", "0.3 0.6 0.5 60 0 0 1", "sphere 0 0 1 1"
	out := append(scenes.All(), scenes.Field(40, 1))
	for _, s := range [][2]string{
		{"sphere", ball},
		{"plane", "plane 0.3 0.8 0.2 -1.5"},
		{"triangle", "triangle -1 0 0.1  1 0.5 0.1  0 0 2"},
		{"parallelogram", "parallelogram -1 0 0.1  1 0.5 0.1  -1.3 0 1.8"},
		{"disc", "disc 0 0 1.1  0.3 -1 0.4  1"},
		{"cylinder", "cylinder -0.6 0 0.6  1.2 0.3 0.5  0.6"},
		{"cone", "cone 0 0 2.2  0.2 0 -2.2  0.9"},
		{"polyhedron", "polyhedron 4  0 0 -1 0.05  0 -1 0.6 -0.6  0.9 0.5 0.5 -0.8  -0.9 0.5 0.5 -0.8"},
		{"bezier", "bezier -1.5 -1 0.3  -0.5 -1 1  0.5 -1 1  1.5 -1 0.3  -1.5 -0.3 1  -0.5 -0.3 2.5  0.5 -0.3 2.5  1.5 -0.3 1" +
			"  -1.5 0.3 1  -0.5 0.3 2.5  0.5 0.3 2.5  1.5 0.3 1  -1.5 1 0.3  -0.5 1 1  0.5 1 1  1.5 1 0.3"},
	} {
		out = append(out, specimen(s[0], red, glossy, s[1]))
	}
	for _, p := range [][2]string{
		{"checker", "checker 0.9 0.8 0.2 0.2 0.3 0.7 0.5"},
		{"gradient", "gradient -0.7 0 0.3  1 0 1.2  0.9 0.2 0.1 0.1 0.3 0.9"},
		{"texmap", "texmap t 0.5 0 0 0  0 0 0.5 0"},
	} {
		out = append(out, specimen(p[0], p[1], glossy, ball))
	}
	for _, f := range [][2]string{
		{"matt", "0.4 0.7 0 1 0 0 1"},
		{"mirror", "0.1 0.2 0.7 120 0.7 0 1"},
		{"crystal", "0.05 0.1 0.6 200 0.1 0.85 1.5"},
		{"bubble", "0.05 0.1 0.6 200 0.1 0.85 0.75"},
		{"tinted", "0.1 0.3 0.4 80 0 0.6 0"},
	} {
		out = append(out, specimen(f[0], red, f[1], ball))
	}
	return out
}

// TestGolden: the pictures of every shape, pigment and finish stay as they
// were when somebody last looked at them (2026-11-23).
func TestGolden(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("other processors may fuse multiplications with additions: the last bits differ")
	}
	for _, s := range specimens() {
		img := picture(t, s, query(160, 120, 160, 120, 0, 0, "aa=true"))
		if got := digest(img); got != golden[s.Name] {
			t.Errorf("%q: %q, // was %s", s.Name, got, golden[s.Name])
		}
	}
}

// digest is the hash of all pixels in 8 bits.
func digest(img image.Image) string {
	h := sha256.New()
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			r, g, b, _ := img.At(x, y).RGBA()
			h.Write([]byte{byte(r >> 8), byte(g >> 8), byte(b >> 8)})
		}
	}
	return fmt.Sprintf("%x", h.Sum(nil)[:8])
}

var golden = map[string]string{
	"ball":          "180e3bc2c1ef2728",
	"row":           "d107576fa8680209",
	"floor":         "87e143e095870a2f",
	"heap":          "34b9430a0bbb1a6f",
	"glass":         "755932b6017d6ae2",
	"map":           "491c9ba4276a9aa3",
	"solids":        "c515b72a67e1e18a",
	"field-40":      "849744981aa748a4",
	"sphere":        "becd5916e8a75db4",
	"plane":         "a2d6865e0fcd655b",
	"triangle":      "4c6241d9a84276c9",
	"parallelogram": "e82449dff25ee968",
	"disc":          "46bf6adeb7f32ef8",
	"cylinder":      "82fd5e47915c8676",
	"cone":          "b9a8c7ea735e2423",
	"polyhedron":    "d979d4e797ead100",
	"bezier":        "66d676432b1a8398",
	"checker":       "e913a897ac18e9fa",
	"gradient":      "4e50e88b273f9263",
	"texmap":        "3e4567cebff563b8",
	"matt":          "3f8b221f6d93a6b2",
	"mirror":        "5d0905942c287b26",
	"crystal":       "3dfc8d0dfe72e5f8",
	"bubble":        "d8a60f63cfb4e1a2",
	"tinted":        "afde25df8be4f68b",
}
