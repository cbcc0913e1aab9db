package policy

// The index of places is the ready workers with a free slot, so that one is
// found without a scan. Each operation is O(1).

// openPlaces counts a worker that becomes ready.
func (f *fleet) openPlaces(w *Worker) {
	if f.cfg[w.Pool].Limit == 0 {
		f.endless++
	}
	if w.InFlight < w.busyAt {
		f.idle++
	}
	if w.InFlight < w.placeAt {
		f.addPlace(w)
	}
}

// closePlaces takes back what a worker counted that is ready no more.
func (f *fleet) closePlaces(w *Worker) {
	if f.cfg[w.Pool].Limit == 0 {
		f.endless--
	}
	if w.InFlight < w.busyAt {
		f.idle--
	}
	if w.place >= 0 {
		f.dropPlace(w)
	}
}

// follow follows a change of w.InFlight by one, from n.
func (f *fleet) follow(w *Worker, n int32) {
	switch {
	case n < w.busyAt && w.InFlight >= w.busyAt:
		f.idle--
	case n >= w.busyAt && w.InFlight < w.busyAt:
		f.idle++
	}
	switch free := w.InFlight < w.placeAt; {
	case free == (w.place >= 0):
	case free:
		f.addPlace(w)
	default:
		f.dropPlace(w)
	}
}

func (f *fleet) addPlace(w *Worker) {
	w.place = int32(len(f.places))
	f.places = append(f.places, w.ID)
}

func (f *fleet) dropPlace(w *Worker) {
	n := len(f.places) - 1
	last := f.places[n]
	f.places[w.place] = last
	f.workers[last].place = w.place
	f.places = f.places[:n]
	w.place = -1
}
