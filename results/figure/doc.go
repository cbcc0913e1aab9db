// Package figure draws the figures of a folder of results, as SVG and PNG: response
// times, cost against misses, capacity over time, pairwise wins, highest loads, recovery.
package figure
