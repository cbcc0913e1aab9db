// Package figure draws the figures of a folder of results, as SVG, PNG and PDF: response
// times, cost against misses, capacity over time, single changes, pairwise wins, sweeps,
// highest loads, recovery, and charts of any metric against any key.
//
// Each figure has its file: what a panel holds (xxxPanel), how panels are read from the
// stored results (xxxPanels), how they are laid out (xxxFigure) and what the caption says
// (xxxCaption, or captions.go). Files that are shared: style (colours, sizes), axis and
// scale (ticks), sheet, title and legend (layout), together (lines that coincide), write
// (formats).
//
// Lengths are in points (1/72 inch). Values keep the units of the files (seconds, US$,
// fractions) until an axis writes them.
//
// Invariant: the same results give the same bytes.
package figure
