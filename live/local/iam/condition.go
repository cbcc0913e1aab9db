package iam

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// An operator of a condition.
type operator struct {
	test     func(want, have string) bool // nil: Null
	not      bool                         // holds if no value matches
	ifExists bool                         // holds if the key is missing
	set      quantifier
}

// A quantifier says how many of the values of a key that has several must match.
type quantifier uint8

const (
	single quantifier = iota
	anyOf
	allOf
)

// tests are what operators compare with, by their names.
var tests = map[string]func(want, have string) bool{
	"StringEquals":           func(want, have string) bool { return want == have },
	"StringEqualsIgnoreCase": strings.EqualFold,
	"StringLike":             func(want, have string) bool { return like(want, have) },
	"ArnEquals":              arnLike, // both are the same, says the reference
	"ArnLike":                arnLike,
	"Bool":                   strings.EqualFold,
	"NumericLessThanEquals":  func(want, have string) bool { return number(have) <= number(want) },
	"Null":                   nil,
}

// number reads a value; what is none is less than or equal to nothing.
func number(text string) float64 {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return math.NaN()
	}
	return v
}

// parseOperator reads the name of an operator: those of texts, ARNs, Bool, NumericLessThanEquals and Null, with Not,
// IfExists, ForAnyValue and ForAllValues.
func parseOperator(name string) (operator, error) {
	var o operator
	rest, ok := strings.CutPrefix(name, "ForAnyValue:")
	if ok {
		o.set = anyOf
	} else if rest, ok = strings.CutPrefix(name, "ForAllValues:"); ok {
		o.set = allOf
	}
	rest, o.ifExists = strings.CutSuffix(rest, "IfExists")
	for _, kind := range []string{"String", "Arn"} {
		if after, ok := strings.CutPrefix(rest, kind+"Not"); ok {
			rest, o.not = kind+after, true
		}
	}
	test, known := tests[rest]
	if o.test = test; !known || rest == "Null" && name != "Null" {
		return o, fmt.Errorf("condition operator %q is not known here", name)
	}
	return o, nil
}

// holds says whether a condition on one key holds: that any of the wanted values, or with
// Not that none, matches what the request has. A key that a request does not have matches
// nothing, so that operators with Not hold, and those with IfExists.
func (o operator) holds(want []string, have []string, there bool) bool {
	if o.test == nil { // Null
		return slices.Contains(want, "true") == !there
	}
	if !there || len(have) == 0 {
		return o.ifExists || o.set == allOf || o.not && o.set != anyOf
	}
	one := func(h string) bool {
		return o.not != slices.ContainsFunc(want, func(w string) bool { return o.test(w, h) })
	}
	switch {
	case o.set == allOf, o.set == single && o.not:
		return !slices.ContainsFunc(have, func(h string) bool { return !one(h) })
	}
	return slices.ContainsFunc(have, one)
}

// arnLike compares two ARNs part by part: a wildcard does not reach beyond a colon, but in
// the last of the six parts.
func arnLike(want, have string) bool {
	w, h := strings.SplitN(want, ":", 6), strings.SplitN(have, ":", 6)
	if len(w) != len(h) {
		return false
	}
	for i := range w {
		if !like(w[i], h[i]) {
			return false
		}
	}
	return true
}

// like matches a text with a pattern: * stands for any characters, ? for one.
func like(pattern, text string) bool { return glob(pattern, text, func(string) bool { return true }) }

// resource matches an ARN with that of a statement. A * stands for characters of one part of
// the ARN; as the last of its part it reaches beyond the colon.
func resource(pattern, arn string) bool {
	return pattern == "*" || glob(pattern, arn, func(after string) bool { return after == "" || after[0] == ':' })
}

// glob matches a text with a pattern whose * may stand for a colon where over says so of
// what comes after it in the pattern.
func glob(pattern, text string, over func(after string) bool) bool {
	for ; pattern != ""; pattern = pattern[1:] {
		if pattern[0] == '*' {
			after := pattern[1:]
			for i := 0; i <= len(text); i++ {
				if glob(after, text[i:], over) {
					return true
				}
				if i < len(text) && text[i] == ':' && !over(after) {
					return false
				}
			}
			return false
		}
		if text == "" || pattern[0] != text[0] && (pattern[0] != '?' || text[0] == ':' && !over("")) {
			return false
		}
		text = text[1:]
	}
	return text == ""
}
