package pictures

import "image/color"

// smooth goes from one colour to another between the corners.
func smooth(w, h int, seed uint64) func(x, y int) color.RGBA {
	var corner [4]color.RGBA // top left and right, bottom left and right
	for i := range corner {
		corner[i] = colour(hash(seed, i, 0, 0))
	}
	return func(x, y int) color.RGBA {
		u, v := x*one/w, y*one/h
		return mix(mix(corner[0], corner[1], u), mix(corner[2], corner[3], u), v)
	}
}

// noise has no two pixels alike.
func noise(seed uint64) func(x, y int) color.RGBA {
	return func(x, y int) color.RGBA { return colour(hash(seed, x, y, 0)) }
}

// The letters of text, pixels.
const (
	letterWide, letterHigh = 5, 7
	cellWide, cellHigh     = 7, 12
	letters                = 26
)

// text is rows of letters from an invented alphabet, every sixth on average a
// space, on paper of one colour.
func text(seed uint64) func(x, y int) color.RGBA {
	ink := color.RGBA{R: 30, G: 30, B: 50, A: 255}
	paper := color.RGBA{R: 250, G: 246, B: 232, A: 255}
	var alphabet [letters]uint64 // a letter's pixels by bit
	for i := range alphabet {
		alphabet[i] = hash(seed, i, 0, 1)
	}
	return func(x, y int) color.RGBA {
		column, row := x%cellWide, y%cellHigh
		typed := hash(seed, x/cellWide, y/cellHigh, 2)
		if column >= letterWide || row >= letterHigh || typed%6 == 0 {
			return paper
		}
		if alphabet[typed/6%letters]>>(row*letterWide+column)&1 == 0 {
			return paper
		}
		return ink
	}
}

// shore are the colours of a height, from the deep sea to the snow, at equal
// distances.
func shore() []color.RGBA {
	return []color.RGBA{
		{R: 10, G: 30, B: 80, A: 255}, {R: 20, G: 60, B: 120, A: 255}, {R: 60, G: 140, B: 180, A: 255},
		{R: 220, G: 205, B: 150, A: 255}, {R: 80, G: 130, B: 60, A: 255}, {R: 40, G: 90, B: 45, A: 255},
		{R: 120, G: 110, B: 100, A: 255}, {R: 245, G: 245, B: 250, A: 255},
	}
}

// fractal is a landscape coloured by its height and lit from the left.
func fractal(seed uint64) func(x, y int) color.RGBA {
	colours := shore()
	return func(x, y int) color.RGBA {
		here := height(seed, x, y)
		light := min(max((here-height(seed, x-1, y))*12, -one/3), one/3)
		place := here * (len(colours) - 1)
		c := mix(colours[place/one], colours[min(place/one+1, len(colours)-1)], place%one)
		if light < 0 {
			return mix(c, color.RGBA{A: 255}, -light)
		}
		return mix(c, color.RGBA{R: 255, G: 255, B: 255, A: 255}, light)
	}
}
