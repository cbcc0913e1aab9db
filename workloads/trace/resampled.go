package trace

import "time"

// A Resampling is what local block bootstraps of a trace are made of.
type Resampling struct {
	// Block is the length of a block where it was asked for; 0: as long as the
	// correlation wants.
	Block time.Duration
	Long  time.Duration // how long blocks are
	// Lasts is for how long what the rate does by chance lasts; 0: nothing lasts.
	Lasts   time.Duration
	Windows int // from how many blocks each is drawn
}

// Wanted is how long a recording is wanted for blocks as long as its correlation wants.
func (r Resampling) Wanted() time.Duration { return enough * r.Lasts }

// Resample says how a trace is resampled such that each block is drawn from so many at
// least: with the blocks that it has by itself, else with the longest of a half, a quarter,
// ... of them, as these have the fewest joints within what is correlated. Where none
// does, with those by itself.
func Resample(path string, o Options, least int) (Resampling, error) {
	r, _, err := opened(path, o)
	if err != nil {
		return Resampling{}, err
	}
	own := r.local()
	out := Resampling{Block: o.Block, Long: micros(own.width), Lasts: micros(own.lasts), Windows: own.windows()}
	for block := own.width / 2; out.Windows < least && block >= r.cellUS; block /= 2 {
		l := newLocal(r.cells, r.cellUS, r.header.SpanUS, micros(block))
		if l.windows() >= least {
			return Resampling{Block: micros(l.width), Long: micros(l.width), Lasts: out.Lasts, Windows: l.windows()}, nil
		}
	}
	return out, nil
}
