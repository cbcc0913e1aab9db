// Package enum reads and writes enums by the words that experiment files have for them.
// The words of an enum are a list in the order of its values, which begin at 0.
package enum

import (
	"fmt"
	"slices"
	"strings"

	"cnv/policy/nearest"
)

// Word is the word of a value, its number if it has none.
func Word[E ~uint8](e E, words []string) string {
	if int(e) < len(words) {
		return words[e]
	}
	return fmt.Sprint(uint8(e))
}

// Read sets an enum to the value of a word. The error of an unknown word lists all words
// and says which is the nearest.
func Read[E ~uint8](e *E, text []byte, words []string) error {
	i := slices.Index(words, string(text))
	if i < 0 {
		return fmt.Errorf("%q, want one of %s%s", text, strings.Join(words, ", "), nearest.Hint(string(text), words))
	}
	*e = E(i)
	return nil
}

// Check says whether a value has a word. The error names the key of the experiment file.
func Check[E ~uint8](key string, e E, words []string) error {
	if int(e) < len(words) {
		return nil
	}
	return fmt.Errorf("%s = %d, want one of %s", key, e, strings.Join(words, ", "))
}
