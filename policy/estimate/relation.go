package estimate

import "cnv/policy"

// A Relation is how much CPU time the requests of one class take on one type of
// machine for what they execute. It is learnt as they are measured; the zero
// value has seen nothing.
//
// By instructions or blocks alone it is the mean CPU time of one. By all three
// counts there is a constant, and the CPU time per instruction beside it depends
// linearly on the mix, which is blocks and calls per instruction. Relative to their
// means, and to that of 1/instructions:
//
//	work = instructions · y (1 + a (blocks' - 1) + b (calls' - 1) + c (1/instructions' - 1))
//
// with y, a, b and c by least squares of relative errors; c is left out where it
// would be negative, as no request takes less than nothing beside its instructions.
// The counts of a kernel often move together, and then few inputs tell nothing of
// a and b: a ridge draws them to 0, with the weight that a prior of standard
// deviation 0.5 has where measurements scatter by 20 % (Hoerl and Kennard 1970,
// doi:10.1080/00401706.1970.10488634). Of c, a share, the deviation is 0.015, so that
// only inputs of very different sizes tell of a constant. Without the ridge an input
// left out of the project's own recording was predicted worse than by instructions
// alone.
//
// O(1) per measurement and per prediction.
type Relation struct {
	n        float64  // measurements, at most relationMemory
	perBlock float64  // mean CPU-seconds per basic block
	y        float64  // mean CPU-seconds per instruction
	x        parts    // means of the parts
	xx       [3]parts // means of the products of their deviations
	xy       parts    // and with that of y
}

// parts are what the CPU time per instruction depends on: blocks, calls, and one
// request per instruction.
type parts [3]float64

const constant = 2 // its place in parts

const (
	relationMemory = 1000 // measurements that count
	scatter        = 0.2 * 0.2
	leastPace      = 0.25 // of y, that a mix may change it to
	mostPace       = 4
)

// ridge is the weight of the prior of each coefficient, as that of one measurement.
var ridge = parts{scatter / (0.5 * 0.5), scatter / (0.5 * 0.5), scatter / (0.015 * 0.015)}

// Learn takes in the work of a request, CPU-seconds, and what it executed.
func (r *Relation) Learn(x policy.Executed, work float64) {
	if !x.Counted() || !(work > 0) {
		return
	}
	r.n = min(r.n+1, relationMemory)
	k := 1 / r.n
	dy, d := work/float64(x.Instructions)-r.y, perInstruction(x)
	for i := range d {
		d[i] -= r.x[i]
		r.x[i] += k * d[i]
	}
	r.y += k * dy
	for i := range d {
		for j := range d {
			r.xx[i][j] = (1 - k) * (r.xx[i][j] + k*d[i]*d[j])
		}
		r.xy[i] = (1 - k) * (r.xy[i] + k*d[i]*dy)
	}
	if x.Blocks > 0 {
		r.perBlock += k * (work/float64(x.Blocks) - r.perBlock)
	}
}

// perInstruction are the parts of a request.
func perInstruction(x policy.Executed) parts {
	i := float64(x.Instructions)
	return parts{float64(x.Blocks) / i, float64(x.Calls) / i, 1 / i}
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
	of, pace := r.coefficients(), 1.0
	for i, v := range perInstruction(x) {
		pace += of[i] * apart(v, r.x[i])
	}
	return r.ByInstructions(x) * min(max(pace, leastPace), mostPace)
}

// coefficients are a, b and c.
func (r *Relation) coefficients() parts {
	if of := r.solve(3); of[constant] >= 0 {
		return of
	}
	return r.solve(2)
}

// solve finds the first n coefficients, with 0 for the others, by Gauss' elimination:
// the matrix is positive definite, as the prior is.
func (r *Relation) solve(n int) (of parts) {
	var m [3]parts
	for i := range n {
		for j := range n {
			m[i][j] = scaled(r.xx[i][j], r.x[i], r.x[j])
		}
		m[i][i] += ridge[i] / r.n
		of[i] = scaled(r.xy[i], r.x[i], r.y)
	}
	for i := range n {
		for k := i + 1; k < n; k++ {
			f := m[k][i] / m[i][i]
			for j := i; j < n; j++ {
				m[k][j] -= f * m[i][j]
			}
			of[k] -= f * of[i]
		}
	}
	for i := n - 1; i >= 0; i-- {
		for j := i + 1; j < n; j++ {
			of[i] -= m[i][j] * of[j]
		}
		of[i] /= m[i][i]
	}
	return of
}

// scaled is a product of deviations relative to both means; 0 where one is.
func scaled(v, s, t float64) float64 {
	if s == 0 || t == 0 {
		return 0
	}
	return v / s / t
}

// apart is how far a value is from a mean, relative to it.
func apart(v, mean float64) float64 {
	if mean == 0 {
		return 0
	}
	return v/mean - 1
}
