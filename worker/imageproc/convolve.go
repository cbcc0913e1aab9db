package imageproc

import "context"

// segment is how many pixels of a row are convolved at a time: what is read
// and written stays in the first-level cache. A multiple of 4.
const segment = 1024

// pass convolves the rows of a plane of w × h with g and writes them as
// columns, so that a second pass does the other dimension and turns the plane
// back.
//
// Two rows are convolved at once, one in each half of 64-bit words: a weighted
// sum of 16-bit samples with weights of sum 65536 fits in 32 bits.
func (g *gaussian) pass(ctx context.Context, turned, plane []uint16, w, h int) error {
	line := make([]uint64, segment+2*g.radius())
	sums := make([]uint64, segment)
	for from := 0; from < w; from += segment {
		n := min(segment, w-from)
		sums := sums[:(n+3)&^3]
		line := line[:len(sums)+2*g.radius()]
		for y := 0; y < h; y += 2 {
			if err := ctx.Err(); err != nil {
				return err
			}
			upper := plane[y*w : y*w+w]
			lower := upper
			if y+1 < h {
				lower = plane[y*w+w : y*w+2*w]
			}
			pair(line, upper, lower, from-g.radius())
			g.convolve(sums, line)
			g.scale(sums[:n], from, w)
			part(turned[from*h+y:], sums[:n], h, min(2, h-y))
		}
	}
	return nil
}

// pair fills line with two rows from pixel first on, 0 outside of them.
func pair(line []uint64, upper, lower []uint16, first int) {
	before := max(0, -first)
	n := min(len(line)-before, len(upper)-first-before)
	clear(line[:before])
	clear(line[before+n:])
	line = line[before : before+n]
	upper = upper[first+before:][:n]
	lower = lower[first+before:][:n]
	for i := range line {
		line[i] = uint64(upper[i]) | uint64(lower[i])<<32
	}
}

// part writes each sum's low half, and its high half too if there are 2 rows,
// to the start of a column of h.
func part(turned []uint16, sums []uint64, h, rows int) {
	if rows == 1 {
		for x, s := range sums {
			turned[x*h] = uint16(s)
		}
		return
	}
	for x, s := range sums {
		column := turned[x*h : x*h+2]
		column[0], column[1] = uint16(s), uint16(s>>32)
	}
}

// convolve sets sums[x] to the weighted sum around line[x+radius]; there is a
// multiple of four.
func (g *gaussian) convolve(sums, line []uint64) {
	for x := 0; x < len(sums); x += 4 {
		sums[x], sums[x+1], sums[x+2], sums[x+3] = g.four(line[x : x+2*g.radius()+4])
	}
}

// four are the weighted sums around four neighbours, the first of them at
// window[radius]. Samples at the same distance on both sides are added before
// they are multiplied; four sums at once keep the multiplier busy, and all of
// this in registers.
func (g *gaussian) four(window []uint64) (s0, s1, s2, s3 uint64) {
	side, right := g.side, 2*len(g.side)
	centre := window[len(side):]
	s0, s1, s2, s3 = g.centre*centre[0], g.centre*centre[1], g.centre*centre[2], g.centre*centre[3]
	for left, weight := range side {
		s0 += weight * (window[left] + window[right])
		s1 += weight * (window[left+1] + window[right+1])
		s2 += weight * (window[left+2] + window[right+2])
		s3 += weight * (window[left+3] + window[right+3])
		right--
	}
	return s0, s1, s2, s3
}

// scale divides each half of the sums, those of the pixels from on in a row of
// n, by the weights that fell inside the row, rounding.
func (g *gaussian) scale(sums []uint64, from, n int) {
	for i, s := range sums {
		low, high := s&(1<<32-1), s>>32
		if x := from + i; x >= g.radius() && x < n-g.radius() {
			sums[i] = (low+unit/2)/unit | (high+unit/2)/unit<<32
		} else {
			weight := g.inside(x, n)
			sums[i] = (low+weight/2)/weight | (high+weight/2)/weight<<32
		}
	}
}
