package policy

// source is the pool that a worker for a pool is launched in now: itself, or, while its launches
// came to nothing and it waits to try again, the first of those it has instead that does not
// wait. Where all wait it is the one that waits for the shortest.
func (c *Controller) source(p PoolID) PoolID {
	best := p
	for _, q := range c.cfg.Pools[p].Instead {
		if c.now >= c.relaunch[best].at {
			break
		}
		if c.relaunch[q].at < c.relaunch[best].at {
			best = q
		}
	}
	return best
}

// answered takes n launches in a pool out of those under way, and returns the pool that the first
// was for: those of the pool itself come first, then those for the others in order. A launch that
// nobody has asked for is the pool's own.
func (f *fleet) answered(pool PoolID, n int) PoolID {
	first, none := pool, true
	for i := -1; i < len(f.under); i++ {
		p := PoolID(i)
		if i < 0 {
			p = pool
		}
		k := min(n, f.under[pool][p])
		if k <= 0 {
			continue
		}
		if none {
			first, none = p, false
		}
		f.under[pool][p] -= k
		f.pools[p].Launching -= k
		n -= k
	}
	return first
}
