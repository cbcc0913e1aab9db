package enum

import "testing"

type colour uint8

var colours = []string{"red", "green"}

// TestWordsAreReadBack: each word stands for its value and no other text for any.
func TestWordsAreReadBack(t *testing.T) {
	for i, word := range colours {
		var c colour
		if err := Read(&c, []byte(word), colours); err != nil || c != colour(i) || Word(c, colours) != word || Check("colour", c, colours) != nil {
			t.Errorf("%q is read as %d (%v) and written %q", word, c, err, Word(c, colours))
		}
	}
	c := colour(1)
	const want = `"gren", want one of red, green (nearest valid name "green")`
	if err := Read(&c, []byte("gren"), colours); err == nil || err.Error() != want || c != 1 {
		t.Errorf("%v and %d, want %s and no change", err, c, want)
	}
	if err := Check("colour", colour(2), colours); err == nil || err.Error() != "colour = 2, want one of red, green" || Word(colour(2), colours) != "2" {
		t.Errorf("%v, and the word %q", err, Word(colour(2), colours))
	}
}
