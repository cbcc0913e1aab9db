// Package predict simulates runs that were measured live, as their experiment file has the
// world, and holds what that gives against what was measured.
package predict
