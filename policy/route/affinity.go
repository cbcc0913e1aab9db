package route

import (
	"errors"
	"fmt"
	"math"
	"strconv"

	"cnv/policy"
	"cnv/policy/enum"
)

// hashOf is what a request is placed by: its key, or its class. A request without a key is
// placed by its ID, that is, anywhere.
func hashOf(by By, r *policy.Request) uint64 {
	switch {
	case by == ByClass:
		return hashNumber(1, uint64(r.Class))
	case r.Key != 0:
		return hashNumber(0, uint64(r.Key))
	}
	return hashNumber(2, uint64(r.ID))
}

// appendName appends the name by which a worker is hashed.
func appendName(b []byte, id policy.WorkerID) []byte {
	return strconv.AppendInt(append(b, "worker-"...), int64(id), 10)
}

// checkAffinity is the error of the parameters that the consistent hashes have in common.
func checkAffinity(by By, bound float64, overflow Overflow) error {
	if bound != 0 && !(bound >= 1.01 && bound <= 100) {
		return fmt.Errorf("bound = %v, must be 0 or in [1.01, 100]", bound)
	}
	return errors.Join(enum.Check("by", by, bys), enum.Check("overflow", overflow, overflows))
}

// A ceiling is the most requests that bounded loads let a worker have: bound times its
// share of all in flight, the new one among them, rounded up.
//
// Source: Mirrokni, Thorup, Zadimoghaddam 2018, doi:10.1137/1.9781611975031.39.
type ceiling struct {
	perUnit float64 // requests per unit of capacity
}

func newCeiling(v *policy.View, bound, capacity float64) ceiling {
	return ceiling{bound * float64(v.InFlight()+1) / capacity}
}

// admits says whether a worker may have one more.
func (c ceiling) admits(w *policy.Worker) bool {
	return float64(w.InFlight) < math.Ceil(c.perUnit*capacity(w))
}

// mostProbes bounds how many places are looked at for one below its ceiling. Of the places
// of a table at least 1 - 1/bound are, so that with a bound of 1.25 all of 64 are full once
// in two million.
const mostProbes = 64

// capacities is the capacity of all ready workers.
func capacities(v *policy.View) (sum float64) {
	for _, id := range v.Ready() {
		sum += capacity(v.Worker(id))
	}
	return sum
}

// A probe is how a consistent hash came to a worker.
type probe struct {
	took  policy.WorkerID
	home  policy.WorkerID // where the request would be without bounded loads
	least bool            // all that were looked at were full
}

// explain says how a consistent hash came to a worker.
func (p probe) explain(v *policy.View, by By, r *policy.Request) []string {
	place := fmt.Sprintf("key %016x", uint64(r.Key))
	switch {
	case by == ByClass:
		place = "class " + v.Classes()[r.Class].Name
	case r.Key == 0:
		place = "no key: any worker will do"
	}
	line := fmt.Sprintf("worker %d: %d in flight", p.took, v.Worker(p.took).InFlight)
	switch {
	case len(v.Ready()) == 1:
		line += theOnlyOne
	case p.least:
		line += fmt.Sprintf(": taken, the fewest, as worker %d and those after it have their share", p.home)
	case p.took != p.home:
		line += fmt.Sprintf(": taken, as worker %d has its share", p.home)
	default:
		line += ": taken, its place"
	}
	return []string{place, line}
}

// By is what a consistent hash places requests by.
type By uint8

// The values.
const (
	ByKey   By = iota // the work: equal keys are equal work
	ByClass           // the class
)

var bys = []string{ByKey: "key", ByClass: "class"}

// String is the word in experiment files.
func (b By) String() string { return enum.Word(b, bys) }

// UnmarshalText reads the word.
func (b *By) UnmarshalText(text []byte) error { return enum.Read(b, text, bys) }

// Overflow is where a request goes whose worker has its share already.
type Overflow uint8

// The values.
const (
	OverflowNext   Overflow = iota // the next one
	OverflowRehash                 // where its hash, hashed again, points to
)

var overflows = []string{OverflowNext: "next", OverflowRehash: "rehash"}

// String is the word in experiment files.
func (o Overflow) String() string { return enum.Word(o, overflows) }

// UnmarshalText reads the word.
func (o *Overflow) UnmarshalText(text []byte) error { return enum.Read(o, text, overflows) }
