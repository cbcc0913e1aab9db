package route

import "cnv/policy"

// maxTied is how many workers that tie in a first criterion are compared by
// a second one. It bounds the cost of a decision in a large idle fleet, where
// all tie and comparing more of them tells nothing new.
const maxTied = 32

// A finish is when a worker would be done with a request, in seconds from now.
type finish struct {
	at   float64 // predicted finish: what counts
	left float64 // predicted time until all that is there now is done: breaks ties
	id   policy.WorkerID
}

// finishAt predicts the finish of a request at a worker: alone on a core
// where one is free, otherwise behind all the work left there.
func finishAt(v *policy.View, r *policy.Request, id policy.WorkerID) finish {
	w := v.Worker(id)
	f := finish{at: v.Counted(r) / w.Speed, id: id}
	if w.InFlight > 0 {
		f.left = v.WorkLeft(id) / (float64(w.Cores) * w.Speed)
	}
	if v.Busy(id) {
		f.at += f.left
	}
	return f
}

// sooner orders by predicted finish, then by time left.
func (f finish) sooner(g finish) bool {
	return f.at < g.at || f.at == g.at && f.left < g.left
}

// before is sooner with ties to the lowest ID.
func (f finish) before(g finish) bool {
	return f.sooner(g) || !g.sooner(f) && f.id < g.id
}
