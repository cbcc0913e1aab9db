package main

import (
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"cnv/results/words"
)

// A progress tells how far an experiment is: a bar on a terminal, a line
// every ten seconds elsewhere, nothing if quiet.
type progress struct {
	done  atomic.Int64
	total int
	name  string
	out   io.Writer
	bar   *progressbar.ProgressBar // nil: lines
	stop  chan struct{}            // closed by finish; nil: none are printed
	ended chan struct{}
}

// manyRuns is from how many runs on it is said that they begin.
const manyRuns = 500

// lineEvery is the time between two lines of progress.
const lineEvery = 10 * time.Second

// startProgress begins to tell about so many runs.
func startProgress(out io.Writer, name string, total int, quiet bool) *progress {
	p := &progress{total: total, name: name, out: out}
	switch {
	case quiet:
	case isTerminal(out):
		p.bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(beneath(out)),
			progressbar.OptionSetDescription(words.Printable(name)), progressbar.OptionShowCount(),
			progressbar.OptionSetPredictTime(true), progressbar.OptionSetWidth(40),
			progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
	default:
		p.stop, p.ended = make(chan struct{}), make(chan struct{})
		if total >= manyRuns {
			fmt.Fprintf(out, "%s: %d runs begin\n", name, total)
		}
		go p.lines() // ends with finish
	}
	return p
}

// beneath is what a writer of printable text writes to: a bar steers the terminal.
func beneath(w io.Writer) io.Writer {
	if p, ok := w.(*words.PrintableWriter); ok {
		return p.W
	}
	return w
}

// isTerminal says whether somebody watches.
func isTerminal(w io.Writer) bool {
	f, ok := beneath(w).(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// step counts a run that has ended. It may be called by several goroutines.
func (p *progress) step() {
	p.done.Add(1)
	if p.bar != nil {
		_ = p.bar.Add(1) // a bar that cannot be drawn is no reason to stop
	}
}

// finish ends the telling.
func (p *progress) finish() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
	if p.stop != nil {
		close(p.stop)
		<-p.ended
	}
}

// lines prints a line now and then until finish.
func (p *progress) lines() {
	defer close(p.ended)
	start := time.Now()
	tick := time.NewTicker(lineEvery)
	defer tick.Stop()
	for {
		select {
		case <-p.stop:
			return
		case <-tick.C:
			done, took := p.done.Load(), time.Since(start)
			left := ""
			if done > 0 {
				rest := time.Duration(float64(took) / float64(done) * float64(int64(p.total)-done))
				left = fmt.Sprintf(", about %v left", rest.Round(time.Second))
			}
			fmt.Fprintf(p.out, "%s: %d of %d runs in %v%s\n", p.name, done, p.total, took.Round(time.Second), left)
		}
	}
}
