package plan

import (
	"fmt"
	"slices"
	"strings"
)

// A Problem is one thing that is wrong with an experiment file.
type Problem struct {
	File string
	Line int    // from 1; 0 if no line is to blame
	Key  string // dotted, such as policy.router_params.choices; "" the file as a whole
	Text string // what is wrong and what would be right
}

// Error is "file.toml:12: policy.router: unknown router ...".
func (p Problem) Error() string {
	s := p.File
	if p.Line > 0 {
		s += fmt.Sprintf(":%d", p.Line)
	}
	if p.Key != "" {
		s += ": " + p.Key
	}
	return s + ": " + p.Text
}

// Problems is everything that is wrong with an experiment file, by line. It
// is the error of [Parse].
type Problems []Problem

// Error is one line per problem.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives the problems one by one to errors.As.
func (ps Problems) Unwrap() []error {
	errs := make([]error, len(ps))
	for i, p := range ps {
		errs[i] = p
	}
	return errs
}

// sorted is the problems by line, those of one line in the order of discovery,
// each once: a table that is read twice has its problems twice.
func (ps Problems) sorted() Problems {
	slices.SortStableFunc(ps, func(a, b Problem) int { return a.Line - b.Line })
	return slices.Compact(ps)
}

// flatten takes joined errors apart, so that each becomes a problem.
func flatten(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		if err == nil {
			return nil
		}
		return []error{err}
	}
	var out []error
	for _, e := range joined.Unwrap() {
		out = append(out, flatten(e)...)
	}
	return out
}
