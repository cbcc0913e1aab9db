package live

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"

	"cnv/policy"
)

// A Static is the Driver of workers that are there already, given by
// address: a launch takes the next free address into service, a termination
// gives it back. The workers themselves are never started or stopped. An
// address whose worker is lost is watched on, and when it answers again it is
// a new worker.
type Static struct {
	pools   []StaticPool
	workers *Workers
	checks  Checks
	via     http.RoundTripper
	log     *slog.Logger

	ctx    context.Context
	cancel context.CancelFunc
	group  sync.WaitGroup

	mu   sync.Mutex
	used []map[string]*place // by pool
	by   map[policy.WorkerID]*place
}

// A StaticPool is the addresses (host:port) of one pool.
type StaticPool struct {
	Addresses []string
	Speed     float64 // of the workers' cores, relative to the reference vCPU
}

// A place is an address in service.
type place struct {
	pool   policy.PoolID
	worker *Worker
	watch  *watcher
	ctx    context.Context
	leave  context.CancelFunc
}

// NewStatic returns a Static; via makes its checks, nil: a transport of its
// own. Close ends its goroutines.
func NewStatic(pools []StaticPool, ws *Workers, c Checks, via http.RoundTripper, log *slog.Logger) *Static {
	c.fill(ws.brain.clock)
	if via == nil {
		via = &http.Transport{DisableKeepAlives: true}
	}
	s := &Static{pools: pools, workers: ws, checks: c, via: via, log: log, by: map[policy.WorkerID]*place{}}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	for range pools {
		s.used = append(s.used, map[string]*place{})
	}
	return s
}

// Close stops watching.
func (s *Static) Close() {
	s.cancel()
	s.group.Wait()
}

// Initial takes the first n addresses of a pool into service.
func (s *Static) Initial(p policy.PoolID, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.launch(p, n)
}

// Execute carries out a command.
func (s *Static) Execute(cmd policy.Command) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch cmd.Kind {
	case policy.Launch:
		s.launch(cmd.Pool, int(cmd.N))
	case policy.Drain:
		s.workers.Find(cmd.Worker).Drain()
	case policy.Terminate:
		s.release(cmd.Worker)
	case policy.Probe:
		if p := s.by[cmd.Worker]; p != nil {
			w := p.worker
			s.group.Go(func() { p.watch.probe(p.ctx, w) })
		}
	}
}

// Where is the address of a worker; "" one that is not there, or no more.
func (s *Static) Where(w policy.WorkerID) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at := s.by[w]; at != nil {
		return at.watch.address
	}
	return ""
}

// launch takes n free addresses into service; s.mu is held.
func (s *Static) launch(p policy.PoolID, n int) {
	for _, address := range s.pools[p].Addresses {
		if n == 0 {
			return
		}
		if s.used[p][address] == nil {
			s.take(p, address)
			n--
		}
	}
	if n > 0 {
		s.log.Warn("no address left for a worker", "pool", p, "missing", n)
		s.workers.LaunchFailed(p, n, errors.New("all addresses are in use: give more in --workers"))
	}
}

// take puts an address into service; s.mu is held.
func (s *Static) take(p policy.PoolID, address string) {
	at := &place{pool: p}
	at.ctx, at.leave = context.WithCancel(s.ctx)
	at.watch = newWatcher(s.checks, s.via, address, func(up bool, why error) { s.changed(at, up, why) })
	s.used[p][address] = at
	s.announce(at, policy.Asked)
	s.group.Go(func() { at.watch.run(at.ctx) })
}

// announce makes a worker of a place; s.mu is held.
func (s *Static) announce(at *place, asked int32) {
	at.worker = s.workers.Announce(at.pool, 0, asked, at.watch.address, s.pools[at.pool].Speed, at.watch.suspect)
	at.worker.Running()
	s.by[at.worker.ID] = at
}

// changed is told by the watcher when a worker became ready or is lost.
func (s *Static) changed(at *place, up bool, why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at.ctx.Err() != nil {
		return
	}
	if !up {
		s.log.Warn("worker lost", "worker", at.worker.ID, "address", at.watch.address, "err", why)
		delete(s.by, at.worker.ID)
		at.worker.Lose(why)
		at.worker = nil
		return
	}
	if at.worker == nil {
		s.announce(at, policy.Unasked)
	}
	s.log.Info("worker ready", "worker", at.worker.ID, "address", at.watch.address)
	w := at.worker
	w.Ready()
	s.group.Go(func() { at.watch.reports(at.ctx, w) })
}

// release gives an address back; s.mu is held.
func (s *Static) release(id policy.WorkerID) {
	at := s.by[id]
	if at == nil {
		return
	}
	at.leave()
	delete(s.by, id)
	delete(s.used[at.pool], at.watch.address)
	at.worker.Lose(nil)
}
