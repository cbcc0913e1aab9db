package estimate

import "cnv/policy"

// A Relation is how much CPU time the requests of one class take on one type of
// machine for what they execute. It is learnt as they are measured; the zero
// value has seen nothing.
//
// By instructions or blocks alone it is the mean CPU time of one. By all three
// counts the CPU time per instruction depends linearly on the mix, which is blocks
// and calls per instruction, relative to their means:
//
//	work = instructions · y (1 + a (blocks' - 1) + b (calls' - 1))
//
// with y, a and b by least squares of relative errors. The counts of a kernel
// often move together, and then few inputs tell nothing of a and b: a ridge draws
// them to 0, with the weight that a prior of standard deviation 0.5 has where
// measurements scatter by 20 % (Hoerl and Kennard 1970,
// doi:10.1080/00401706.1970.10488634). Without it an input left out of the
// project's own recording was predicted worse than by instructions alone.
//
// O(1) per measurement and per prediction.
type Relation struct {
	n                  float64 // measurements, at most relationMemory
	perBlock           float64 // mean CPU-seconds per basic block
	y, p, q            float64 // means per instruction: CPU-seconds, blocks, calls
	pp, pq, qq, py, qy float64 // means of the products of their deviations
}

const (
	relationMemory = 1000 // measurements that count
	ridge          = 0.2 * 0.2 / (0.5 * 0.5)
	leastPace      = 0.25 // of y, that a mix may change it to
	mostPace       = 4
)

// Learn takes in the work of a request, CPU-seconds, and what it executed.
func (r *Relation) Learn(x policy.Executed, work float64) {
	if !x.Counted() || !(work > 0) {
		return
	}
	y, p, q := perInstruction(x, work)
	r.n = min(r.n+1, relationMemory)
	k := 1 / r.n
	dy, dp, dq := y-r.y, p-r.p, q-r.q
	r.y, r.p, r.q = r.y+k*dy, r.p+k*dp, r.q+k*dq
	for _, c := range [...]struct {
		of   *float64
		a, b float64
	}{{&r.pp, dp, dp}, {&r.pq, dp, dq}, {&r.qq, dq, dq}, {&r.py, dp, dy}, {&r.qy, dq, dy}} {
		*c.of = (1 - k) * (*c.of + k*c.a*c.b)
	}
	if x.Blocks > 0 {
		r.perBlock += k * (work/float64(x.Blocks) - r.perBlock)
	}
}

// perInstruction is work, blocks and calls per instruction.
func perInstruction(x policy.Executed, work float64) (y, p, q float64) {
	i := float64(x.Instructions)
	return work / i, float64(x.Blocks) / i, float64(x.Calls) / i
}

// ByInstructions is the work that the instructions stand for, CPU-seconds; 0
// while nothing was learnt. So are ByBlocks and ByCounts.
func (r *Relation) ByInstructions(x policy.Executed) float64 {
	return r.y * float64(x.Instructions)
}

// ByBlocks is the work that the basic blocks stand for.
func (r *Relation) ByBlocks(x policy.Executed) float64 {
	return r.perBlock * float64(x.Blocks)
}

// ByCounts is the work that instructions, blocks and calls stand for together.
func (r *Relation) ByCounts(x policy.Executed) float64 {
	if r.n == 0 || !x.Counted() {
		return 0
	}
	a, b := r.mix()
	_, p, q := perInstruction(x, 0)
	pace := 1 + a*apart(p, r.p) + b*apart(q, r.q)
	return r.ByInstructions(x) * min(max(pace, leastPace), mostPace)
}

// mix solves for a and b.
func (r *Relation) mix() (a, b float64) {
	scaled := func(v, s, t float64) float64 {
		if s == 0 || t == 0 {
			return 0
		}
		return v / s / t
	}
	prior := ridge / r.n
	pp, qq := scaled(r.pp, r.p, r.p)+prior, scaled(r.qq, r.q, r.q)+prior
	pq := scaled(r.pq, r.p, r.q)
	py, qy := scaled(r.py, r.p, r.y), scaled(r.qy, r.q, r.y)
	det := pp*qq - pq*pq // positive, as prior is
	return (py*qq - qy*pq) / det, (qy*pp - py*pq) / det
}

// apart is how far a value is from a mean, relative to it.
func apart(v, mean float64) float64 {
	if mean == 0 {
		return 0
	}
	return v/mean - 1
}
