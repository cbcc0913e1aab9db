// Package account keeps the books of a run: what was in flight, how long workers ran,
// what all of it cost, and which rows the table of measurements gets. It follows the
// stream that a journal keeps (what a Controller was told, what it answered), so that
// both worlds keep them by the same rules, and so could whoever reads a journal.
//
// A [Follower] knows what the gateway knows, and is how a live run is billed. The
// simulator fills a [Bill] of its own from its world, which knows more: when a call was
// billed from, without the network, and what a machine did before anybody was told.
// A test holds the two together. [Rows] are followed in both.
package account
