// Package scenes is pictures to render, written for this project in the
// grammar of the original system: a few by hand, from one ball to every shape
// there is, and fields of as many balls as one wants. Recorded traces and tests
// are made with them.
package scenes

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// A Scene is a text for the ray tracer, with what of it decides the work.
type Scene struct {
	Name    string
	Text    string
	Texture bool // it needs a picture for its texture
	Shapes  int
	Lights  int // the ambient light included
	Mirrors int // shapes that reflect or refract
}

// camera and lights begin every scene; light 0 is the ambient light.
const camera = "0 -14 5  0 0 1.5  0 0 1  40\n"

var lights = []string{
	"0 0 0  0.25 0.25 0.28  1 0 0",
	"-12 -12 18  0.8 0.75 0.7  1 0 0",
	"14 -8 12  0.4 0.45 0.6  1 0.005 0",
	"0 10 20  0.3 0.3 0.3  1 0 0.0005",
}

// pigments: 0 red, 1 blue, 2 ochre, 3 checker, 4 white, and 5 the texture.
const pigments = `solid 0.85 0.2 0.15
solid 0.15 0.35 0.8
solid 0.9 0.7 0.25
checker 0.9 0.9 0.85  0.25 0.3 0.3  2
solid 0.95 0.95 0.95
`

const texture = "texmap texture 0.12 0 0.05 0.3  0 0.12 0.12 0.1\n"

// finishes (ambient, diffuse, specular, shininess, reflection, transmission,
// index of refraction): 0 matt, 1 glossy, 2 mirror, 3 glass.
const finishes = `0.4 0.7 0 1 0 0 1
0.3 0.6 0.5 60 0 0 1
0.1 0.2 0.7 120 0.7 0 1
0.05 0.1 0.6 200 0.15 0.8 1.5
`

// compose puts a scene together: how many lights, whether there is a texture,
// and a line per shape.
func compose(name string, lit int, textured bool, shapes []string) Scene {
	var b strings.Builder
	b.WriteString(camera)
	fmt.Fprintf(&b, "%d\n%s\n", lit, strings.Join(lights[:lit], "\n"))
	if textured {
		fmt.Fprintf(&b, "6\n%s%s", pigments, texture)
	} else {
		fmt.Fprintf(&b, "5\n%s", pigments)
	}
	fmt.Fprintf(&b, "4\n%s%d\n%s\n", finishes, len(shapes), strings.Join(shapes, "\n"))
	out := Scene{Name: name, Text: b.String(), Texture: textured, Shapes: len(shapes), Lights: lit}
	for _, s := range shapes {
		if finish := strings.Fields(s)[1]; finish == "2" || finish == "3" {
			out.Mirrors++
		}
	}
	return out
}

// floor is the plane z = 0 in checks.
const floor = "3 0 plane 0 0 1 0"

// All are the scenes written by hand, from little work to much.
func All() []Scene {
	return []Scene{
		compose("ball", 2, false, []string{"0 1 sphere 0 0 2 2"}),
		compose("row", 2, false, balls(5, 0, 1, 1, 0, 1)),
		compose("floor", 4, false, []string{floor, "1 1 sphere 0 0 2 2"}),
		compose("heap", 4, false, append([]string{floor}, heap()...)),
		compose("glass", 3, false, append([]string{floor}, balls(5, 3, 3, 1, 3, 3)...)),
		compose("map", 4, true, append([]string{"5 0 plane 0 0 1 0"}, heap()...)),
		compose("solids", 4, true, solids),
	}
}

// balls are n balls in a row with the finishes in turn.
func balls(n int, finish ...int) []string {
	var out []string
	for i := range n {
		x := 2.4 * (float64(i) - float64(n-1)/2)
		out = append(out, fmt.Sprintf("%d %d sphere %.3f 0 1.1 1.1", i%5, finish[i%len(finish)], x))
	}
	return out
}

// heap is eleven balls in three layers, mirrors among them.
func heap() []string {
	var out []string
	add := func(x, y, z float64) {
		i := len(out)
		out = append(out, fmt.Sprintf("%d %d sphere %.3f %.3f %.3f 1", i%3, []int{1, 2, 0}[i%3], x, y, z))
	}
	for i := range 7 { // a ring of six and one in the middle
		if i == 6 {
			add(0, 0, 1)
			break
		}
		at := [6][2]float64{{2, 0}, {1, 1.732}, {-1, 1.732}, {-2, 0}, {-1, -1.732}, {1, -1.732}}[i]
		add(at[0], at[1], 1)
	}
	add(1, 0.577, 2.633)
	add(-1, 0.577, 2.633)
	add(0, -1.155, 2.633)
	add(0, 0, 4.266)
	return out
}

// solids is one of every shape.
var solids = []string{
	floor,
	"0 1 sphere -5 1 1 1",
	"1 1 cylinder -2.6 1 0  0 0 2  0.8",
	"2 1 cone 0 1 2.4  0 0 -2.4  1",
	"4 2 disc 2.6 1.5 1.2  0 -1 0.2  1.1",
	"5 0 parallelogram 4 0.5 0  6 1.2 0  4 0.5 2",
	"0 0 triangle -4 -2 0  -2.6 -2.4 0  -3.4 -2 1.6",
	"1 3 polyhedron 6  1 0 0 -0.9  -1 0 0 -0.9  0 1 0 1.2  0 -1 0 -3  0 0 1 -1.6  0 0 -1 0",
	"2 1 bezier 2 -3 0.2  3 -3 0.6  4 -3 0.2  5 -3 0.4  2 -2.4 0.6  3 -2.4 1.6  4 -2.4 1  5 -2.4 0.6" +
		"  2 -1.8 0.4  3 -1.8 1.2  4 -1.8 1.8  5 -1.8 0.6  2 -1.2 0.2  3 -1.2 0.4  4 -1.2 0.6  5 -1.2 0.2",
}

// Field is a floor with n balls of all finishes on it, the same for a seed.
func Field(n int, seed uint64) Scene {
	rng := rand.New(rand.NewPCG(seed, 0x5ce9e))
	shapes := []string{floor}
	for i := range n {
		r := 0.15 + 0.5*rng.Float64()
		shapes = append(shapes, fmt.Sprintf("%d %d sphere %.3f %.3f %.3f %.3f", i%5, rng.IntN(4),
			16*rng.Float64()-8, 16*rng.Float64()-6, r, r))
	}
	return compose(fmt.Sprintf("field-%d", n), 3, false, shapes)
}
