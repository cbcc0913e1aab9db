package serve

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"cnv/worker/serve/run"
)

// metrics counts what kernels answer. Labels are bounded: the kernels there
// are, and the statuses that this package and package kernel give.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	wall     *prometheus.HistogramVec
	cpu      *prometheus.CounterVec
	work     *prometheus.CounterVec
}

func newMetrics(s *Server) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "cnv_worker_requests_total", Help: "Requests to kernels, by how they ended.",
		}, []string{"kernel", "status"}),
		wall: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "cnv_worker_kernel_duration_seconds", Help: "Wall time of kernels.",
			Buckets:                     []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60},
			NativeHistogramBucketFactor: 1.1, NativeHistogramMaxBucketNumber: 160, NativeHistogramMinResetDuration: time.Hour,
		}, []string{"kernel"}),
		cpu: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "cnv_worker_kernel_cpu_seconds_total", Help: "CPU time of kernels.",
		}, []string{"kernel"}),
		work: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "cnv_worker_kernel_instructions_total", Help: "Instructions of the requests that were metered.",
		}, []string{"kernel"}),
	}
	m.registry.MustRegister(m.requests, m.wall, m.cpu, m.work, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for _, g := range []struct {
		name, help string
		of         func() float64
	}{
		{"cnv_worker_in_flight", "Requests being computed.", func() float64 { return float64(s.door.running.Load()) }},
		{"cnv_worker_queued", "Requests that wait to be computed.", func() float64 { return float64(s.door.queued()) }},
		{"cnv_worker_held_bytes", "Memory of bodies.", func() float64 { return float64(s.held.used.Load()) }},
		{"cnv_worker_utilisation", "Share of CPU time used, -1 if not known.", s.gauge.Utilisation},
		{"cnv_worker_draining", "1 while the worker drains.", func() float64 {
			if s.draining.Load() {
				return 1
			}
			return 0
		}},
	} {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: g.name, Help: g.help}, g.of))
	}
	return m
}

// observe counts an answer of a kernel; name is empty for other answers.
func (m *metrics) observe(name string, res *run.Result) {
	if name == "" {
		return
	}
	m.requests.WithLabelValues(name, strconv.Itoa(res.Status)).Inc()
	if !res.Ran {
		return
	}
	m.wall.WithLabelValues(name).Observe(res.Use.Wall.Seconds())
	m.cpu.WithLabelValues(name).Add(res.Use.CPU.Seconds())
	if res.Use.Metered {
		m.work.WithLabelValues(name).Add(float64(res.Use.Counts.Instructions))
	}
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}
