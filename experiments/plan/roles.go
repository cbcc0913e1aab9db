package plan

import (
	"reflect"
	"strings"

	"cnv/policy"
	"cnv/policy/admit"
	"cnv/policy/estimate"
	"cnv/policy/health"
	"cnv/policy/hedge"
	"cnv/policy/keepalive"
	"cnv/policy/order"
	"cnv/policy/route"
	"cnv/policy/scale"
	"cnv/policy/spill"
)

// A Role is what a policy can be responsible for, with the policies there are.
type Role struct {
	Name  string // the key in [[policy]], and the prefix of "_params"
	Specs []policy.Spec

	doc      string // of the key, one line
	standard string // the policy of a file that names none; "": one has to be named
	// fill puts a part into a configuration; one that is no policy of the role leaves it open.
	fill func(c *policy.Config, part any)
}

// Roles is all roles in the order in which a request meets them; those that may stay open
// come last. A role is added by a line here and a field of [policy.Config].
var Roles = []Role{
	{"estimator", estimate.Specs, "how much work a request will be", "mean",
		func(c *policy.Config, part any) { c.Estimator, _ = part.(policy.Estimator) }},
	{"router", route.Specs, "which worker a request would run on", "",
		func(c *policy.Config, part any) { c.Router, _ = part.(policy.Router) }},
	{"spill", spill.Specs, "worker, function or queue", "never",
		func(c *policy.Config, part any) { c.Spill, _ = part.(policy.Spill) }},
	{"scaler", scale.Specs, "how many workers", "fixed",
		func(c *policy.Config, part any) { c.Scaler, _ = part.(policy.Scaler) }},
	{"admission", orNone("every request is taken", admit.Specs), "which requests are refused (429), on arrival or after they have waited", none,
		func(c *policy.Config, part any) { c.Admission, _ = part.(policy.Admission) }},
	{"order", orNone("first come, first served", order.Specs), "which of the requests that wait at the gateway is next", none,
		func(c *policy.Config, part any) { c.Order, _ = part.(policy.Order) }},
	{"hedge", orNone("no second copy of a request is sent", hedge.Specs), "when a second copy of a request is sent to another worker", none,
		func(c *policy.Config, part any) { c.Hedge, _ = part.(policy.Hedge) }},
	{"health", orNone("no worker is taken out of service for how it answers", health.Specs), "which workers get no requests for a while, as requests fail there", none,
		func(c *policy.Config, part any) { c.Health, _ = part.(policy.Health) }},
	{"keepalive", orNone("the function service keeps idle environments for keep_alive of [functions]", keepalive.Specs), "how long idle environments of functions stay loaded; simulator only, as AWS Lambda decides itself", none,
		func(c *policy.Config, part any) { c.KeepAlive, _ = part.(policy.KeepAlive) }},
}

// none is the name of the part that leaves its role open.
const none = "none"

// An open part leaves its role to the Controller.
type open struct{}

// orNone puts the open part before the policies of a role; doc says what happens under it.
func orNone(doc string, specs []policy.Spec) []policy.Spec {
	return append([]policy.Spec{{Name: none, Doc: doc, Stable: true, New: func() any { return &open{} }}}, specs...)
}

// partNames is a pointer to a struct with a text for each role, the standard one: the keys
// of [[policy]] that name its parts.
func partNames() any {
	var keys []reflect.StructField
	for _, role := range Roles {
		standard := role.standard
		if standard == "" {
			standard = "required"
		}
		tag := `toml:"` + role.Name + `" doc:"` + role.doc + "; " + standard + `"`
		keys = append(keys, reflect.StructField{
			Name: strings.ToUpper(role.Name[:1]) + role.Name[1:], Type: reflect.TypeFor[string](), Tag: reflect.StructTag(tag),
		})
	}
	names := reflect.New(reflect.StructOf(keys))
	for i, role := range Roles {
		names.Elem().Field(i).SetString(role.standard)
	}
	return names.Interface()
}

// part is the policy of a role, fresh, with its parameters set.
func (p *Policy) part(role string) any { return p.roles[role].make() }

// open says whether a role is left to the Controller.
func (p *Policy) open(role string) bool { return p.names[role] == none }
