// Package serve is the worker's HTTP front end: every kernel under its name,
// and pages for those who look after workers.
//
//	/KERNEL?parameters   the kernel's answer, or a problem (RFC 9457) that says why not
//	/                    200, empty: a probe
//	/healthz             200 while the process lives
//	/readyz              200 while it takes requests; 503 while it warms up or drains
//	/telemetry           its utilisation and queue, as JSON
//	/metrics             the same and more for Prometheus
//
// Paths, parameters and bodies are those of the original system's workers,
// OPTIONS is answered for browsers. What the original has not: statuses that
// tell, limits, a bounded queue, and an end without failed requests.
//
// A request's body is read first, within limits of length, time and the memory
// of all bodies. Then it takes one of Concurrency slots, in order of arrival,
// or waits, as one of at most Queue, and is computed until it is done, its time
// is up, or its client leaves.
package serve
