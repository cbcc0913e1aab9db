package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"cnv/results/words"
)

// A progress tells how far an experiment is: a bar on a terminal, a line
// every ten seconds elsewhere, nothing if quiet. Runs under way count by how much of
// their virtual time is over.
type progress struct {
	done  atomic.Int64
	total int
	name  string
	out   io.Writer
	bar   *progressbar.ProgressBar // of thousandths of runs; nil: lines
	stop  chan struct{}            // closed by finish; nil: nothing is told
	ended chan struct{}

	mu    sync.Mutex
	under map[*underWay]bool
}

// An underWay is a run that has begun and not ended.
type underWay struct {
	now  atomic.Int64  // its virtual time, nanoseconds
	span time.Duration // until the last arrival; 0: not known
}

// part is how much of a run is over, 0 to 1.
func (u *underWay) part() float64 {
	if u.span <= 0 {
		return 0
	}
	return min(float64(u.now.Load())/float64(u.span), 1)
}

// manyRuns is from how many runs on it is said that they begin.
const manyRuns = 500

// How often it is told how far an experiment is: on a terminal, and elsewhere.
const (
	drawEvery = 200 * time.Millisecond
	lineEvery = 10 * time.Second
)

// perRun is how many steps of the bar a run has.
const perRun = 1000

// startProgress begins to tell about so many runs.
func startProgress(out io.Writer, name string, total int, quiet bool) *progress {
	p := &progress{total: total, name: name, out: out, under: map[*underWay]bool{}}
	if quiet {
		return p
	}
	every := lineEvery
	if isTerminal(out) {
		every = drawEvery
		p.bar = progressbar.NewOptions(total*perRun, progressbar.OptionSetWriter(beneath(out)),
			progressbar.OptionSetDescription(words.Printable(name)),
			progressbar.OptionSetPredictTime(true), progressbar.OptionSetWidth(40), progressbar.OptionClearOnFinish())
	} else if total >= manyRuns {
		fmt.Fprintf(out, "%s: %d runs begin\n", name, total)
	}
	p.stop, p.ended = make(chan struct{}), make(chan struct{})
	go p.tell(every) // ends with finish
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

// begin notes that a run has begun whose last arrival is so long after the first; 0: that is
// not known. It may be called by several goroutines, as may end and step.
func (p *progress) begin(span time.Duration) *underWay {
	u := &underWay{span: span}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.under[u] = true
	return u
}

// end notes that a run is no longer under way.
func (p *progress) end(u *underWay) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.under, u)
}

// step counts a run that has ended.
func (p *progress) step() { p.done.Add(1) }

// finish ends the telling.
func (p *progress) finish() {
	if p.stop == nil {
		return
	}
	close(p.stop)
	<-p.ended
	if p.bar != nil {
		_ = p.bar.Finish() // a bar that cannot be drawn is no reason to stop
	}
}

// far is how many runs have ended, and how many that and the parts of those under way make.
func (p *progress) far() (ended int, parts float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	done := int(p.done.Load())
	parts = float64(done)
	for u := range p.under {
		parts += u.part()
	}
	return done, min(parts, float64(p.total))
}

// tell says how far it is now and then until finish.
func (p *progress) tell(every time.Duration) {
	defer close(p.ended)
	start := time.Now()
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-p.stop:
			return
		case <-tick.C:
			done, parts := p.far()
			if p.bar == nil {
				fmt.Fprintln(p.out, p.line(done, parts, time.Since(start)))
				continue
			}
			if p.total > 0 {
				p.bar.Describe(fmt.Sprintf("%s %d/%d", words.Printable(p.name), done, p.total))
			}
			_ = p.bar.Set(int(parts * perRun))
		}
	}
}

// line is what is printed where there is no bar.
func (p *progress) line(done int, parts float64, took time.Duration) string {
	line := fmt.Sprintf("%s: %d of %d runs", p.name, done, p.total)
	if percent := int(100 * parts / float64(max(p.total, 1))); parts > float64(done) {
		line += fmt.Sprintf(" (%d %% with those under way)", percent)
	}
	line += fmt.Sprintf(" in %v", took.Round(time.Second))
	if parts > 0 {
		left := time.Duration(float64(took) / parts * (float64(p.total) - parts))
		line += fmt.Sprintf(", about %v left", left.Round(time.Second))
	}
	return line
}
