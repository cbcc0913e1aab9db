package live

// A holder bounds the bytes that are held.
type holder interface {
	take(n int64) bool // reserves n bytes, if there is room for them
	give(n int64)
}

// A room is the part of the memory that the requests of one client may hold.
type room struct {
	*memory
	client *client // nil: it is not counted
}

func (r room) take(n int64) bool {
	if !r.memory.take(n) {
		return false
	}
	if r.client != nil && !fair(r.client.bytes.Add(n), r.memory.used.Load(), r.memory.limit) {
		r.give(n)
		return false
	}
	return true
}

func (r room) give(n int64) {
	r.memory.give(n)
	if r.client != nil {
		r.client.bytes.Add(-n)
	}
}

// enter takes a place for a request; false: there is none for this client.
func (g *Gateway) enter(c *client) bool {
	limit := int64(g.o.InFlight)
	used := g.inside.Add(1)
	if used > limit {
		g.inside.Add(-1)
		return false
	}
	if c != nil && !fair(c.inside.Add(1), used, limit) {
		g.exit(c)
		return false
	}
	return true
}

// exit gives it back.
func (g *Gateway) exit(c *client) {
	g.inside.Add(-1)
	if c != nil {
		c.inside.Add(-1)
	}
}
