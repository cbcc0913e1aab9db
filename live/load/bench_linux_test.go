package load

import (
	"fmt"
	"syscall"
	"testing"
	"time"
)

// BenchmarkSend is the cost of a request, the server's share included, and how
// late it is sent.
func BenchmarkSend(b *testing.B) {
	for _, rate := range []int{500, 5000} {
		b.Run(fmt.Sprintf("rate=%d", rate), func(b *testing.B) {
			address, _ := counting(b)
			b.ReportAllocs()
			before := cpu()
			r, err := Run(b.Context(), Target{Address: address, Request: Spin(nil, 1)}, time.Now(), &every{d: time.Second / time.Duration(rate), n: b.N}, func(*Sent) {})
			if err != nil || r.Answered != uint64(b.N) {
				b.Fatal(r, err)
			}
			b.ReportMetric(float64((cpu()-before).Microseconds())/float64(b.N), "cpu-us/op")
			b.ReportMetric(float64(r.LagP50)/1e3, "lag-p50-us")
			b.ReportMetric(float64(r.LagP99)/1e3, "lag-p99-us")
			b.ReportMetric(float64(r.ResponseP50)/1e3, "response-p50-us")
		})
	}
}

// cpu is the CPU time of this process so far.
func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
