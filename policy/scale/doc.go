// Package scale holds the scalers: how many workers each pool should have.
//
// A scaler only says what it wants. The Controller clamps that to the pool's
// bounds, honours its cooldown, counts launches under way, and drains before
// it terminates. Each file is one policy. To add one, write such a file, add
// a line to [Specs], and call policytest.Scaler in a test.
package scale
