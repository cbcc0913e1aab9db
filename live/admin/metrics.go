package admin

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"cnv/live"
	"cnv/live/store"
	"cnv/policy"
)

// Metrics counts what the gateway answers. Labels are bounded: classes come
// from the configuration, and unknown methods and statuses are folded.
type Metrics struct {
	registry *prometheus.Registry
	duration *prometheus.HistogramVec
	attempts *prometheus.HistogramVec
	missed   *prometheus.CounterVec
	broken   prometheus.Counter
	gone     prometheus.Counter
	classes  []string
}

// NewMetrics returns the metrics of a gateway with these classes. Names follow
// OpenTelemetry's conventions for HTTP servers, in seconds; histograms are
// native, with classic buckets for those who cannot read them yet.
func NewMetrics(classes []string) *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry(), classes: classes}
	m.duration = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name:                        "http_server_request_duration_seconds",
		Help:                        "Time from the last byte of a request's body to the last byte of its answer.",
		Buckets:                     []float64{.005, .01, .025, .05, .075, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10, 30, 60},
		NativeHistogramBucketFactor: 1.1, NativeHistogramMaxBucketNumber: 160, NativeHistogramMinResetDuration: time.Hour,
	}, []string{"http_route", "http_response_status_code", "cnv_kind"})
	m.attempts = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "cnv_request_attempts", Help: "Attempts started per request.", Buckets: []float64{0, 1, 2, 3, 5},
	}, []string{"http_route"})
	m.missed = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "cnv_slo_missed_total", Help: "Requests that were answered later than their class's SLO allows, or not (429, 5xx, broken off).",
	}, []string{"http_route"})
	for _, c := range classes {
		m.missed.WithLabelValues(c)
	}
	m.broken = prometheus.NewCounter(prometheus.CounterOpts{Name: "cnv_answers_broken_total", Help: "Answers that broke off after their head was sent."})
	m.gone = prometheus.NewCounter(prometheus.CounterOpts{Name: "cnv_clients_gone_total", Help: "Requests whose client left before the answer."})
	m.registry.MustRegister(m.duration, m.attempts, m.missed, m.broken, m.gone,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Observe counts a request that has ended; it is live.Options.Observe.
func (m *Metrics) Observe(a *live.Answered) {
	class, kind := "?", a.Kind
	if int(a.Class) < len(m.classes) {
		class = m.classes[a.Class]
	}
	if kind == "" {
		kind = "gateway"
	}
	if a.Broken {
		m.broken.Inc()
	}
	if a.Gone {
		m.gone.Inc()
	}
	if a.Missed {
		m.missed.WithLabelValues(class).Inc()
	}
	m.duration.WithLabelValues(class, status(a.Status), kind).Observe(a.Took.Seconds())
	m.attempts.WithLabelValues(class).Observe(float64(a.Attempts))
}

// status is a status code, folded where a worker makes one up.
func status(code int) string {
	switch {
	case code == 0:
		return "499"
	case http.StatusText(code) != "":
		return strconv.Itoa(code)
	}
	return "other"
}

// Handler serves the metrics.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// Watch adds the state of a gateway and its brain to the metrics.
func (m *Metrics) Watch(s *State) { m.registry.MustRegister(stateCollector{s}) }

// A stateCollector reads the state when it is asked.
type stateCollector struct{ s *State }

// gauge describes one number of the state.
type gauge struct {
	desc *prometheus.Desc
	kind prometheus.ValueType
	of   func(*Snapshot) float64
}

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, labels, nil)
}

var (
	spendDescs = [3]*prometheus.Desc{
		describe("cnv_spent_usd", "What the run has cost so far."), describe("cnv_usd_per_hour", "What its instances cost per hour now."),
		describe("cnv_budget_usd", "What it may cost; 0: no limit."),
	}
	stored = []struct {
		desc *prometheus.Desc
		of   func(*store.Counts) float64
	}{
		{describe("cnv_store_written_total", "Items written to the table."), func(c *store.Counts) float64 { return float64(c.Written) }},
		{describe("cnv_store_retried_total", "Items whose writing was tried again."), func(c *store.Counts) float64 { return float64(c.Retried) }},
		{describe("cnv_store_lost_total", "Items that were not written: dropped from a full queue, or at the end."), func(c *store.Counts) float64 { return float64(c.Dropped + c.Failed) }},
		{describe("cnv_store_lookups_total", "Lookups that policies asked for."), func(c *store.Counts) float64 { return float64(c.Lookups) }},
		{describe("cnv_store_found_total", "Lookups that found something."), func(c *store.Counts) float64 { return float64(c.Found) }},
		{describe("cnv_store_overlooked_total", "Lookups that were not made, as too many were under way."), func(c *store.Counts) float64 { return float64(c.Overlooked) }},
		{describe("cnv_store_write_units_total", "Write units of the table that were used, of up to 1 KiB each."), func(c *store.Counts) float64 { return c.Units.Writes }},
		{describe("cnv_store_read_units_total", "Read units of the table that were used, of up to 4 KiB each."), func(c *store.Counts) float64 { return c.Units.Reads }},
	}
	journalDescs = [2]*prometheus.Desc{
		describe("cnv_journal_stopped", "1 if the journal takes nothing more, as after an error of its disk; there is none without a journal."),
		describe("cnv_journal_lost_records_total", "Records that are missing in the journal."),
	}
	guardDescs = [2]*prometheus.Desc{
		describe("cnv_connections", "Connections of clients."),
		describe("cnv_connections_refused_total", "Connections closed at once: above what files allow, or beyond the share of an address."),
	}
	lineDesc    = describe("cnv_ledger_usd_per_hour", "What each line of the ledger costs per hour now.", "line")
	leftDesc    = describe("cnv_time_left_seconds", "Until the gateway ends by itself, all with it (--max-time); there is none without a limit.")
	desiredDesc = describe("cnv_workers_desired", "Workers that are wanted, by pool.", "pool")
	leadsDesc   = describe("cnv_leads", "1 while the gateway surely has its deployment's lease; there is none without one.")
	workersDesc = describe("cnv_workers", "Workers by pool and state.", "pool", "state")
	gauges      = []gauge{
		{describe("cnv_requests_in_flight", "Requests inside the gateway."), prometheus.GaugeValue, func(s *Snapshot) float64 { return float64(s.InFlight) }},
		{describe("cnv_queue_length", "Requests waiting at the gateway."), prometheus.GaugeValue, func(s *Snapshot) float64 { return float64(s.Queued) }},
		{describe("cnv_held_bytes", "Bytes of bodies and answers held."), prometheus.GaugeValue, func(s *Snapshot) float64 { return float64(s.HeldBytes) }},
		{describe("cnv_unbelieved_cpu_times_total", "Answers whose Cnv-Cpu-Us was ignored, as their worker's cores did not have so much time."), prometheus.CounterValue, func(s *Snapshot) float64 { return float64(s.Unbelieved) }},
		{describe("cnv_functions_in_flight", "Calls of functions in flight."), prometheus.GaugeValue, func(s *Snapshot) float64 { return float64(s.FunctionsInFlight) }},
		{describe("cnv_scaling_paused", "1 while scaling is paused."), prometheus.GaugeValue, func(s *Snapshot) float64 { return truth(s.Paused) }},
		counter("cnv_arrivals_total", "Requests that the policies were asked about.", func(c *policy.Counts) uint64 { return c.Arrivals }),
		counter("cnv_dispatched_total", "Attempts sent to workers.", func(c *policy.Counts) uint64 { return c.Dispatched }),
		counter("cnv_invoked_total", "Attempts sent to functions.", func(c *policy.Counts) uint64 { return c.Invoked }),
		counter("cnv_retries_total", "Attempts made because an earlier one failed.", func(c *policy.Counts) uint64 { return c.Retries }),
		counter("cnv_hedges_total", "Second copies sent because the first took long.", func(c *policy.Counts) uint64 { return c.Hedges }),
		counter("cnv_probes_total", "Questions to workers by policies.", func(c *policy.Counts) uint64 { return c.Probes }),
		counter("cnv_ejections_total", "Workers that the health policy took out of service for a while, counted each time.", func(c *policy.Counts) uint64 { return c.Ejections }),
		counter("cnv_throttled_total", "Calls that the function service refused.", func(c *policy.Counts) uint64 { return c.Throttled }),
		counter("cnv_rejected_total", "Requests answered by the gateway itself.", func(c *policy.Counts) uint64 { return c.Rejected }),
		counter("cnv_shed_total", "Requests refused without asking the policies.", func(c *policy.Counts) uint64 { return c.Shed }),
		counter("cnv_launched_total", "Workers launched.", func(c *policy.Counts) uint64 { return c.Launched }),
		counter("cnv_launch_failed_total", "Launches that came to nothing.", func(c *policy.Counts) uint64 { return c.LaunchFailed }),
		counter("cnv_drained_total", "Workers drained.", func(c *policy.Counts) uint64 { return c.Drained }),
		counter("cnv_forgotten_total", "Workers that the router dropped.", func(c *policy.Counts) uint64 { return c.Forgotten }),
		counter("cnv_keyed_total", "Requests with a key, where the estimator has a cache.", func(c *policy.Counts) uint64 { return c.Keyed }),
		counter("cnv_recognised_total", "Those of them whose equal was in it.", func(c *policy.Counts) uint64 { return c.Recognised }),
	}
)

// truth is 1 if it is so.
func truth(so bool) float64 {
	if so {
		return 1
	}
	return 0
}

func counter(name, help string, of func(*policy.Counts) uint64) gauge {
	return gauge{describe(name, help), prometheus.CounterValue, func(s *Snapshot) float64 { return float64(of(&s.Counts)) }}
}

// Describe implements prometheus.Collector.
func (c stateCollector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range slices.Concat(spendDescs[:], journalDescs[:], guardDescs[:], []*prometheus.Desc{lineDesc, leftDesc, desiredDesc, leadsDesc, workersDesc}) {
		ch <- d
	}
	for i := range stored {
		ch <- stored[i].desc
	}
	for i := range gauges {
		ch <- gauges[i].desc
	}
}

// Collect implements prometheus.Collector.
func (c stateCollector) Collect(ch chan<- prometheus.Metric) {
	s := c.s.Snapshot()
	if c.s.Spend != nil {
		spend := c.s.Spend()
		for i, v := range []float64{spend.USD, spend.PerHour, spend.Budget} {
			ch <- prometheus.MustNewConstMetric(spendDescs[i], prometheus.GaugeValue, v)
		}
		for _, l := range spend.Lines {
			ch <- prometheus.MustNewConstMetric(lineDesc, prometheus.GaugeValue, l.PerHour, l.Name)
		}
	}
	if s.TimeLeftS != nil {
		ch <- prometheus.MustNewConstMetric(leftDesc, prometheus.GaugeValue, *s.TimeLeftS)
	}
	if c.s.Store != nil {
		counts := c.s.Store()
		for i := range stored {
			ch <- prometheus.MustNewConstMetric(stored[i].desc, prometheus.CounterValue, stored[i].of(&counts))
		}
	}
	if c.s.Journal != nil {
		stopped, lost := c.s.Journal()
		ch <- prometheus.MustNewConstMetric(journalDescs[0], prometheus.GaugeValue, truth(stopped))
		ch <- prometheus.MustNewConstMetric(journalDescs[1], prometheus.CounterValue, float64(lost))
	}
	if g := c.s.Guard; g != nil {
		ch <- prometheus.MustNewConstMetric(guardDescs[0], prometheus.GaugeValue, float64(g.Open()))
		ch <- prometheus.MustNewConstMetric(guardDescs[1], prometheus.CounterValue, float64(g.Refused()))
	}
	if c.s.Leads != nil {
		ch <- prometheus.MustNewConstMetric(leadsDesc, prometheus.GaugeValue, truth(c.s.Leads()))
	}
	for i := range gauges {
		ch <- prometheus.MustNewConstMetric(gauges[i].desc, gauges[i].kind, gauges[i].of(&s))
	}
	for _, p := range s.Pools {
		ch <- prometheus.MustNewConstMetric(desiredDesc, prometheus.GaugeValue, float64(max(p.Min, p.Desired)), p.Name)
		for _, n := range []struct {
			state string
			n     int
		}{{"launching", p.Launching}, {"booting", p.Booting}, {"ready", p.Ready}, {"draining", p.Draining}, {"forgotten", p.Forgotten}} {
			ch <- prometheus.MustNewConstMetric(workersDesc, prometheus.GaugeValue, float64(n.n), p.Name, n.state)
		}
	}
}
