// Package scale holds the scalers: how many workers each pool should have.
//
// A scaler only says what it wants. The Controller clamps that to the pool's
// bounds, honours its cooldown, counts launches under way, and drains before
// it terminates. Each file is one policy. To add one, write such a file, add
// a line to [Specs], and call policytest.Scaler in a test.
//
// Sizes are workers, loads are cores of the first pool (CPU-seconds per second), utilisations are
// shares of all cores of a pool in [0, 1]. A scaler is asked at its own period and must not
// count on being asked at once when something is lost: replacing losses is the Controller's.
package scale
