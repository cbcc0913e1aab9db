package route

import "math/bits"

// The primes of xxHash64.
const (
	prime1 uint64 = 0x9e3779b185ebca87
	prime2 uint64 = 0xc2b2ae3d27d4eb4f
	prime3 uint64 = 0x165667b19e3779f9
	prime4 uint64 = 0x85ebca77c2b2ae63
	prime5 uint64 = 0x27d4eb2f165667c5
)

// hashText is xxHash64 of a text of less than 32 bytes, which worker names and keys are; of a
// longer one it is some other hash. It is what Envoy hashes with.
//
// Source: Collet, xxHash fast digest algorithm, version 0.1.1.
func hashText(seed uint64, b []byte) uint64 {
	h := seed + prime5 + uint64(len(b))
	for ; len(b) >= 8; b = b[8:] {
		h ^= bits.RotateLeft64((first4(b)|first4(b[4:])<<32)*prime2, 31) * prime1
		h = bits.RotateLeft64(h, 27)*prime1 + prime4
	}
	if len(b) >= 4 {
		h ^= first4(b) * prime1
		h = bits.RotateLeft64(h, 23)*prime2 + prime3
		b = b[4:]
	}
	for _, c := range b {
		h ^= uint64(c) * prime5
		h = bits.RotateLeft64(h, 11) * prime1
	}
	h = (h ^ h>>33) * prime2
	h = (h ^ h>>29) * prime3
	return h ^ h>>32
}

// first4 is the number in the first four bytes, little end first.
func first4(b []byte) uint64 {
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24
}

// hashNumber is xxHash64 of a number's eight bytes, little end first.
func hashNumber(seed, x uint64) uint64 {
	b := [8]byte{byte(x), byte(x >> 8), byte(x >> 16), byte(x >> 24), byte(x >> 32), byte(x >> 40), byte(x >> 48), byte(x >> 56)}
	return hashText(seed, b[:])
}
