//go:build go1.21

package cases

// old is written in an old version of the language, whose loops share their
// variable among iterations: the file says so, and so must its copy.
func old(n int) (t int) {
	var all []func() int
	for i := 0; i < n; i++ {
		all = append(all, func() int { return i })
	}
	for _, f := range all {
		t += f()
	}
	return t
}
