package policy

import "time"

// MaxFeatures is the number of numeric features an arrival carries at most.
const MaxFeatures = 8

// RequestID numbers requests densely from 0, in order of arrival.
type RequestID uint64

// WorkerID numbers workers (VMs) in order of creation, from 0.
type WorkerID int32

// NoWorker is the WorkerID of no worker.
const NoWorker WorkerID = -1

// PoolID indexes Config.Pools: a pool is a set of like workers scaled together.
type PoolID int16

// ClassID indexes Config.Classes: requests of one kind (kernel or function).
type ClassID uint16

// Key identifies what is computed: a hash of the kernel, its canonical
// parameters and the body. Equal keys mean equal work. 0 is unknown.
type Key uint64

// A Request is what policies know of one request.
type Request struct {
	ID         RequestID
	Class      ClassID
	Key        Key
	Arrived    time.Duration // instant of the last body byte at the gateway
	Deadline   time.Duration // instant at which the client leaves; 0 never
	Attempts   uint8         // attempts started so far; 255: or more
	Idempotent bool          // may be executed twice
	Streamed   bool          // body not held by the gateway: no retry, hedge or function
	Bytes      int64         // size of the body, bytes; -1 unknown
	Features   [MaxFeatures]float64

	// Work is the predicted work, CPU-seconds on the reference vCPU; 0 if
	// nothing is known, which ends with the first measurement of all. It is set
	// before Route is asked. See View.Counted.
	Work float64
	// Known says that Work comes from the Estimator; otherwise it is the mean
	// of the class, or its prior, or the mean of all classes.
	Known bool
	// Repeat says that Work was measured on an earlier request with the same
	// Key. An Estimator sets it.
	Repeat bool
}

// A Router names the worker a request would run on. False means that no
// worker will do; the Spill then decides whether a function takes the request. Where it
// answers ToQueue, the least loaded worker with a free slot takes it all the same, as
// no request waits while a slot is free. Only ready workers may be named.
type Router interface {
	Route(v *View, r *Request) (WorkerID, bool)
}

// A Spill decides where a request goes, given what the Router said: vm if ok.
type Spill interface {
	Decide(v *View, r *Request, vm WorkerID, ok bool) Choice
}

// A Steady Spill answers for a request by nothing that changes but whether a
// slot is free, whether the functions are (View.FunctionFits), and what the
// Router said. The Controller then need not ask it twice about a waiting
// request while the same places are free. Any other Spill, whose answers may
// change with time or with the work left, is asked about every request that
// waits after every event at which a slot or a function is free. A [Timely] one says when
// time alone changes its answers.
type Steady interface{ Steady() }

// A Timely Spill is not Steady, and says by when it has to be asked again: AskAgain is the
// first instant at which it may use a function for a waiting request if nothing happens
// until then, or an earlier one; 0: never. It is asked right after a Decide that left the
// request waiting beside a function that is free, with what that was given.
type Timely interface {
	AskAgain(v *View, r *Request, vm WorkerID, ok bool) time.Duration
}

// A TimelyRouter says when time alone changes its answer about a waiting request, so that
// a Spill that is not Steady is asked again with it: RouteAgain is the first instant after
// View.Now at which it may name another worker, or none, if nothing happens until then, or
// an earlier one; 0: never. It is asked right after a Route that left the request waiting
// beside a slot or a function that is free; vm is what the Router named, NoWorker: no host.
type TimelyRouter interface {
	RouteAgain(v *View, r *Request, vm WorkerID) time.Duration
}

// An Insistent Spill uses workers for nothing that a function can ever take, so a Diverter
// is not asked about that, and a LaunchAndWait for what no function takes is a
// LaunchBeside that waits for its worker: the rest of the gateway goes on.
type Insistent interface{ FunctionsOnly() }

// A Choice is where a request goes.
type Choice uint8

// The choices of a Spill.
const (
	ToWorker      Choice = iota // to the worker the Router named
	ToFunction                  // to a function; where there is no room, Functions.Full decides
	ToQueue                     // to any worker with a free slot, the Router's or not; while there is none, wait at the gateway
	LaunchAndWait               // launch a worker and hold the whole gateway until it runs (the seed's behaviour)
	ToReject                    // answer 503
	LaunchBeside                // of a Diverter: launch a worker unless one is on its way, and go to another meanwhile
)

// A Scaler sizes the pools. Size is called every Period, which is at least
// ShortestPeriod, on the leader only.
type Scaler interface {
	Period() time.Duration
	Size(v *ScaleView) Plan
}

// ShortestPeriod is the shortest period of a Scaler: no fleet changes faster, and live
// each decision takes time.
const ShortestPeriod = 10 * time.Millisecond

// A FirstPeriod is a Scaler whose first decision does not come a period after the
// start, but so much; 0: it does.
type FirstPeriod interface {
	FirstPeriod() time.Duration
}

// A Plan is what a Scaler wants. The Controller clamps it to the pool's
// bounds, honours its cooldown, counts launches under way and drains before
// it terminates.
type Plan struct {
	// Desired is the wanted number of workers per pool (launching, booting
	// and ready ones together); a negative entry or a missing one leaves
	// the pool as it is. The Scaler may reuse the slice.
	Desired []int
	// Victims are drained first, in this order, where a pool shrinks. Without
	// them: those that still boot, the youngest first, then ready ones by fewest
	// requests in flight, then the youngest.
	Victims []WorkerID
}

// An Estimator predicts the work of a request, CPU-seconds on the reference
// vCPU, and learns from measured work. The class mean stands behind every
// Estimator, so one that knows nothing says false.
type Estimator interface {
	Estimate(now time.Duration, r *Request) (work float64, ok bool)
	Learn(now time.Duration, r *Request, work float64)
}

// A MeansOnly Estimator knows nothing of its own: it is not asked, nor taught.
type MeansOnly interface{ MeansOnly() }

// A Recaller is an Estimator that remembers what equal requests have taken.
// With a store it is told what the store knows of a Key that it did not; at is
// when that was measured.
type Recaller interface {
	Recall(at time.Duration, k Key, work float64)
}

// Admission is asked first, before anything is spent on a request. On false
// the request is answered 429 with the given Retry-After.
type Admission interface {
	Admit(v *View, r *Request) (ok bool, retryAfter time.Duration)
}

// A Dequeuer is an Admission that is asked again about a request that has waited at the
// gateway, when a place is free for it. On false it is answered 429 with the given Retry-After,
// and the place is offered to the next. The request does not count in View.Queued any more. One
// that was sent before and is tried again is not asked about.
type Dequeuer interface {
	Leaves(v *View, r *Request) (ok bool, retryAfter time.Duration)
}

// An Order ranks the requests waiting at the gateway: the smallest Key is
// served first, ties in order of arrival, and a Key that is no number is the largest. It
// is asked once, when the request begins to wait. No Order is first come, first served.
type Order interface {
	Key(v *View, r *Request) float64
}

// A Hedge says after how long without an answer a second copy is sent. It is asked when
// the first attempt of a request goes to a worker, if the request is idempotent and its
// body is held. The copy goes to another worker that the Router names then, if there is
// one with room.
type Hedge interface {
	After(v *View, r *Request) (time.Duration, bool)
}

// A Sparing Hedge is asked again right before a copy is sent to a worker: on false none is.
type Sparing interface {
	Spend(v *View, r *Request, w WorkerID) bool
}

// A Tying Hedge has copies only of requests that wait in the line of their worker, and ties
// the two: as soon as one is in service the other is cancelled. The gateway tells that by what it
// has sent and what has ended, so that it is right where it is the only one and workers serve
// first come, first served.
type Tying interface{ Ties() }

// A Witness is told how each request is going to be placed, before that
// happens. It decides nothing; it may ask View.WouldChoose.
type Witness interface {
	Decided(v *View, r *Request, p Placement)
}

// A Placement is where a request is going to be placed. Worker and Routed differ where the
// Router's worker is full or the request has failed there, and another takes it, and where
// the Router had no host.
type Placement struct {
	Choice Choice
	Worker WorkerID // of a ToWorker; NoWorker: it waits
	Routed WorkerID // what the Router named; NoWorker: it had no host
	Asked  WorkerID // what the Spill was asked about: Routed, or another where the request has failed there
}

// The optional interfaces below are found once, at construction, by type
// assertion on any of the policies above.

// A Starter is given its random stream, the classes and the pools before
// the first event. An error names the parameter that is wrong.
type Starter interface {
	Start(e Env) error
}

// A Changer is told when an operator has changed parameters of it that are
// tagged set: "yes", or the words that a text may be, such as set:"first,idle". What it does not derive anything from needs no word.
type Changer interface{ Changed() }

// An Observer hears how attempts ended. The outcome is valid during the call.
type Observer interface {
	Done(v *View, o *Outcome)
}

// A WorkerObserver hears when a worker changes state.
type WorkerObserver interface {
	WorkerChanged(v *View, w WorkerID)
}

// A ProbeObserver hears answers to its probes: how many requests the worker had, those of
// other gateways included, when the probe came, and its own median of how long recent ones took there that
// met as many, waiting included; 0: it does not say.
type ProbeObserver interface {
	ProbeReply(v *View, w WorkerID, inFlight int, latency time.Duration)
}

// An Actor may probe workers and set timers of its own. Act runs after every
// arrival (tag 0) and when one of its timers is due (the timer's tag).
type Actor interface {
	Act(v *View, do *Actions, tag uint64)
}

// A Diverter is a Router that says itself what becomes of a request it has no
// host for. The Spill still says whether functions may be used: where it does
// not answer ToFunction, a diversion ToFunction goes to the ready worker with
// the fewest requests in flight; so does a LaunchAndWait of a pool that is as
// large as it may be, and a LaunchBeside. Where all are full a function takes the
// request if the Spill said so, else it waits. Where none is ready, a LaunchBeside is a
// LaunchAndWait, or waits for the worker on its way. An Insistent Spill is not overruled.
type Diverter interface {
	NoHost(v *View, r *Request) Choice
}

// An Explainer is a Router that tells by which numbers it has just decided about a
// request, in its own units: a line for each worker, or for what else counts, and which
// of them it has taken and why. It is asked after Route of that request, before anything
// else happens, and changes nothing.
type Explainer interface {
	Explain(v *View, r *Request) []string
}

// A Forgetter is a Router that drops a worker from the fleet, without
// terminating it, because of how an attempt ended.
type Forgetter interface {
	Forget(o *Outcome) bool
}

// A Hasty router takes workers that run but are not ready yet, if it says so. It
// learns that one runs by looking: at once when the launch call has returned, which
// sees what runs within 100 ms, and then every so often; 0 is at the instant.
type Hasty interface {
	TakesUnready() (every time.Duration, ok bool)
}

// An AttemptTimer bounds attempts: attempt n (from 0) that takes longer is
// cancelled, counts as failed and is tried elsewhere. 0 is no bound.
type AttemptTimer interface {
	AttemptTimeout(n int) time.Duration
}

// A Leaver is an AttemptTimer that tells no worker of an attempt that took too
// long, if it says so: the worker goes on with it.
type Leaver interface {
	LeavesRunning() bool
}

// An Outcome is how one attempt of a request ended.
type Outcome struct {
	Request *Request
	Attempt uint8
	Worker  WorkerID // NoWorker for a function
	Status  Status
	Took    time.Duration // from dispatch to the end of the attempt
	Work    float64       // measured, CPU-seconds on the reference vCPU; 0 unknown
	Cold    bool
}

// Status is how an attempt ended.
type Status uint8

// The statuses of an attempt.
const (
	OK        Status = iota
	Error            // refused, reset, or answered with a server error
	Timeout          // no answer in time
	Cancelled        // by the gateway: client gone, or another attempt was faster
	Throttled        // the function service said 429
)

// Env is what a policy is given before the first event.
type Env struct {
	Rand      *Rand // a stream of its own, one per role
	Classes   []Class
	Pools     []Pool
	Functions *Functions // nil: there are none
	PS        bool       // workers share their processors among all requests in flight
}

// A Retrier decides itself whether a failed attempt is tried again, and after
// how long. Without one, Config.Retry does; beside one it does nothing. After a
// refusal by the function service (Throttled) it is 100 ms at least.
type Retrier interface {
	Retry(v *View, o *Outcome) (again bool, after time.Duration)
}

// A Preselector is a Retrier that chooses the place of the next attempt before
// the pause ahead of it. Resumed is called when an attempt is sent whose place was
// chosen earlier, after such a pause or a LaunchAndWait: to w, NoWorker for a function.
type Preselector interface {
	Resumed(v *View, r *Request, w WorkerID)
}

// An Exact estimator is told the true work by the simulator: the yardstick
// for what knowing the cost is worth. Live mode refuses it.
type Exact interface {
	Exact()
}
