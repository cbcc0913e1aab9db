// Package answer says in plain sentences what a comparison found: it reads the rows, as
// findings, and writes of each difference that it is better, worse, the same, or not known.
// Nothing is computed here that the files do not have.
//
// # From rows to sentences
//
// [FindingsOf] reads rows into [Findings], which keep the order of the rows. Each kind of
// sentence has a file of its own, and a function that returns "" where it has nothing to say.
// A [Quantity] is how the values of a metric are written. [Of] and [Stored.Answer] put all
// sentences together; [BriefOf] makes the few that are repeated.
//
// # What sentences may claim
//
// A difference is told as one only where its joint interval is beyond 0: the [Sign] of a
// finding is the verdict of its row, and no sentence judges again. "Same" is a finding and
// "not known" is none, so one word never stands for both. Where a number has no interval the
// sentence says so. A number is rounded to what its interval supports, and written as 0 only
// where it is 0.
package answer
