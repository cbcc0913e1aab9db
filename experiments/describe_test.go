package main

import (
	"testing"

	"cnv/policy"
)

// TestDescribePool: workers that the router has dropped are shown, and that they
// leave no room for others.
func TestDescribePool(t *testing.T) {
	cfg := &policy.Pool{Name: "vm", Min: 3, Max: 6}
	for _, c := range []struct {
		n    policy.PoolCount
		want string
	}{
		{policy.PoolCount{Desired: 3, Ready: 3}, "  pool vm: 3 desired, 0 launching, 0 booting, 3 ready, 0 draining\n"},
		{policy.PoolCount{Desired: 3, Ready: 3, Forgotten: 1}, "  pool vm: 3 desired, 0 launching, 0 booting, 3 ready, 0 draining, 1 dropped by the router\n"},
		{policy.PoolCount{Forgotten: 6}, "  pool vm: 0 desired, 0 launching, 0 booting, 0 ready, 0 draining, 6 dropped by the router (they run, are billed and count towards the maximum of 6: 0 more may run)\n"},
	} {
		if got := describePool(cfg, c.n); got != c.want {
			t.Errorf("%+v:\n got %q\nwant %q", c.n, got, c.want)
		}
	}
}
