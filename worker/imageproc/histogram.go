package imageproc

// A histogram counts 256 greys, each up to 65535 pixels. The counts are four
// to a word, the least grey lowest; after those of single greys (words 0 to
// 63) come those of sixteen greys each (64 to 67). Whole histograms are added
// and subtracted as words, four counts at once: no sum of them carries over,
// as none exceeds the pixels of a window.
type histogram [68]uint64

// coarse is the first word that counts sixteen greys each.
const coarse = 64

// put counts a pixel.
func (h *histogram) put(v uint8) {
	h[v>>2] += 1 << (v & 3 * 16)
	h[coarse+v>>6] += 1 << (v >> 4 & 3 * 16)
}

// take discounts a pixel that was put.
func (h *histogram) take(v uint8) {
	h[v>>2] -= 1 << (v & 3 * 16)
	h[coarse+v>>6] -= 1 << (v >> 4 & 3 * 16)
}

// add counts all pixels of another histogram.
func (h *histogram) add(in *histogram) {
	for i := 0; i < len(h); i += 4 {
		h[i] += in[i]
		h[i+1] += in[i+1]
		h[i+2] += in[i+2]
		h[i+3] += in[i+3]
	}
}

// slide counts the pixels of in and discounts those of out.
func (h *histogram) slide(in, out *histogram) {
	for i := 0; i < len(h); i += 4 {
		h[i] += in[i] - out[i]
		h[i+1] += in[i+1] - out[i+1]
		h[i+2] += in[i+2] - out[i+2]
		h[i+3] += in[i+3] - out[i+3]
	}
}

// rank is the number of pixels that are at most v.
func (h *histogram) rank(v uint8) uint32 {
	word, group := int(v>>2), int(v>>4)
	sum := h[word] & ((1<<64 - 1) >> (48 - v&3*16))
	for i := group * 4; i < word; i++ {
		sum += h[i]
	}
	sum += h[coarse+group>>2] & (1<<(group&3*16) - 1)
	for i := range group >> 2 {
		sum += h[coarse+i]
	}
	sum = sum&0x0000ffff0000ffff + sum>>16&0x0000ffff0000ffff
	return uint32(sum) + uint32(sum>>32)
}
