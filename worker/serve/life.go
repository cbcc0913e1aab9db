package serve

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"cnv/worker/serve/run"
)

// The utilisation is that of the last samples, one each second.
const (
	samplePeriod = time.Second
	samples      = 5
)

// Serve answers requests until ctx ends, or it is lonely, and then drains: /readyz says no, and
// answers ask clients to connect elsewhere, for the time of Notice; then it
// accepts nothing new, and waits up to Grace for requests that are inside. Those
// left are given up, with 503, which is an error. All that it started has ended
// when it returns.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	base, giveUp := context.WithCancelCause(context.Background())
	defer giveUp(run.ErrStopping)
	server := &http.Server{
		Handler:           s,
		BaseContext:       func(net.Listener) context.Context { return base },
		ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(s.o.Log.Handler(), slog.LevelDebug),
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	s.gauge.Sample()
	tick := time.NewTicker(samplePeriod)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			s.gauge.Sample()
			if !s.lonely() {
				continue
			}
			s.o.Log.Warn("nobody asks for anything any more", "for", s.o.Lonely.String())
		case err := <-served:
			return errors.Join(err, server.Close())
		case <-ctx.Done():
		}
		err := s.drain(server, giveUp)
		<-served
		return err
	}
}

// lonely says whether the server was left alone for too long.
func (s *Server) lonely() bool {
	return s.o.Lonely > 0 && time.Since(s.began)-time.Duration(s.asked.Load()) > s.o.Lonely && s.door.inside.Load() == 0
}

// drain ends a server.
func (s *Server) drain(server *http.Server, giveUp context.CancelCauseFunc) error {
	s.draining.Store(true)
	s.o.Log.Info("draining", "notice", s.o.Notice.String(), "in_flight", s.door.running.Load(), "queued", s.door.queued())
	time.Sleep(s.o.Notice)
	grace, cancel := context.WithTimeout(context.Background(), s.o.Grace)
	defer cancel()
	if server.Shutdown(grace) == nil {
		return nil
	}
	left := s.door.inside.Load()
	giveUp(run.ErrStopping)
	last, cancel := context.WithTimeout(context.Background(), lastWords)
	defer cancel()
	err := fmt.Errorf("%d requests were stopped unfinished after %v of grace", left, s.o.Grace)
	if server.Shutdown(last) != nil {
		err = errors.Join(err, server.Close())
	}
	return err
}

// lastWords is the time for requests that are given up to be told so.
const lastWords = 2 * time.Second
