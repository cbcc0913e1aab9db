// Package run does the work of one request, whatever front end it came
// through: it calls the kernel, plain or metered, measures what that used, and
// turns all that may happen into a status, a body and headers.
package run
