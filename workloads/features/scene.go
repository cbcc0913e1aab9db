package features

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
)

// A tokens reads the words of a scene; after the first that is not what it
// should be it gives zeros.
type tokens struct {
	rest string
	bad  string // the word that was wrong; "": none
	end  bool
}

// next is the next word; "" at the end.
func (t *tokens) next() string {
	from := 0
	for from < len(t.rest) && space(t.rest[from]) {
		from++
	}
	to := from
	for to < len(t.rest) && !space(t.rest[to]) {
		to++
	}
	word := t.rest[from:to]
	t.rest = t.rest[to:]
	t.end = t.end || word == ""
	return word
}

// space says whether c is between words.
func space(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }

// skip passes over n words.
func (t *tokens) skip(n int) {
	for ; n > 0 && !t.end; n-- {
		t.next()
	}
}

// count is the next word as a number of things: no more than there are
// characters left, so that no loop is longer than the scene.
func (t *tokens) count() int {
	word := t.next()
	n, err := strconv.Atoi(word)
	if err != nil || n < 0 || n > len(t.rest) {
		if t.bad == "" && !t.end {
			t.bad = fmt.Sprintf("%.20q is no number of things that follow", word)
		}
		return 0
	}
	return n
}

// positive says whether the next word is a number above 0.
func (t *tokens) positive() bool {
	v, err := strconv.ParseFloat(t.next(), 64)
	return err == nil && v > 0
}

var errShortScene = errors.New("scene: it ends too early")

// unknown is the error of a word that names no thing there is.
func (t *tokens) unknown(what, word string) error {
	if t.end {
		return errShortScene
	}
	return fmt.Errorf("scene: unknown %s %.20q", what, word)
}

// words is how many words follow the name of a shape; -1: their first is a
// number of faces with four words each.
var words = map[string]int{
	"sphere": 4, "plane": 4, "triangle": 9, "cylinder": 7, "cone": 7, "disc": 7, "parallelogram": 9, "bezier": 48, "polyhedron": -1,
}

// ofScene are the features of a request to the ray tracer: what of the scene
// drives the cost, counted without building it.
func ofScene(query url.Values, body []byte) (Vector, error) {
	text, err := sceneIn(body)
	if err != nil {
		return Vector{}, err
	}
	s := Scene{Body: int64(len(body))}
	s.Cols, _ = strconv.Atoi(query.Get("wcols")) // Canonical has checked them
	s.Rows, _ = strconv.Atoi(query.Get("wrows"))
	s.AA, _ = strconv.ParseBool(query.Get("aa"))
	if err := s.count(text); err != nil {
		return Vector{}, err
	}
	if s.Cols < 0 || s.Rows < 0 {
		return Vector{}, errors.New("the window has a negative size")
	}
	return s.Features(), nil
}

// count reads a scene in the grammar of the original system.
func (s *Scene) count(text string) error {
	t := &tokens{rest: text}
	t.skip(10) // the camera
	s.Lights = t.count()
	t.skip(9 * s.Lights)
	for range t.count() {
		switch kind := t.next(); kind {
		case "solid":
			t.skip(3)
		case "checker":
			t.skip(7)
		case "gradient":
			t.skip(12)
		case "texmap":
			s.Textured = true
			t.skip(9)
		default:
			return t.unknown("pigment", kind)
		}
	}
	var mirrors []bool
	for range t.count() {
		t.skip(4)
		reflects := t.positive()
		refracts := t.positive()
		t.skip(1)
		mirrors = append(mirrors, reflects || refracts)
	}
	n := t.count()
	for range n {
		t.skip(1)
		finish := t.count()
		kind := t.next()
		follow, ok := words[kind]
		if !ok {
			return t.unknown("shape", kind)
		}
		if follow < 0 {
			follow = 4 * t.count()
		}
		t.skip(follow)
		if finish < len(mirrors) && mirrors[finish] {
			s.Mirrors++
		}
	}
	s.Shapes = n
	switch {
	case t.bad != "":
		return errors.New("scene: " + t.bad)
	case t.end:
		return errShortScene
	}
	return nil
}
