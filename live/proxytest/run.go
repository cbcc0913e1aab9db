package proxytest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// A Case is one rule for a proxy.
type Case struct {
	Name    string // topic/what, unique
	Section string // where the rule stands
	Why     string // the rule, in one line
	run     func(t *trial)
}

// A Start starts a proxy in front of a backend, given as host:port, and
// returns the proxy's URL. Every case calls it; what it starts ends by
// t.Cleanup, when the case's connections are already closed.
type Start = func(t *testing.T, backend string) (proxyURL string)

// A Deviation is a case that a proxy is known not to pass.
type Deviation struct {
	Case    string
	Finding string // part of what the case finds
	Why     string // why it is so
}

// Cases are all cases, in the order in which Run starts them.
func Cases() []Case {
	return slices.Concat(
		hopCases(), forwardedCases(), hostCases(), targetCases(), methodCases(), fieldCases(),
		framingCases(), smuggleHeadCases(), smuggleLengthCases(), smuggleBodyCases(), poisonCases(), trailerCases(),
		interimCases(), earlyCases(), bodilessCases(), limitCases(), slowCases(),
		goneCases(), abortCases(), retryCases(), versionCases(), upgradeCases(),
		largeCases(), streamCases(), mixCases(), h2Cases(), h2FieldCases(), h2SmuggleCases(),
	)
}

// Run plays the cases against a proxy, each as a parallel subtest.
func Run(t *testing.T, start Start, opts ...Option) {
	o := options{start: start, patience: 10 * time.Second}
	for _, opt := range opts {
		opt(&o)
	}
	cases := Cases()
	for _, name := range o.unknown(cases) {
		t.Errorf("there is no case %q; did you mean %q?", name, nearest(name, cases))
	}
	for _, k := range cases {
		if len(o.only) > 0 && !slices.Contains(o.only, k.Name) {
			continue
		}
		t.Run(k.Name, func(t *testing.T) {
			t.Parallel()
			wrong, note := o.judge(&k, o.try(t, &k))
			if wrong != "" {
				t.Error(wrong)
			}
			if note != "" {
				t.Log(note)
			}
		})
	}
}

// judge compares what a case found with what is known of the proxy: what is
// wrong, and what is only worth saying.
func (o *options) judge(k *Case, findings []string) (wrong, note string) {
	all := strings.Join(findings, "\n")
	i := slices.IndexFunc(o.deviations, func(d Deviation) bool { return d.Case == k.Name })
	switch {
	case i < 0 && len(findings) > 0:
		return fmt.Sprintf("%s (%s)\n%s", k.Why, k.Section, all), ""
	case i < 0:
		return "", ""
	}
	d := o.deviations[i]
	switch {
	case len(findings) == 0:
		return fmt.Sprintf("passes: take it off the list of deviations (%s)", d.Why), ""
	case !strings.Contains(all, d.Finding):
		return fmt.Sprintf("deviates otherwise than known: want %q, found\n%s", d.Finding, all), ""
	}
	return "", fmt.Sprintf("known deviation: %s\n%s", d.Why, all)
}

// nearest is the name of the case with the longest common beginning.
func nearest(name string, cases []Case) string {
	best, longest := "", -1
	for _, k := range cases {
		n := 0
		for n < len(name) && n < len(k.Name) && name[n] == k.Name[n] {
			n++
		}
		if n > longest {
			best, longest = k.Name, n
		}
	}
	return best
}
