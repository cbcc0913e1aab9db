// Package calibrate fits the simulated world to what a gateway has seen: it follows the
// records of a journal, live or simulated, and says of each key of an experiment file what
// the observations say of it, from how many of them, and how sure that is. What they
// cannot tell stays as the journal's own experiment has it, and is named.
package calibrate
