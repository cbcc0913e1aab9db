package cases

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
)

// A solid is threaded: only types of this package implement it.
type solid interface {
	volume(scale int) int
	grow(
		by struct { // in two lines
			sides int
			times int
		},
		_ ...interface {
			Len() int
			Less(i, j int) bool
		},
	) solid // that and more lines
	Name() string
}

// A tower is a solid: its volume comes from a solid embedded in it.
type tower struct {
	solid
	height int
}

type cube struct{ side int }

func (c *cube) volume(scale int) int {
	t := 0
	for range c.side {
		t += c.side * scale
	}
	return t
}

func (c *cube) grow(
	by struct {
		sides int
		times int
	}, _ ...interface {
		Len() int
		Less(i, j int) bool
	}) solid {
	for range by.times {
		c.side += by.sides
	}
	return c
}

func (c cube) Name() string { return fmt.Sprint("cube of ", c.side) }

// A marked embeds a cube, whose name it replaces.
type marked struct{ *cube }

func (m marked) Name() string { return "marked " + m.cube.Name() }

// A named solid is a solid and more.
type namedSolid interface {
	solid
	fmt.Stringer
}

func (t tower) String() string { return t.Name() }

// A sink is not: a writer of the standard library is one.
type sink interface {
	Write([]byte) (int, error)
}

type tally int

func (t *tally) Write(p []byte) (int, error) {
	for range p {
		*t++
	}
	return len(p), nil
}

// A sized is not: values of any type are asserted to be one.
type sized interface{ Len() int }

type many int

func (m many) Len() int {
	if m < 0 {
		return 0
	}
	return int(m)
}

func total[S solid](all ...S) (t int) {
	for _, s := range all {
		t += s.volume(1)
	}
	return t
}

func solids(n int) int {
	c := &cube{n}
	all := []solid{c, marked{c}, tower{c, 2}, &tower{marked{&cube{2}}, 3}}
	slices.SortStableFunc(all, func(a, b solid) int { return cmp.Compare(a.Name(), b.Name()) })
	t := total(c, c)
	for _, s := range all {
		t += s.volume(2)
	}
	for _, s := range all {
		if n, ok := s.(namedSolid); ok {
			t += len(n.String()) + n.volume(2)
		}
		defer s.volume(3)
		t += len(s.Name()) + s.grow(struct{ sides, times int }{1, 2}).volume(1)
	}
	var count tally
	var b bytes.Buffer
	for _, w := range []sink{&count, &b, io.Discard} {
		fmt.Fprint(w, t)
	}
	for _, x := range []any{many(n), &b, n} {
		if s, ok := x.(sized); ok {
			t += s.Len()
		}
	}
	return t + int(count)
}
