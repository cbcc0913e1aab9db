package policy

// The index of places is the ready workers with a free slot, so that one is
// found without a scan. Each operation is O(1).

// openPlaces counts a worker that becomes ready.
func (f *fleet) openPlaces(w *Worker) {
	if f.cfg[w.Pool].Limit == 0 {
		f.endless++
	}
	f.follow(w)
}

// closePlaces takes back what a worker counted that is ready no more.
func (f *fleet) closePlaces(w *Worker) {
	if f.cfg[w.Pool].Limit == 0 {
		f.endless--
	}
	if w.place >= 0 {
		f.turn(w)
	}
}

// follow follows a change of w.InFlight or w.Own.
func (f *fleet) follow(w *Worker) {
	if w.takes() != (w.place >= 0) {
		f.turn(w)
	}
}

// takes says whether a worker takes a request from the gateway's queue: a gateway that counts what
// is reported keeps to the limit for its own all the same.
func (w *Worker) takes() bool { return w.InFlight < w.placeAt && w.Own < w.placeAt }

// turn puts a worker into the index or takes it out.
func (f *fleet) turn(w *Worker) {
	if w.place < 0 {
		w.place = int32(len(f.places))
		f.places = append(f.places, w.ID)
		return
	}
	n := len(f.places) - 1
	last := f.places[n]
	f.places[w.place] = last
	f.workers[last].place = w.place
	f.places = f.places[:n]
	w.place = -1
}

// anyIdle says whether a ready worker is not busy. Where a pool lets workers
// have more requests than slots, those with room are looked at.
// O(1) where slots and places are the same, as then the first one does.
func (f *fleet) anyIdle() bool {
	for _, id := range f.places {
		if w := &f.workers[id]; w.InFlight < w.busyAt {
			return true
		}
	}
	return false
}
