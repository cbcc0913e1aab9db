// Package readme makes the numbers and the figure of README.md again, offline,
// in some ten seconds: it runs the quickstart and writes what stands between
// the marks in README.md, and quickstart.svg beside itself.
//
//	go run ./results/study readme            # write
//	go run ./results/study readme --check    # only say whether anything would change; exit code 1 if so
package readme
