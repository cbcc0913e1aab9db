// Package child runs worker processes that end with the one that started
// them, whatever ends that.
package child
