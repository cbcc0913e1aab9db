package operate

import (
	"fmt"
	"io"
	"sync"
	"time"

	"cnv/live/aws/deploy"
)

// A progress tells of steps, one after the other, and of one that takes its time
// every half minute.
type progress struct {
	out   io.Writer
	stop  chan struct{} // of the step under way; nil: there is none
	group sync.WaitGroup
}

// begin tells of a step, which ends the one before.
func (p *progress) begin(s deploy.Step) {
	p.end()
	about := ""
	if s.Do == "bake" {
		about = ", which takes minutes: up to 10 until its builder is done, and some for the copy of its volume"
	}
	fmt.Fprintf(p.out, "doing %v%s\n", s, about)
	stop := make(chan struct{})
	p.stop = stop
	p.group.Go(func() {
		began := time.Now()
		t := time.NewTicker(30 * time.Second)
		defer t.Stop()
		for {
			select {
			case <-stop:
				return
			case <-t.C:
				fmt.Fprintf(p.out, "  %s %s: not done after %v\n", s.Do, s.What, time.Since(began).Round(time.Second))
			}
		}
	})
}

// end ends the step under way.
func (p *progress) end() {
	if p.stop != nil {
		close(p.stop)
		p.stop = nil
	}
	p.group.Wait()
}
