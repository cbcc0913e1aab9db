package results

import (
	"math"
	"math/bits"
	"path/filepath"
	"time"

	"cnv/results/csvfile"
)

// sizeClasses is how many sizes of requests are told apart: class k > 0 takes
// from 2^(k-1) to below 2^k µs on an idle worker, class 0 less.
const sizeClasses = 48

// A SizeSum is the requests of one size. Its sums are integers, so that they
// do not depend on the order in which runs are added.
// Powers of two: fine enough to see who pays for a policy, coarse enough to have requests in each.
type SizeSum struct {
	Requests, InSLO, Slowed uint64
	Slow                    uint64 // sum of slowdowns, thousandths
	Work                    uint64 // sum of CPU time, µs
}

// sizes is the requests of a run, or of several, by size: class k is at place k.
type sizes [sizeClasses]SizeSum

// add takes the record of a request.
// By Ideal, which is the same for all policies, so that a request is in the same class under each.
func (s *sizes) add(q *Request, inSLO bool) {
	k := &s[min(bits.Len64(uint64(max(q.Ideal, 0)/time.Microsecond)), sizeClasses-1)]
	k.Requests++
	k.Work += uint64(max(q.Work, 0) / time.Microsecond)
	if inSLO {
		k.InSLO++
	}
	if q.Ending == Answered && q.Ideal > 0 {
		k.Slowed++
		k.Slow += uint64(min(float64(max(q.Finish-q.Arrival, 0))/float64(q.Ideal)*1000, maxThousandths))
	}
}

// merge adds those of another run.
func (s *sizes) merge(o *sizes) {
	for i := range s {
		a, b := &s[i], &o[i]
		a.Requests, a.InSLO, a.Slowed, a.Slow, a.Work = a.Requests+b.Requests, a.InSLO+b.InSLO, a.Slowed+b.Slowed, a.Slow+b.Slow, a.Work+b.Work
	}
}

// sizesHeader is the columns of sizes.csv.
var sizesHeader = []string{"workload", "policy", "service_from_s", "service_below_s", "requests", "request_share", "work_share", "slo_attainment", "slowdown_mean"}

// writeSizes writes sizes.csv.
func (s *Runs) writeSizes(dir string) error {
	return csvfile.Write(filepath.Join(dir, "sizes.csv"), sizesHeader, func(write func(...string) error) error {
		for i := range s.cells {
			requests, work := 0.0, 0.0
			for _, k := range s.cells[i].sizes {
				requests, work = requests+float64(k.Requests), work+float64(k.Work)
			}
			for c, k := range s.cells[i].sizes {
				if k.Requests == 0 {
					continue
				}
				// Of class 0 from 0: half a microsecond rounded down.
				from := math.Floor(math.Ldexp(1, c-1)) / 1e6
				err := write(s.workloadOf(i), s.policyOf(i), csvfile.Number(from), csvfile.Number(math.Ldexp(1, c)/1e6), csvfile.Number(float64(k.Requests)),
					csvfile.Number(float64(k.Requests)/requests), csvfile.Number(float64(k.Work)/work),
					csvfile.Number(float64(k.InSLO)/float64(k.Requests)), csvfile.Number(float64(k.Slow)/1000/float64(k.Slowed)))
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// A SizeRow is what is read of a row of sizes.csv: requests that take from `from` to below
// Below on an idle worker, s; their share of all arrivals; and their attainment and mean
// slowdown. NaN without an answer.
type SizeRow struct {
	Workload, Policy                         string
	from, Below, Share, attainment, Slowdown float64
}

// ReadSizes reads sizes.csv.
func ReadSizes(dir string) (out []SizeRow, err error) {
	err = csvfile.Read(filepath.Join(dir, "sizes.csv"), sizesHeader, func(f []string) error {
		v, err := csvfile.Floats(f[2], f[3], f[5], f[7], f[8])
		if err != nil {
			return err
		}
		out = append(out, SizeRow{f[0], f[1], v[0], v[1], v[2], v[3], v[4]})
		return nil
	})
	return out, err
}

// SizesDoc documents sizes.csv.
var SizesDoc = FileDoc{Name: "sizes.csv", Text: "one row per workload, policy and size of requests, over all replications: who pays for a policy's choices", Columns: [][2]string{
	{"workload, policy", "which cell"},
	{"service_from_s, service_below_s", "response time on an idle worker, from and below: factors of two"},
	{"requests, request_share, work_share", "arrivals of that size, their share of all arrivals, and of all work"},
	{"slo_attainment", "answers within the bound, of the arrivals of that size"},
	{"slowdown_mean", "mean of response time over that on an idle worker, answered requests only, each rounded down to a thousandth; empty without an answer"},
}}
