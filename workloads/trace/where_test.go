package trace

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cnv/workloads"
)

const bursts = `arrival_us,class,work_us,attr
10,a,100,scenario=calm;input=x
20,a,200,scenario=burst;input=x
25,b,300,scenario=burst;input=y
90,a,400,scenario=calm;input=y
99,b,500,scenario=burst;input=x
`

func writeBursts(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "bursts.csv")
	if err := os.WriteFile(file, []byte(bursts), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestWhere: only what has the attributes arrives, its time begins with the
// first of it, and the span, the load and the digest are those of the part.
func TestWhere(t *testing.T) {
	file := writeBursts(t)
	digests := map[string]string{}
	for _, c := range []struct {
		where string
		at    []int // µs
		work  time.Duration
	}{
		{"", []int{10, 20, 25, 90, 99}, 1500},
		{"scenario=burst", []int{0, 5, 79}, 1000},
		{"scenario=calm", []int{0, 80}, 500},
		{"scenario=burst;input=x", []int{0, 79}, 700},
		{"input=y;scenario=burst", []int{0}, 300},
	} {
		for _, replicate := range []string{None, Blocks} {
			w, err := Open(file, Options{Where: c.where, Replicate: replicate})
			if err != nil {
				t.Fatalf("%q: %v", c.where, err)
			}
			if other := digests[w.Digest]; other != "" {
				t.Errorf("%q %s has the digest of %s", c.where, replicate, other)
			}
			digests[w.Digest] = c.where + replicate
			if replicate == Blocks { // the windows are of the part, drawn again
				if w.Span > time.Duration(c.at[len(c.at)-1]+20)*time.Microsecond*2 {
					t.Errorf("%q: blocks span %v", c.where, w.Span)
				}
				continue
			}
			src, err := w.Open(1)
			if err != nil {
				t.Fatal(err)
			}
			var a workloads.Arrival
			var work time.Duration
			n := 0
			for src.Next(&a) {
				if n >= len(c.at) || a.At != time.Duration(c.at[n])*time.Microsecond {
					t.Errorf("%q: arrival %d at %v, want %v µs", c.where, n, a.At, c.at)
				}
				work += a.Work
				n++
			}
			if src.Err() != nil || n != len(c.at) || work != c.work*time.Microsecond {
				t.Errorf("%q: %d arrivals with %v of work, %v; want %d with %v µs", c.where, n, work, src.Err(), len(c.at), c.work)
			}
			if want := time.Duration(c.at[n-1]+1) * time.Microsecond; w.Span != want {
				t.Errorf("%q: span %v, want %v", c.where, w.Span, want)
			}
		}
	}
}

// TestWhereRefuses: with what there is instead.
func TestWhereRefuses(t *testing.T) {
	for where, want := range map[string]string{
		"scenario":               "want attribute=value",
		"scenario=":              "want attribute=value",
		"scenario=brust":         "nearest values of scenario are burst",
		"scenery=burst":          "no arrival has an attribute scenery",
		"scenario=calm;input=z":  "nearest values of input are",
		"scenario=burst;;":       "want attribute=value",
		"scenario=calm;class=xx": "no arrival has an attribute class",
	} {
		_, err := Open(writeBursts(t), Options{Where: where})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "bursts.csv") {
			t.Errorf("%q: %v, want %q", where, err, want)
		}
	}
}
