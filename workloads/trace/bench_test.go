package trace

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"cnv/workloads"
)

// BenchmarkRead is the cost of a line of events.
func BenchmarkRead(b *testing.B) {
	var text strings.Builder
	text.WriteString("arrival_us,class,work_us\n")
	for i := range 100_000 {
		fmt.Fprintf(&text, "%d,function-%d,%d\n", i*1000, i%3, 100_000+i)
	}
	path := file(b, "x.csv", text.String())
	var a workloads.Arrival
	b.ReportAllocs()
	b.ResetTimer()
	for done := 0; done < b.N; {
		e, err := newEventReader(path, nil, false)
		if err != nil {
			b.Fatal(err)
		}
		for done < b.N {
			if ok, err := e.next(&a); err != nil {
				b.Fatal(err)
			} else if !ok {
				break
			}
			done++
		}
		e.l.close()
	}
}

// BenchmarkHold is the memory of a trace that is held for block replications:
// 3 million arrivals with work, size and two features.
func BenchmarkHold(b *testing.B) {
	const n = 3_000_000
	classes := []class{one("a", "http", "f", "g")}
	for b.Loop() {
		before := liveBytes()
		h := newHeld(n, classes)
		a := bare(0)
		for i := range n {
			a.At, a.Work, a.BytesIn = micros(int64(i)), micros(int64(i)), int64(i)
			h.add(&a)
		}
		b.ReportMetric(float64(liveBytes()-before)/1e6, "MB")
		runtime.KeepAlive(h)
	}
}

func liveBytes() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// BenchmarkPlace is the cost of an arrival that is made of a count.
func BenchmarkPlace(b *testing.B) {
	dir := filepath.Join(b.TempDir(), "x")
	w, err := create(dir, Header{Kind: Counts, BinUS: 60e6, SpanUS: 6000e6})
	if err != nil {
		b.Fatal(err)
	}
	w.classes = []class{one("a", "http"), one("b", "http")}
	for i := range int32(100) {
		w.count(bin{i, 0, 6000})
		w.count(bin{i, 1, 600})
	}
	if _, err := w.close(); err != nil {
		b.Fatal(err)
	}
	size, err := workloads.NewSize("constant", time.Second, 0, 0)
	if err != nil {
		b.Fatal(err)
	}
	made, err := Open(dir, Options{Replicate: None, Size: size})
	if err != nil {
		b.Fatal(err)
	}
	var a workloads.Arrival
	b.ReportAllocs()
	b.ResetTimer()
	for done := 0; done < b.N; {
		src, err := made.Open(uint64(done))
		if err != nil {
			b.Fatal(err)
		}
		for done < b.N && src.Next(&a) {
			done++
		}
	}
}
