// Package wire is the gateway's client side: HTTP/1.1 to workers over kept
// connections. A request is written and its answer read by the goroutine that
// asks, with none in between, which is what makes it cheaper than
// http.Transport, and it never sends anything twice on its own: whether a
// request may be repeated is the policy's to decide.
package wire
