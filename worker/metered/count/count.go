package count

import (
	"sync"
	"unsafe"
)

// A Weight is what runs of code amount to.
type Weight struct{ Instructions, Blocks, Calls, Statements int64 }

// A Shard is the counters of one goroutine of a request. The runtime takes a
// pointer to it for a set of profiler labels, so it begins as one does.
type Shard struct {
	labels  []label
	request *request
	C       [N]uint64
}

// A label is laid out like those of runtime/pprof.
type label struct{ key, value string }

// mark is the labels of every shard: what tells a shard from real labels, and
// what a CPU profile shows of a measured request.
var mark = [1]label{{"metered", "true"}}

// A request is the shards of one call of Measure.
type request struct {
	mu   sync.Mutex
	all  []*Shard
	idle []*Shard // of goroutines that have ended
}

// The runtime promises to keep these two as they are: go.dev/issue/67401. If a
// version of Go takes them away, metered builds fail to link; plain ones never
// call them.

//go:linkname getLabels runtime/pprof.runtime_getProfLabel
func getLabels() unsafe.Pointer

//go:linkname setLabels runtime/pprof.runtime_setProfLabel
func setLabels(unsafe.Pointer)

// Measure runs f and returns what metered code executed for it.
func Measure(f func()) Weight {
	if !Metered {
		f()
		return Weight{}
	}
	r := &request{}
	labels := getLabels()
	setLabels(unsafe.Pointer(r.take()))
	defer setLabels(labels)
	f()
	return r.total()
}

// total is what the request executed so far. A goroutine that outlives its
// request counts for nothing from here on, and races with this: kernels wait
// for theirs.
func (r *request) total() Weight {
	r.mu.Lock()
	defer r.mu.Unlock()
	var sum Weight
	for i := range weights {
		var n int64
		for _, s := range r.all {
			n += int64(s.C[i])
		}
		if n == 0 {
			continue // most are
		}
		w := &weights[i]
		sum.Instructions += n * w.Instructions
		sum.Blocks += n * w.Blocks
		sum.Calls += n * w.Calls
		sum.Statements += n * w.Statements
	}
	return sum
}

// take is an idle shard, or a new one.
func (r *request) take() *Shard {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n := len(r.idle); n > 0 {
		s := r.idle[n-1]
		r.idle = r.idle[:n-1]
		return s
	}
	s := &Shard{labels: mark[:], request: r}
	r.all = append(r.all, s)
	return s
}

// Cur is the shard of the goroutine it is called on. Outside Measure, as when
// packages are initialised, it is one that nobody reads: a new one each time,
// because goroutines that shared it would race.
func Cur() *Shard {
	p := getLabels()
	if p == nil || unsafe.SliceData(*(*[]label)(p)) != &mark[0] {
		return new(Shard)
	}
	return (*Shard)(p)
}

// Hit counts, as the left side of an && whose right side is being counted.
func Hit(counter *uint64) bool {
	*counter++
	return true
}
