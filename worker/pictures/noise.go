package pictures

import "image/color"

// one is 1 in the fixed-point numbers of this package.
const one = 1 << 16

// octaves of the landscape: the widest has features of 2^octaves pixels, each
// next one half of the size and of the height.
const octaves = 8

// height of the landscape at a pixel, 0 to below one.
func height(seed uint64, x, y int) int {
	sum, amplitude, total := 0, 1<<octaves, 0
	for o := octaves; o > 0; o-- {
		sum += amplitude * value(seed, x, y, o)
		total += amplitude
		amplitude /= 2
	}
	// The sum of octaves is seldom near its ends: stretch the middle half.
	return min(max(sum/total*2-one/2, 0), one-1)
}

// value is smooth noise with one random value per 2^o pixels, 0 to below one
// (Perlin 1985, doi:10.1145/325165.325247, without the gradients).
func value(seed uint64, x, y, o int) int {
	i, j := x>>o, y>>o
	u, v := ease((x-i<<o)*one>>o), ease((y-j<<o)*one>>o)
	top := between(lattice(seed, i, j, o), lattice(seed, i+1, j, o), u)
	bottom := between(lattice(seed, i, j+1, o), lattice(seed, i+1, j+1, o), u)
	return between(top, bottom, v)
}

// lattice is the random value at a corner, 0 to below one.
func lattice(seed uint64, i, j, o int) int { return int(hash(seed, i, j, o) % one) }

// ease is 3t² − 2t³, which leaves and arrives without a bend.
func ease(t int) int { return t * t / one * (3*one - 2*t) / one }

// between is a at t = 0 and b at t = one.
func between(a, b, t int) int { return a + (b-a)*t/one }

// mix is the colour between two, a at t = 0 and b at t = one. Both are opaque.
func mix(a, b color.RGBA, t int) color.RGBA {
	return color.RGBA{
		R: uint8(between(int(a.R), int(b.R), t)),
		G: uint8(between(int(a.G), int(b.G), t)),
		B: uint8(between(int(a.B), int(b.B), t)),
		A: 255,
	}
}

// colour is an opaque colour from the bits of a hash.
func colour(bits uint64) color.RGBA {
	return color.RGBA{R: uint8(bits), G: uint8(bits >> 8), B: uint8(bits >> 16), A: 255}
}

// hash is 64 random bits for a place: SplitMix64 (Steele, Lea and Flood 2014,
// doi:10.1145/2660193.2660195) over the seed and each coordinate.
func hash(seed uint64, x, y, z int) uint64 {
	for _, v := range [3]int{x, y, z} {
		seed += 0x9e3779b97f4a7c15 + uint64(v)
		seed = (seed ^ seed>>30) * 0xbf58476d1ce4e5b9
		seed = (seed ^ seed>>27) * 0x94d049bb133111eb
		seed ^= seed >> 31
	}
	return seed
}
