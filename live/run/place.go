package run

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"cnv/live"
	"cnv/live/aws"
	"cnv/live/load"
	"cnv/live/local"
	"cnv/live/store"
	"cnv/policy"
	"cnv/workloads"
)

// A cloudPlace is a cloud during a run.
type cloudPlace struct {
	*live.Fleet
	target    *cloudTarget
	cloud     *local.Cloud // nil: AWS
	fn        *aws.Functions
	held      *live.Calls // fn, as far as the budget goes
	instances *aws.Instances
	deadline  *aws.Deadline // ends what costs if this gateway dies; nil: on loopback, where all ends with it
	store     *store.Store
	brain     *live.Brain
	log       *slog.Logger
	budget    *live.Budget
	used      float64        // of it, before this run, dollars
	spent     func() float64 // what functions and the table have cost so far, dollars
	charged   func() float64 // what all has, as the results say it
	counting  sync.Mutex
	counted   float64 // of spent, in the budget
	warmth
	rest   func() // ends what begin has begun
	giveUp context.CancelCauseFunc
	warn   func(text string)
	note   func(text string)
	like   string // whose earlier requests are known
}

// place is what the run sees of it.
func (p *cloudPlace) place(request func(*workloads.Arrival) load.Request) *place {
	out := &place{
		Driver: p, request: request, journals: []live.Journal{p.store}, stored: p.store.Counts, timeLeft: p.budget.Left, budget: p.budget, before: p.used,
		cloud: p.cloud, faults: &breakable{p.Ready, p.fail}, where: p.Instance, begin: p.begin, end: p.end, close: p.close,
		doubt: func() string {
			return "the log says why launches failed; is their health check at another path (--health)?"
		},
	}
	if p.fn != nil {
		out.functions = p.held
	}
	if l := p.target.lease; l != nil {
		out.leads = l.Sure
	}
	return out
}

// begin launches the first workers and tells the brain what was measured
// before.
func (p *cloudPlace) begin(ctx context.Context, initial []int) error {
	known, err := p.target.knows(ctx, p.like, p.store)
	if err != nil {
		p.log.Warn("nothing is known of earlier runs", "err", err)
	}
	if n := p.store.Warm(known); n > 0 {
		p.note(fmt.Sprintf("begins with %s that earlier commands have kept%s", policy.Count(n, "measurement"), p.store.Kept()))
	}
	if err := p.prewarm(ctx); err != nil {
		return err
	}
	if p.fn != nil {
		p.warmth.begin(p.fn.Keep, p.log)
	}
	ctx, p.rest = context.WithCancel(ctx)
	go p.keepAccounts(ctx)
	if l := p.target.lease; l != nil {
		go p.heed(ctx, l.Sure)
		go p.deadline.Keep(ctx)
	}
	return p.Go(ctx, initial)
}

// ErrSpent ends a run whose budget is used up.
var ErrSpent = errors.New("cnv: the run has ended early")

// keepAccounts ends the run when its budget is used up.
func (p *cloudPlace) keepAccounts(ctx context.Context) {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		p.count()
		if err := p.budget.Exhausted(); err != nil {
			p.giveUp(fmt.Errorf("%w: %w", ErrSpent, err))
			return
		}
	}
}

// count brings the budget up to date with what is metered.
func (p *cloudPlace) count() {
	p.counting.Lock()
	defer p.counting.Unlock()
	usd := p.spent()
	p.budget.Spend(usd - p.counted)
	p.counted = usd
}

// warm is how many requests of earlier runs a run begins with, per class.
const warm = 1000

// Execute carries out a command.
func (p *cloudPlace) Execute(cmd policy.Command) {
	if cmd.Kind == policy.SetConcurrency {
		p.keep(cmd.N)
		return
	}
	p.Fleet.Execute(cmd)
}

// end gives up the instances, or leaves them, and what is kept warm.
func (p *cloudPlace) end(leave bool) {
	p.rest()
	p.warmth.end()
	if left := p.Close(!leave); len(left) > 0 {
		text := fmt.Sprintf("%s could not be ended: %s; look with status, end with destroy what is left, or it ends by itself %v after the last word of a gateway",
			policy.Count(len(left), "instance"), strings.Join(left, ", "), aws.Lonely)
		p.warn(text)
		p.target.costs = errors.Join(p.target.costs, errors.New("cnv: "+text))
	}
	if !leave {
		p.cool()
		p.undated()
	}
	if p.fn != nil && p.held.Refused() > 0 {
		p.warn(fmt.Sprintf("%d calls of functions were throttled as --max-usd-per-hour %g allows no more at once: allow more, unless that is the question", p.held.Refused(), p.target.exp.MaxUsdPerHour))
	}
}

// close writes what was measured and, on loopback, ends all processes.
func (p *cloudPlace) close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	err := p.store.Close(ctx)
	p.count() // what was called and written since the last second
	usd, took := p.budget.Used()
	p.target.used = aws.Use{USD: max(usd, p.used+p.charged()), Time: took}
	if errors.Is(err, store.ErrLost) { // the next run knows less; this one has all it needs
		p.warn(err.Error() + ": later runs begin knowing less")
		err = nil
	}
	if p.cloud != nil {
		err = errors.Join(err, p.cloud.Close())
	}
	return err
}
