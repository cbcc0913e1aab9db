package imageproc

import (
	"context"
	"image"
)

// equalise replaces each grey of a picture, whose rows follow without a gap,
// by 255 · (pixels of the window that are at most as light) / (pixels of the
// window), rounded down. The window is the square of 2·radius+1 around the
// pixel, moved inside the picture where it sticks out, and cut where the
// picture is smaller.
//
// It keeps a histogram for each column of the window's height and their sum
// over the window's width (Perreault and Hébert 2007,
// doi:10.1109/TIP.2007.902329), so that the cost of a pixel hardly depends on
// the radius or on what the picture shows.
func equalise(ctx context.Context, g *image.Gray, radius int) error {
	w, h := g.Rect.Dx(), g.Rect.Dy()
	if w <= h {
		return equaliseRows(ctx, g.Pix, w, h, radius)
	}
	// Columns cost memory: let them be the shorter side.
	turned := turn(g.Pix, w, h)
	if err := equaliseRows(ctx, turned, h, w, radius); err != nil {
		return err
	}
	copy(g.Pix, turn(turned, h, w))
	return nil
}

// turn is a picture of w × h with rows and columns exchanged.
func turn(pix []uint8, w, h int) []uint8 {
	out := make([]uint8, len(pix))
	for x := range w {
		for y := range h {
			out[x*h+y] = pix[y*w+x]
		}
	}
	return out
}

// equaliseRows equalises a picture of w × h in place, row by row.
func equaliseRows(ctx context.Context, pix []uint8, w, h, radius int) error {
	source := make([]uint8, len(pix))
	copy(source, pix)
	high := min(2*radius+1, h)
	columns := make([]histogram, w)
	for y := range high {
		for x, v := range source[y*w : y*w+w] {
			columns[x].put(v)
		}
	}
	top := 0
	for y := range h {
		if err := ctx.Err(); err != nil {
			return err
		}
		if y-radius > top && top < h-high {
			enter, leave := source[(top+high)*w:][:w], source[top*w:][:w]
			for x := range columns {
				columns[x].put(enter[x])
				columns[x].take(leave[x])
			}
			top++
		}
		equaliseRow(pix[y*w:y*w+w], columns, radius, high)
	}
	return nil
}

// equaliseRow equalises a row, given the histograms of the columns of the
// windows, which are high pixels high.
func equaliseRow(row []uint8, columns []histogram, radius, high int) {
	wide := min(2*radius+1, len(row))
	area := uint32(wide * high)
	var window histogram
	for x := range wide {
		window.add(&columns[x])
	}
	left := 0
	for x, v := range row {
		if x-radius > left && left < len(row)-wide {
			window.slide(&columns[left+wide], &columns[left])
			left++
		}
		row[x] = uint8(window.rank(v) * 255 / area)
	}
}
