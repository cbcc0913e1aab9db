// Package logs reads what programs write about the requests that they served:
// access logs, load balancers, load generators, metrics, spans, data sets.
//
// A [Format] splits a file into rows of named cells and says what its columns
// mean; a [Reader] makes an [Event] of each row. Everything streams: memory
// does not grow with the length of a file, nor with what is in it. Errors name
// file:line.
package logs

// Unknown marks a number of an Event that the log does not have.
const Unknown = -1

// An Event is a row of a log: a request, or a count of requests.
type Event struct {
	At       int64  // arrival, ns since 1970 or since the log's own zero
	Wall     int64  // how long it took, ns; Unknown
	Work     int64  // CPU time, ns; Unknown
	Memory   int64  // KiB; Unknown
	BytesIn  int64  // Unknown
	BytesOut int64  // Unknown
	Status   int32  // Unknown
	Class    uint16 // of [Reader.Classes]
	Count    float64
	Series   uint64 // of counts: those of one series follow each other; a key of [Reader.Metrics]
	Attr     []byte // "k=v;k=v"; valid until the next row
	Row      uint64 // hash of all cells: equal rows have equal ones
}
