package live

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cnv/policy"
)

// TestImpossibleCPU: what a worker says of CPU time is learnt from if its cores
// had so much, and else ignored, counted and told once.
func TestImpossibleCPU(t *testing.T) {
	for _, c := range []struct {
		says    string
		ignored int64
		want    string // predicted for the next request, µs: the prior of 100 ms counts as five measurements
	}{
		{"9223372036854775807", 3, ""}, {"250000", 3, ""}, {"200000", 0, "128571"}, {"115000", 0, "104286"}, {"-5", 0, ""}, {"", 0, ""},
	} {
		synctest.Test(t, func(t *testing.T) {
			var told bytes.Buffer
			cfg := testConfig(1)
			cfg.Pools[0].Cores = 2
			f := newFarm(t, cfg, func(o *Options, _ *Checks) { o.Log = slog.New(slog.NewTextHandler(&told, nil)) }, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				time.Sleep(100 * time.Millisecond)
				w.Header().Set("Cnv-Cpu-Us", c.says)
				io.WriteString(w, "ok")
			}))
			defer f.close()
			time.Sleep(time.Second)
			predicted := ""
			for i := range 3 {
				r, err := f.client.Post("http://gw:80/spin?ms="+strconv.Itoa(i), "", strings.NewReader("x"))
				if err != nil {
					t.Fatal(err)
				}
				r.Body.Close()
				predicted = r.Header.Get("Cnv-Predicted-Us")
			}
			if c.want == "" {
				c.want = "100000" // as before any request
			}
			if n := f.gateway.Unbelieved(); n != c.ignored || predicted != c.want {
				t.Errorf("%q: %d ignored, the third predicted to take %s; want %d, %s", c.says, n, predicted, c.ignored, c.want)
			}
			if n := strings.Count(told.String(), "Cnv-Cpu-Us"); n != min(int(c.ignored), 1) {
				t.Errorf("%q: told %d times:\n%s", c.says, n, told.String())
			}
		})
	}
}

// TestExecutedIsAllOrNothing: counts of a kernel are taken where all three are numbers that
// can be.
func TestExecutedIsAllOrNothing(t *testing.T) {
	for _, c := range []struct {
		instructions, blocks, calls string
		want                        policy.Executed
	}{
		{"5", "3", "1", policy.Executed{Instructions: 5, Blocks: 3, Calls: 1}},
		{"x", "3", "1", policy.Executed{}},
		{"5", "-3", "1", policy.Executed{}},
		{"5", "3", "", policy.Executed{}},
		{"5", "3", "9223372036854775807", policy.Executed{}},
	} {
		h := http.Header{"Cnv-Instructions": {c.instructions}, "Cnv-Blocks": {c.blocks}, "Cnv-Calls": {c.calls}}
		if got := executed(h); got != c.want {
			t.Errorf("%+v: %+v", c, got)
		}
	}
}
