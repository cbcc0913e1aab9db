package features

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/cespare/xxhash/v2"

	"cnv/policy"
)

// A Param is a parameter of a kernel's request.
type Param struct {
	Name     string
	Type     Type
	Required bool // otherwise it defaults to 0 or false
}

// A Type is the type of a parameter.
type Type uint8

// The types of parameters.
const (
	Integer Type = iota
	Boolean      // true or false; written 1 or 0
)

// Canonical writes the parameters that decide a kernel's work in one way only:
// all of them, defaults too, in the kernel's order, "scols=400&srows=300&...".
// Parameters that the kernel does not know are left out. The error holds all
// problems: a parameter missing, given twice, or of the wrong type.
func Canonical(k Kernel, given map[string][]string) (string, error) {
	var b strings.Builder
	var errs []error
	for _, p := range k.Params {
		value, err := p.canonical(given[p.Name])
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %s: %w", k.Name, p.Name, err))
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		b.WriteString(p.Name + "=" + value)
	}
	if errs != nil {
		return "", errors.Join(errs...)
	}
	return b.String(), nil
}

// canonical is the value of a parameter written in one way only.
func (p Param) canonical(given []string) (string, error) {
	switch {
	case len(given) > 1:
		return "", fmt.Errorf("given %d times", len(given))
	case len(given) == 0 && p.Required:
		return "", errors.New("missing")
	case len(given) == 0:
		return "0", nil
	case p.Type == Boolean:
		on, err := strconv.ParseBool(given[0])
		if err != nil {
			return "", fmt.Errorf("%q is neither true nor false", given[0])
		}
		if on {
			return "1", nil
		}
		return "0", nil
	}
	n, err := strconv.ParseInt(given[0], 10, 64)
	if err != nil {
		return "", fmt.Errorf("%q is not an integer", given[0])
	}
	return strconv.FormatInt(n, 10), nil
}

// Key is the key of a request: the XXH64 hash (seed 0) of kernel, NUL,
// canonical parameters, NUL, body. It is the same on every machine and in every
// version. 0 means unknown elsewhere, so a hash of 0 becomes 1.
//
// XXH64 is fast enough for a gateway to hash every body, and not made to
// withstand an adversary: two requests forged to share a key are mistaken for
// repeats of each other, which misjudges their cost, never their answers.
func Key(kernel, canonical string, body []byte) policy.Key {
	h := NewHash(kernel, canonical)
	h.Write(body)
	return h.Key()
}

// A Hash computes the key of a request whose body comes in pieces.
type Hash struct {
	digest xxhash.Digest
}

// NewHash begins the key of a request with kernel and canonical parameters.
func NewHash(kernel, canonical string) *Hash {
	h := new(Hash)
	h.digest.Reset()
	h.digest.WriteString(kernel)
	h.digest.Write(nul[:])
	h.digest.WriteString(canonical)
	h.digest.Write(nul[:])
	return h
}

var nul [1]byte

// Write adds a piece of the body. It never fails.
func (h *Hash) Write(p []byte) (int, error) { return h.digest.Write(p) }

// Key is the key of what was written so far.
func (h *Hash) Key() policy.Key { return max(policy.Key(h.digest.Sum64()), 1) }
