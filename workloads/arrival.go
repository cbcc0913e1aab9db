package workloads

import (
	"time"

	"cnv/policy"
)

// Unknown marks an integer field of an Arrival that the trace does not have.
const Unknown = -1

// An Arrival is one request as the outside world makes it.
type Arrival struct {
	At       time.Duration // since the start of the workload
	Class    policy.ClassID
	Key      policy.Key
	Work     time.Duration // CPU time on the reference vCPU; Unknown if not recorded
	Wall     time.Duration // recorded wall duration, never taken for Work; Unknown
	Memory   int64         // KiB; Unknown
	BytesIn  int64         // Unknown
	BytesOut int64         // Unknown
	Status   int32         // recorded status; Unknown
	Executed policy.Executed
	// Where clients try again (see [Retrying]) an arrival is a try of a request
	// of a user; elsewhere these are not set.
	Try      uint8         // from 0
	User     uint64        // number of the request, from 0 in order of first tries
	First    time.Duration // arrival of its first try
	Features [policy.MaxFeatures]float64
}

// A Source yields arrivals in order of time. It is used by one goroutine.
type Source interface {
	// Next fills a and says true, or says false at the end. It overwrites all of a.
	Next(a *Arrival) bool
	// Err is what ended the source early, nil at a regular end. Errors of
	// traces name file:line.
	Err() error
}

// A ClosedSource makes new arrivals out of finished requests (a fixed number
// of clients that think between requests). Next may say false and true again
// after Finished.
type ClosedSource interface {
	Source
	// Peek is the instant of the next arrival known now, false if none is.
	Peek() (at time.Duration, ok bool)
	// Finished tells that the request with this id (counted from 0 in the
	// order of Next) ended at the given instant. served is false where its
	// client got no answer, or one with status 429 or 5xx.
	Finished(id policy.RequestID, at time.Duration, served bool)
}

// A Class is one kind of request.
type Class struct {
	Name     string
	App      string        // the application it belongs to, "" if none
	Trigger  string        // http, timer, queue, ...; "" unknown
	Memory   int64         // KiB; Unknown
	Features []string      // names of Arrival.Features, in order; at most policy.MaxFeatures
	MeanWork time.Duration // mean work of the class; Unknown
}

// A Workload is a named recipe for arrivals.
type Workload struct {
	Name    string
	Classes []Class // by policy.ClassID
	Span    time.Duration
	Load    float64       // mean offered load, CPU-seconds per second: reference cores kept busy
	Rate    float64       // mean arrivals per second
	Bin     time.Duration // width of the bins within which instants were not recorded; 0: none
	// Closed says that clients wait for answers before they send again: Load and Rate
	// are upper bounds, as if no request ever waited.
	Closed bool

	// Counted says that requests come with what they execute (Arrival.Executed).
	Counted bool

	// Replicates says what differs from one seed to the next: "seeds" (a
	// generator), "local", "blocks", "thin", "load" (which arrivals of a recording
	// come, and how often), "placement" (of instants within a bin or the resolution
	// of the recorder), "sizes" (drawn work), "none" (every replication is the same) or
	// "draws" (likewise, and the question is about these arrivals).
	Replicates string
	// Windows is how many windows of a recording "blocks" draws from, else of how
	// many blocks one of "local" is drawn on average; 0 of a generator.
	Windows int
	// Noise is how much the number of arrivals of a recording varies by chance, its variance
	// over its mean: 1 of Poisson arrivals; 0 is not known. Beyond is the variance of what
	// the recording is off by, over that between its resamples as they are replayed, of
	// which several come together or a part is left out; 0 is 1.
	Noise, Beyond float64
	// Tail is the share of requests that make the second moment of the work, by its law:
	// the square of that moment over the fourth (1/6 of exponential work); 0 is not known.
	Tail float64
	// Recorded and Synthesised name the fields of arrivals that were
	// recorded and those that were made up.
	Recorded, Synthesised []string
	// Notes are doubts that a reader of the results must know: scrambled sources,
	// waiting times that are taken for work.
	Notes []string
	// Assumed is how what was not recorded is made up, and how replications are drawn
	// from a recording: the placement rule within bins, transformations.
	Assumed []string
	// Digest is a hash of everything that determines the arrivals but the
	// seed: files and parameters.
	Digest string

	// Open starts the workload under a seed. Sources are independent: any
	// number may be open at once.
	Open func(seed uint64) (Source, error)
	// AsRecorded starts a recording as it is, each arrival kept with probability keep,
	// where replications are not; else nil.
	AsRecorded func(seed uint64, keep float64) (Source, error)
	// Share starts a version of a recording of which each arrival is kept with
	// probability keep; version 0 is what Open starts, and all are independent of
	// each other. nil: AtLoad cannot be asked of the workload.
	Share func(seed uint64, version int, keep float64) (Source, error)
}
