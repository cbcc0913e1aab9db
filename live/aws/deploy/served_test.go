package deploy

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cnv/live/memnet"
)

// TestAwaitServes: a gateway whose instance runs is not there before its console says that
// it serves; where it does not within some minutes, or its instance ends, the error tells
// what the console says last.
func TestAwaitServes(t *testing.T) {
	for _, x := range []struct {
		name       string
		says       string        // the gateway
		after      time.Duration // and when
		ends       bool          // and ends then
		want       string        // in the error; "": it serves
		from, upto time.Duration // it is told then
	}{
		{"serves", "a / b: " + Serves + "10.0.0.1:8080, admin pages none\n", time.Minute, false, "", time.Minute, 70 * time.Second},
		{"silent", "", 0, false, "has not said", untilServes, untilServes + 10*time.Second},
		{"fails", "cnv: a function that is not of this deployment\n", time.Second, false, "; its console ends:\ncnv: a function that is not of this deployment", untilServes, untilServes + 10*time.Second},
		{"ends", "cnv: the budget is spent\n", time.Minute, true, "; its console ends:\ncnv: the budget is spent", time.Minute, 70 * time.Second},
	} {
		t.Run(x.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				config := fast()
				config.Host = machine(func(p *memnet.Program, out io.Writer, _, _ []string) (func(), error) {
					return func() {
						select {
						case <-time.After(x.after):
						case <-p.Asked.Done():
							return
						}
						fmt.Fprint(out, x.says)
						if !x.ends {
							<-p.Asked.Done()
						}
					}, nil
				})
				_, cfg := cloud(t, config)
				c, s := Connect(cfg), idleSpec(t, "test")
				if err := c.makes(t.Context(), s); err != nil {
					t.Fatal(err)
				}
				began := time.Now()
				_, i, err := c.Await(t.Context(), s, true)
				took := time.Since(began)
				if took < x.from-time.Second || took > x.upto {
					t.Errorf("told after %v, want %v to %v", took, x.from, x.upto)
				}
				if x.want == "" {
					if err != nil || i.ID == "" {
						t.Errorf("%+v: %v", i, err)
					}
				} else if err == nil || !strings.Contains(err.Error(), x.want) {
					t.Errorf("%v, want %q", err, x.want)
				}
				if err := c.EndInstances(t.Context(), s.Name); err != nil {
					t.Error(err)
				}
			})
		})
	}
}
