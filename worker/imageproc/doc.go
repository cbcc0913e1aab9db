// Package imageproc holds the two image kernels: blurimage, a Gaussian blur,
// and enhanceimage, a local equalisation of the histogram.
//
// A picture is JPEG, PNG or BMP. It comes as a data URI, raw, or as the first
// file of a form (envelope.go), is decoded within the limits of the request
// (codec.go), worked on with 8 bits per channel (canvas.go), and goes back in
// the format and the envelope it came in.
//
// The cost of both follows the area of the picture, not what is on it. Each
// request uses one core, allocates at most 8 MiB and 16 bytes per pixel beside
// the bodies, and stops at the next row once its context is done.
package imageproc
