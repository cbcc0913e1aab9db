// Package pictures draws test pictures from a kind, a size and a seed: what
// the image kernels are tested, measured and recorded on, so that none has to
// be stored. The pixels are the same on every machine, as all is integer
// arithmetic; the bytes of a file are the same for one release of Go, whose
// encoders make them.
package pictures
