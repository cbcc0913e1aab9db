package operate

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cnv/live/aws/deploy"
)

// TestSaysWhereTheGatewayIs: with its public address, and who may call it.
func TestSaysWhereTheGatewayIs(t *testing.T) {
	i := &deploy.FoundInstance{ID: "i-1", Role: "gateway", Address: "10.0.0.4", Public: "198.51.100.9"}
	for _, x := range []struct {
		found deploy.Found
		says  []string
		not   string
	}{
		{deploy.Found{}, []string{"gateway i-1: http://198.51.100.9:8080, for nobody outside", "--allow", "inside its network http://10.0.0.4:8080"}, "admin"},
		{deploy.Found{Allowed: []string{"203.0.113.0/24"}, AllowedAdmin: []string{"203.0.113.7/32"}},
			[]string{"8080, for 203.0.113.0/24;", "https://198.51.100.9:8443/, for 203.0.113.7/32"}, "nobody"},
	} {
		var out strings.Builder
		sayGateway(&out, &x.found, i)
		for _, want := range x.says {
			if !strings.Contains(out.String(), want) || strings.Contains(out.String(), x.not) {
				t.Errorf("want %q, without %q:\n%s", want, x.not, out.String())
			}
		}
	}
}

// TestTellsOfLongSteps: a step that takes minutes is told of every half minute,
// until it ends.
func TestTellsOfLongSteps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		p := &progress{out: &out}
		p.begin(deploy.Step{Do: "bake", What: "image", Name: "cnv-main-1"})
		time.Sleep(70 * time.Second)
		p.begin(deploy.Step{Do: "create", What: "table", Name: "cnv-main"})
		time.Sleep(time.Second)
		p.end()
		time.Sleep(time.Minute)
		for _, want := range []string{"doing bake", "up to 10", "bake image: not done after 30s\n", "bake image: not done after 1m0s\n", "doing create    table          cnv-main\n"} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%q is not said:\n%s", want, out.String())
			}
		}
		if n := strings.Count(out.String(), "\n"); n != 4 {
			t.Errorf("%d lines, want 4:\n%s", n, out.String())
		}
	})
}
