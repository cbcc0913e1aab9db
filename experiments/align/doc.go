// Package align holds two journals of the same arrivals against each other, decision by
// decision, and names the first view that differs, the first placement that does, and why.
package align
