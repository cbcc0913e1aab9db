// Package coverage checks the statistics of comparisons against known truth.
// It repeats whole experiments, of which theory knows the answer, and counts
// how often their 95 % intervals contain it; and it compares a policy with itself
// under other seeds, and counts how often a difference is found.
//
//	go run ./results/study coverage                                  # 1,000 of each
//	go run ./results/study coverage --experiments 100 --only M/M/1
//	go run ./results/study coverage --minutes 5                      # as many as that time allows
//	go run ./results/study coverage --only M/M/1 --until 0.02        # seeds are doubled until the difference of means is known to 2 %
//	go run ./results/study coverage --recursion                      # without the simulator where a recursion knows its answer
//	go run ./results/study coverage --table results/study/coverage/table.md        # measures and writes the whole table, of which README quotes rows
//	go run ./results/study coverage --table results/study/coverage/table.md --row "rare misses"  # these rows of it; the others stay
//	go run ./results/study coverage --quick                          # a tenth of the table, for CI
//	go run ./results/study coverage recorded --quick                 # resamples of recordings of known processes, in the simulator
//
// The exit code is 1 if something is not as it should be by more than chance.
//
// Every experiment has seeds of its own, so that the first ones of a longer run
// are those of a shorter one. A share of 95 % of 1,000 experiments is within 1.4
// points of it in 19 cases of 20: 93 to 97 % is what one may expect.
package coverage
