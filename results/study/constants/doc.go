// Package constants checks that no verdict of a shipped experiment hangs on the exact
// value of one constant: each number of the file, and each of the catalog that it uses,
// is moved by 4 % up and down, all else the same, seeds included, and the differences
// of the file's pairs of policies are judged again.
//
//	go run ./results/study constants                   # all of them; writes results/study/constants/constants.md
//	go run ./results/study constants --only quickstart # one experiment; writes its rows in place of the old ones
//	go run ./results/study constants --minutes 20      # a seeded sample, as large as that time allows; writes the file
//	go run ./results/study constants --quick           # a seeded sample, in under two minutes, for CI; writes nothing
//
// It exits with 1 if a verdict turns into its opposite, or comes or goes with a difference
// that leaves its interval and changes by more than a factor of two. Others that come or
// go are borderline: they are listed.
package constants
