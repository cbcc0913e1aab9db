package trace

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// BenchmarkImportCLF imports a compressed access log, and reports what it costs
// as a multiple of only unpacking and counting its lines.
func BenchmarkImportCLF(b *testing.B) {
	const lines = 200_000
	path := filepath.Join(b.TempDir(), "access.log.gz")
	writeAccessLog(b, path, lines)
	unpack := time.Duration(1 << 62)
	for range 3 {
		begin := time.Now()
		if n := countLines(b, path); n != lines {
			b.Fatalf("%d lines", n)
		}
		unpack = min(unpack, time.Since(begin))
	}
	i := 0
	for b.Loop() {
		if _, err := Import("clf", []string{path}, filepath.Join(b.TempDir(), fmt.Sprint(i)), ImportOptions{}); err != nil {
			b.Fatal(err)
		}
		i++
	}
	each := b.Elapsed() / time.Duration(i)
	b.ReportMetric(lines/each.Seconds(), "lines/s")
	b.ReportMetric(each.Seconds()/unpack.Seconds(), "x-unpacking")
}

// writeAccessLog writes lines as nginx does, in order of their ends.
func writeAccessLog(b *testing.B, path string, lines int) {
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	z := gzip.NewWriter(f)
	rng := rand.New(rand.NewPCG(1, 2))
	at := time.Date(2025, 3, 2, 10, 0, 0, 0, time.UTC)
	for range lines {
		at = at.Add(time.Duration(rng.ExpFloat64() * 1e7))
		fmt.Fprintf(z, "10.%d.%d.%d - - [%s] \"GET /item/%d?id=%d HTTP/1.1\" 200 %d \"https://shop.test/\" \"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0\" %.3f\n",
			rng.IntN(256), rng.IntN(256), rng.IntN(256), at.Format("02/Jan/2006:15:04:05 -0700"), rng.IntN(100), rng.IntN(100_000), rng.IntN(100_000), rng.ExpFloat64()/5)
	}
	if err := z.Close(); err != nil {
		b.Fatal(err)
	}
	f.Close()
}

// countLines is gzip -dc | wc -l.
func countLines(b *testing.B, path string) int {
	f, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		b.Fatal(err)
	}
	r := bufio.NewReaderSize(z, 1<<16)
	n := 0
	for {
		if _, err := r.ReadSlice('\n'); err == io.EOF {
			return n
		} else if err != nil {
			b.Fatal(err)
		}
		n++
	}
}
