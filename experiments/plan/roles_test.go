package plan

import (
	"strings"
	"testing"

	"cnv/policy"
	"cnv/policy/admit"
	"cnv/policy/hedge"
	"cnv/policy/order"
)

// withRoles is a file whose policies name every role.
const withRoles = `question = "q"
[cluster]
instance = "c7g.large"
initial = 2
discipline = "fcfs"
gateway_queue = true
[[workload]]
generator = "poisson"
rate = 1
requests = 10
[[policy]]
name = "all"
router = "jsq"
admission = "bounded"
admission_params = { most = [7, 9] }
order = ["sjf", "none"]
hedge = "quantile"
hedge_params = { share = 0.02 }
[[policy]]
router = "jsq"
`

// TestOpenRolesAreNamed: roles that may stay open are named, have parameters and axes, may be
// changed while a run goes on, and go into the configuration; where they are open nothing says
// anything of them.
func TestOpenRolesAreNamed(t *testing.T) {
	p := parse(t, withRoles)
	var names []string
	for _, pol := range p.Policies {
		names = append(names, pol.Name)
	}
	want := "all order=sjf most=7, all order=sjf most=9, all order=none most=7, all order=none most=9, jsq"
	if got := strings.Join(names, ", "); got != want {
		t.Fatalf("policies %q, want %q", got, want)
	}
	var named, plain policy.Config
	p.Policies[1].Fresh(&named)
	p.Policies[4].Fresh(&plain)
	if a, ok := named.Admission.(*admit.Bounded); !ok || a.Most != 9 {
		t.Errorf("admission %+v, want bounded of 9", named.Admission)
	}
	if _, ok := named.Order.(*order.SJF); !ok {
		t.Errorf("order %+v, want sjf", named.Order)
	}
	if h, ok := named.Hedge.(*hedge.Quantile); !ok || h.Share != 0.02 || h.Of != 0.95 {
		t.Errorf("hedge %+v, want a quantile with a share of 0.02", named.Hedge)
	}
	if plain.Admission != nil || plain.Order != nil || plain.Hedge != nil {
		t.Errorf("open roles are filled: %+v", plain)
	}
	found := 0
	for _, s := range named.Settings {
		switch s.Name {
		case "admission_params.most", "order_params.ageing", "hedge_params.share", "hedge_params.of":
			found++
		}
	}
	if found != 4 {
		t.Errorf("%d of 4 parameters can be changed while a run goes on", found)
	}
	if d := p.Policies[1].describe(); d["admission"] != "bounded" || d["order_params"] == nil {
		t.Errorf("the manifest has %v", d)
	}
	for key := range p.Policies[4].describe() {
		if strings.HasPrefix(key, "admission") || strings.HasPrefix(key, "order") || strings.HasPrefix(key, "hedge") {
			t.Errorf("the manifest of a policy that leaves it open has %s", key)
		}
	}
}

// TestOrderWithoutALine: an order of requests that never wait at the gateway is noted.
func TestOrderWithoutALine(t *testing.T) {
	const note = "ranks only requests that wait at the gateway"
	for text, want := range map[string]int{withRoles: 0, strings.Replace(withRoles, "gateway_queue = true\n", "", 1): 2} {
		if got := strings.Count(strings.Join(parse(t, text).Notes(), "\n"), note); got != want {
			t.Errorf("noted %d times, want %d:\n%s", got, want, text)
		}
	}
}

// TestCoDelWithoutALine: likewise of an admission that is asked about what has waited.
func TestCoDelWithoutALine(t *testing.T) {
	const note = "refuses only requests that have waited at the gateway"
	codel := strings.Replace(withRoles, "admission = \"bounded\"\nadmission_params = { most = [7, 9] }\n", "admission = \"codel\"\n", 1)
	for text, want := range map[string]int{codel: 0, strings.Replace(codel, "gateway_queue = true\n", "", 1): 1} {
		if got := strings.Count(strings.Join(parse(t, text).Notes(), "\n"), note); got < want || want == 0 && got > 0 {
			t.Errorf("noted %d times, want %d:\n%s", got, want, text)
		}
	}
}

// TestKeepAliveNeedsFunctions: a keepalive is refused where no request goes to a function, and
// the function service's own keep_alive then does nothing.
func TestKeepAliveNeedsFunctions(t *testing.T) {
	const file = `question = "q"
[functions]
keep_alive = "5m"
[[workload]]
generator = "poisson"
rate = 1
requests = 10
[[policy]]
router = "jsq"
spill = "always"
keepalive = "histogram"
`
	if notes := strings.Join(parse(t, file).Notes(), "\n"); !strings.Contains(notes, "every policy of the file has a keepalive, which decides it") {
		t.Errorf("notes: %s", notes)
	}
	_, err := Policies("x.toml", strings.Replace(file, `spill = "always"`, `spill = "never"`, 1))
	if err == nil || !strings.Contains(err.Error(), `policy.keepalive: "histogram" is for environments of functions`) {
		t.Errorf("without functions: %v", err)
	}
}
