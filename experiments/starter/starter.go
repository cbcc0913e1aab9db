package starter

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"cnv/workloads"
	"cnv/workloads/trace"
)

const (
	// MostRequests is how many requests an experiment takes: more are cut to the
	// busiest part. With leastSeeds it takes some 10 s of one core.
	MostRequests = 60_000
	// defaultWork is what is taken where nothing tells the work of requests.
	defaultWork = 50 * time.Millisecond
)

// Options are what the user says.
type Options struct {
	Trace string        // path of the trace from the experiment file
	Part  bool          // the trace is a part that was cut of the whole
	Most  int64         // requests of a run
	Seeds int           // replications of the first runs, 0: what is chosen
	Work  time.Duration // mean work where nothing was recorded that tells it; 0: 50 ms
}

// A Choice is something that was decided, with the reason.
type Choice struct{ Name, Text string }

// A Design is an experiment on a trace.
type Design struct {
	Choices []Choice

	trace   string
	profile *trace.Profile // of the whole
	part    *trace.Profile // that is replayed; profile if nothing was cut
	load    float64        // so many of its users
	work    workRule
	slo     string
	sloWhy  string
	leaves  string // how long clients wait
	leaving string // why so long
	fleet   fleet
	blocks  resampling
	seeds   int
	worlds  int
}

// A workRule is where the work of requests comes from.
type workRule struct {
	keys    []string // of [[workload]]
	why     string
	options trace.Options
}

// New designs an experiment on the trace in dir; whole is the profile of the trace
// that it is a part of, or of it itself.
func New(dir string, whole *trace.Profile, o Options) (*Design, error) {
	part := whole
	if o.Part {
		var err error
		if part, err = trace.Profiled(dir); err != nil {
			return nil, err
		}
	}
	if whole.Header.Kind == trace.Events && whole.Records == 1 {
		return nil, fmt.Errorf("%s has one arrival: neither rate nor load can be told, so no experiment is made of it", dir)
	}
	d := &Design{trace: o.Trace, profile: whole, part: part}
	d.chooseWork(o)
	d.chooseSLO(o)
	d.choosePlacement()
	w, err := trace.Open(dir, d.work.options)
	if err != nil {
		return nil, err
	}
	if d.load = d.chooseLoad(o); d.load < 1 {
		w = w.AtLoad(d.load)
	}
	if err := d.chooseResamples(dir); err != nil {
		return nil, err
	}
	d.chooseSeeds()
	if err := d.chooseFleet(dir, w.Load); err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	d.sayRuns(o.Seeds)
	return d, nil
}

// say notes a choice.
func (d *Design) say(name, format string, args ...any) {
	d.Choices = append(d.Choices, Choice{name, fmt.Sprintf(format, args...)})
}

// chooseWork takes work as it was recorded, else from what was recorded beside it.
func (d *Design) chooseWork(o Options) {
	p, r := d.part, &d.work
	made := o.Work
	if made == 0 {
		made = defaultWork
	}
	size := func(mean time.Duration, cv2 float64) {
		r.keys = append(r.keys, `size = "lognormal"`, fmt.Sprintf("mean_work = %q", mean), fmt.Sprintf("cv2 = %.3g", cv2))
		r.options.Size, _ = workloads.NewSize("lognormal", mean, cv2, 0) // mean and cv2 are positive
	}
	most, lack := upTo2(d.profile.Duration(0.999)), "neither durations nor CPU time were recorded"
	if d.coarse() {
		lack = "CPU time was not recorded, and durations too coarsely: most are 0"
	}
	switch {
	case p.Works == p.Records:
		r.why = "recorded with each request"
	case p.Walls > 0 && most > trace.LeastDuration:
		text := fmt.Sprintf("min(duration, %v)", most)
		r.options.Work, _ = trace.ParseFormula(text)
		r.keys = append(r.keys, fmt.Sprintf("work = %q", text))
		r.why = fmt.Sprintf("the recorded duration, at most %v, within which 999 of 1,000 were: measured under load, so work is at most that", most)
		if p.Works+p.Walls < p.Records {
			mean, cv2 := d.profile.Durations()
			size(max(mean, time.Microsecond).Round(time.Microsecond), max(cv2, 0.01))
			r.why += "; requests without a duration draw from a law of the same mean and spread"
		}
	case p.Header.Kind == trace.Counts && p.Timed:
		r.keys, r.options.WorkFrom = []string{`work_from = "duration"`}, "duration"
		r.why = "drawn from the recorded durations of each class: measured under load, so work is at most that"
	case slices.Contains(p.Features, "tokens_in") && slices.Contains(p.Features, "tokens_out"):
		const text = "0.2ms * tokens_in + 5ms * tokens_out"
		r.options.Work, _ = trace.ParseFormula(text)
		r.keys = []string{fmt.Sprintf("work = %q", text)}
		r.why = fmt.Sprintf(madeUp+" of tokens: %s. Put in what yours take", lack)
	default:
		size(made, 2)
		r.why = fmt.Sprintf(madeUp+", %v in the mean: %s. Put in what yours take (--mean-work 120ms)", made, lack)
		if o.Work > 0 {
			r.why = fmt.Sprintf("%v in the mean, as given by --mean-work, spread as a lognormal law of cv2 = 2: %s", made, lack)
		}
	}
	d.say("work", "%s", r.why)
}

// chooseLoad keeps the requests of a run few where even the busiest part has many.
func (d *Design) chooseLoad(o Options) float64 {
	if o.Most == 0 || d.part.Records <= 2*o.Most {
		return 1
	}
	load := float64(o.Most) / float64(d.part.Records)
	digits := math.Pow(10, math.Floor(math.Log10(load))-1)
	load = math.Round(load/digits) * digits
	load, _ = strconv.ParseFloat(strconv.FormatFloat(load, 'g', 2, 64), 64)
	d.work.keys = append(d.work.keys, fmt.Sprintf("load = %v", load))
	d.say("load", "%v of the users, as even this part has %d requests: fewer and smaller machines than the whole needs, and burstier arrivals", load, d.part.Records)
	return load
}

// choosePlacement places the arrivals of counts by one rule, so that there is one answer.
func (d *Design) choosePlacement() {
	if d.part.Header.Kind != trace.Counts {
		return
	}
	d.work.keys = append(d.work.keys, `placement = "uniform"`)
	d.work.options.Placement = trace.Uniform
	d.say("placement", "MADE UP, uniform: counts per %s do not say where in it requests came. If they come in bursts, fleets must be larger: without the line placement the experiment runs both", Span(time.Duration(d.part.Header.BinUS)*time.Microsecond))
}

// coarse says whether durations were recorded, of which 99 of 100 or more are 0, as
// where a log rounds them to its unit.
func (d *Design) coarse() bool {
	return d.profile.Walls > 0 && d.profile.Duration(0.99) <= trace.LeastDuration
}

// idleTimeout is that of an AWS load balancer, after which a client gets no answer.
const idleTimeout = "60s"

// longestWait is what a file may ask for at most.
const longestWait = 87_600 * time.Hour

// chooseSLO takes what the log's own users had. Clients wait for as long as a load balancer
// lets them, or longer if answers in SLO may take as long.
func (d *Design) chooseSLO(o Options) {
	d.slo, d.sloWhy = "5x", "no durations were recorded, so 5 times the service time on an idle machine"
	in := 5 * min(o.Work, longestWait/5)
	switch {
	case d.coarse():
		d.sloWhy = "durations were logged too coarsely, as 99 % of them are 0, so 5 times the service time on an idle machine"
	case d.profile.Walls > 0:
		most, middle := d.profile.Duration(0.99), d.profile.Duration(0.5)
		p99, median := upTo2(most), upTo2(middle)
		in, d.sloWhy = p99, fmt.Sprintf("99 %% of the recorded durations were at most %v, rounded up; the median was %v", digits3(most), digits3(middle))
		if p99 < 2*median {
			in, d.sloWhy = 2*median, fmt.Sprintf("twice the median of the recorded durations, %v, rounded up to %v, as 99 %% were at most %v, which leaves no room to wait", digits3(middle), median, digits3(most))
		}
		d.slo = in.String()
	}
	d.say("SLO", "%s: %s", d.slo, d.sloWhy)
	d.leaves, d.leaving = idleTimeout, "the idle timeout of an AWS load balancer"
	if 2*in > time.Minute {
		d.leaves, d.leaving = min(2*in, longestWait).String(), "twice the SLO, as that is more than half of the minute that an AWS load balancer waits"
	}
}

// digits3 rounds a duration to three digits, which is how well durations are known.
func digits3(d time.Duration) time.Duration {
	unit := time.Duration(1)
	for d > 999*unit {
		unit *= 10
	}
	return d.Round(unit)
}

// upTo2 rounds a duration up to two digits.
func upTo2(d time.Duration) time.Duration {
	unit := time.Duration(1)
	for d > 99*unit {
		unit *= 10
	}
	return (d + unit - 1) / unit * unit
}

// Span is a duration for people: 3h20m0s is 3h20m.
func Span(d time.Duration) string {
	text := d.Round(time.Millisecond).String()
	if d >= time.Minute {
		text = d.Round(time.Second).String()
	}
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, zero) {
			text = strings.TrimSuffix(text, zero[1:])
		}
	}
	return text
}
