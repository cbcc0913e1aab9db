// Package kernels lists small kernels that are hard to meter, or easy to count
// by hand.
package kernels

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"

	"cnv/worker/kernel"
	"cnv/worker/meter/testdata/tricky/cases"
	"cnv/worker/meter/testdata/tricky/hand"
)

//meter:plain golang.org/x/image/vector has assembly

// All are the kernels by name. Each takes a number n and answers one.
func All() map[string]kernel.Func {
	all := map[string]kernel.Func{"nothing": number(hand.Nothing), "fails": number(cases.Fails)}
	for _, list := range []map[string]func(int) int{hand.All, cases.All} {
		for name, f := range list {
			all[name] = number(f)
		}
	}
	return all
}

// Names are the cases' names, sorted.
func Names() []string { return slices.Sorted(maps.Keys(cases.All)) }

// Request asks for n.
func Request(n int) *kernel.Request {
	return &kernel.Request{Query: url.Values{"n": {strconv.Itoa(n)}}}
}

func number(f func(int) int) kernel.Func {
	return func(_ context.Context, r *kernel.Request) (kernel.Answer, error) {
		n, err := strconv.Atoi(r.Query.Get("n"))
		if err != nil {
			return kernel.Answer{}, kernel.Bad("n: %v", err)
		}
		return kernel.Answer{Body: fmt.Append(nil, f(n))}, nil
	}
}
