package policy

import "time"

// EventKind says what happened, and with it which fields of an Event count.
type EventKind uint8

// The events. Every one carries only facts that a real gateway can learn.
const (
	_             EventKind = iota
	Arrival                 // Request, Class, Key, Features, Bytes, At (deadline, 0 none), Idempotent, Streamed
	Head                    // Request, Attempt, Code: an answer begins; no byte went to the client yet
	Done                    // Request, Attempt, Status, Code, Work, Executed, Cold, Instance, Unstarted: an attempt ended
	Gone                    // Request: the client left
	WorkerPending           // Worker, Pool, Zone, N (Asked or Unasked): there is one, not running yet
	WorkerRunning           // Worker: billed from here; not ready yet
	WorkerReady             // Worker: answers its health check
	WorkerLost              // Worker: gone, for whatever reason
	WorkerNotice            // Worker, At: will be taken away at that instant, and is not terminated before; negative: it is only to be drained
	WorkerDrained           // Worker: draining and nothing in flight any more
	LaunchFailed            // Pool, N: so many launches came to nothing
	Telemetry               // Worker, CPU, At (the instant it describes), N (requests there: see Sight; 0 under SeesOwn)
	ProbeReply              // Worker, N (requests in flight there), Took (what recent ones took there that met as many; 0 not known)
	Observed                // Class, Key, Features, Work, Executed, Pool (NoPool: a function), At (when it was measured): a record of the store, to learn from, once
	Found                   // Class, Key, Work, Executed, Pool, At (when it was measured): the answer to Lookup; Work 0 is "not there"
	Wake                    // a wake asked for with WakeAt is due
	Shed                    // N: arrivals the gateway refused without asking
	Pause                   // an operator: no scaling and no replacement of lost workers until Resume
	Resume                  // an operator
	Resize                  // an operator: Pool, N workers now, within its bounds, whatever the cooldown
	Returned                // Request, Attempt, Class, Status: the service has ended a call whose attempt had ended with Done(Cancelled)
	Change                  // an operator: Key (of a Setting), Work (the value it is to have)
)

// Asked and Unasked say, as N of WorkerPending, whether somebody had asked for the worker.
const (
	Asked   int32 = iota // by a Launch, or it is one of its pool's Initial
	Unasked              // nobody: it was adopted, came back, or replaces another one
)

// An Event is one fact. It is read during Step and never kept.
// One struct for all kinds instead of an interface: a step allocates nothing, and a journal writes what
// is not zero.
//
// Invariant: fields that its kind does not name are zero.
type Event struct {
	Kind       EventKind
	Attempt    uint8
	Status     Status
	Zone       uint8
	Cold       bool
	Idempotent bool
	Streamed   bool
	Unstarted  bool // the attempt ended before the worker saw it: always safe to repeat
	Class      ClassID
	Pool       PoolID
	Code       uint16 // HTTP status of the answer; 0 there is none
	Worker     WorkerID
	N          int32
	Request    RequestID
	Key        Key
	Instance   uint64 // the function environment that answered, 0 unknown
	Bytes      int64
	At         time.Duration
	Took       time.Duration
	Work       float64 // measured work, CPU-seconds on the reference vCPU; of a Change the value
	Executed   Executed
	CPU        float64 // utilisation of a worker's cores in [0,1]
	// Truth is the work an arrival is going to need. Only the simulator
	// knows it, and only the exact estimator reads it; 0 elsewhere.
	Truth    float64
	Features [MaxFeatures]float64
}

// CommandKind says what is to be done.
type CommandKind uint8

// The commands.
const (
	_              CommandKind = iota
	Dispatch                   // Request, Attempt, Worker, Work (predicted), Known
	Invoke                     // Request, Attempt, Work (predicted), Known: on a function
	Deliver                    // Request, Attempt: pass this attempt's answer to the client
	Cancel                     // Request, Attempt, N (1: the worker is not told, and goes on): it still ends with Done(Cancelled), and Returned follows for a call that was begun
	Reject                     // Request, N (HTTP status), At (Retry-After), Reason
	Launch                     // Pool, N
	Drain                      // Worker: WorkerDrained follows when it is idle
	Terminate                  // Worker
	SetConcurrency             // N: function environments kept ready (provisioned)
	SetKeepAlive               // Class, At: how long environments that become idle from now on stay loaded
	Probe                      // Worker
	Record                     // Request, Key: what the attempt of the Done event has taken, to the store
	Lookup                     // Request, Key: Found follows
	WakeAt                     // At: replaces the one pending wake
	SetPrewarm                 // Class, At: how long they are unloaded before that; 0: they are not
	Unload                     // Class: the environment that has been idle for longest goes
)

// A Command is one thing for the driver to carry out, in order.
//
// Invariant: fields that its kind does not name are zero.
type Command struct {
	Kind    CommandKind
	Attempt uint8
	Reason  Reason
	Known   bool // Work is the Estimator's; else the mean of a class, a prior, or nothing
	Pool    PoolID
	Class   ClassID // whose environments; 0 where all classes share them
	Worker  WorkerID
	N       int32
	Request RequestID
	Key     Key
	At      time.Duration
	Work    float64 // CPU-seconds on the reference vCPU
}
