package run

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// A warmth is how many environments of the function are kept warm during a
// run, as the policies command.
type warmth struct {
	warm int32 // asked for last; of the goroutine while it runs

	mu     sync.Mutex
	wanted chan int32 // the newest command that is not carried out; nil: nobody carries any out
	done   sync.WaitGroup
}

// begin starts the goroutine that asks, as that takes time.
func (w *warmth) begin(ask func(ctx context.Context, n int32) error, log *slog.Logger) {
	wanted := make(chan int32, 1)
	w.wanted = wanted
	w.done.Go(func() {
		for n := range wanted {
			ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
			err := ask(ctx, n)
			cancel()
			if err != nil {
				log.Warn("function environments are not kept warm as commanded", "n", n, "err", err)
			}
			if err == nil || n > 0 { // an error may come after the deed
				w.warm = n
			}
		}
	})
}

// keep has n environments kept warm. It does not wait: a command that is not
// carried out yet is void. One goroutine calls it.
func (w *warmth) keep(n int32) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.wanted == nil {
		return
	}
	select {
	case <-w.wanted:
	default:
	}
	w.wanted <- n
}

// end waits until the last command is carried out; later ones are not.
func (w *warmth) end() {
	w.mu.Lock()
	if w.wanted != nil {
		close(w.wanted)
		w.wanted = nil
	}
	w.mu.Unlock()
	w.done.Wait()
}
