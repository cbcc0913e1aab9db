// Package raytracer renders scenes in the grammar of the original system:
// lights, pigments, finishes with reflection and refraction, shadows, textures,
// and nine shapes, of which the original drew three. Rays look for what they hit
// in a tree of boxes. The same request gives the same picture, bit by bit, on
// machines that round alike.
package raytracer
