package plan

import (
	"encoding"
	"reflect"
	"strings"
	"time"

	"cnv/workloads"
)

// A Table is a table of an experiment file with the keys that it takes.
type Table struct {
	Head string // "[cluster]", "[[workload]]"; "" the top of the file
	Doc  string
	Keys []Key
}

// A Key is one of them.
type Key struct {
	Key, Type string
	Axis      bool // a list of values makes a variant for each
	Doc       string
	Default   string // or "required"; "" there is none
}

// Tables is all keys of an experiment file but the parameters of generators and
// policies, for which there is [Parameters].
func Tables() []Table {
	return []Table{
		{"", "before the first table", keysOf(&topTable{})},
		{"[cluster]", "what all pools share; keys of [[pool]] may stand here too, for all pools or for the only one", keysOf(&clusterTable{})},
		{"[cluster.launch]", "the parts of boot, or [pool.launch]: a duration is the median, and varies by an assumed 20 %; what is not given takes no time", keysOf(&launchTable{})},
		{"[cluster.service]", "how workers serve where they are not all alike, or [pool.service]: in the simulator only, of which the control plane knows nothing", keysOf(&serviceTable{})},
		{"[[pool]]", "machines of one kind", keysOf(&poolTable{})},
		{"instance = { }", "a machine that is not of the catalog", plainKeys(&Instance{})},
		{"[functions]", "the function service; without the table there is none", keysOf(&functionsTable{})},
		{"[[function]]", "one of several functions, and which classes go to it; all keys of [functions] but concurrency and full may stand here too, and there for all; in the simulator", keysOf(&functionTable{})},
		{"[store]", "the table that measurements are recorded in: the simulator has none without it, a cloud always", keysOf(&storeTable{})},
		{"[bill]", "what the bill has beside workers, functions and the store; without the table it is nothing", keysOf(&billTable{})},
		{"[gateways]", "how many gateways share the workers, and what each sees of the others", keysOf(&gatewaysTable{})},
		{"[telemetry]", "how workers report their processor use", keysOf(&telemetryTable{})},
		{"[retry]", "repeated attempts of failed requests", keysOf(&retryTable{})},
		{"[client]", "clients that try again when they got no answer within timeout, or 429 or 5xx: each try is an arrival", keysOf(&clientTable{})},
		{"[account]", "what EC2 lets the account launch: no limits without it", keysOf(&accountTable{})},
		{"[[fault]]", "something that goes wrong with a worker, with its reports, with the store, a zone, or launches", keysOf(&faultTable{})},
		{"[[workload]]", "what arrives", keysOf(&workloadTable{})},
		{"[[workload]] generator", "beside the parameters of the generator: what its requests are", keysOf(&workloads.Requests{})},
		{"[[workload]] trace", "what is made of the recording", keysOf(&traceTable{})},
		{"[[policy]]", "a combination to compare; parameters of its parts stand in [policy.router_params] and so on", keysOf(partNames(), &policyTable{})},
		{"[[contrast]]", "a pair of policies whose difference the answer is to name", keysOf(&contrastTable{})},
		{"[[threshold]]", "the last value on an axis up to which a policy keeps a bound: a sentence of the answer", keysOf(&thresholdTable{})},
		{"[[share]]", "how much of the difference between two policies each other one makes up: a sentence of the answer", keysOf(&shareTable{})},
		{"[[reference]]", "what theory, or another study, has of a metric: a sentence of the answer", keysOf(&referenceTable{})},
		{"[[require]]", "a bound that the results have to keep, or compare ends with exit code 1", keysOf(&requireTable{})},
	}
}

// keysOf is the keys of pointers to structs. What stands behind the last
// semicolon of their text is the default.
func keysOf(targets ...any) []Key {
	var out []Key
	for _, f := range fields(targets...) {
		k := Key{Key: f.key, Type: typeOf(f.value.Type()), Axis: f.axis, Doc: f.doc}
		if i := strings.LastIndex(f.doc, "; "); i >= 0 {
			k.Doc, k.Default = f.doc[:i], f.doc[i+2:]
		}
		out = append(out, k)
	}
	return out
}

// plainKeys is the keys of an inline table, which takes no lists.
func plainKeys(target any) []Key {
	out := keysOf(target)
	for i := range out {
		out[i].Axis = false
	}
	return out
}

// typeOf names what a key takes.
func typeOf(t reflect.Type) string {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch reflect.Zero(t).Interface().(type) {
	case time.Duration:
		return "duration"
	case workloads.Dist, Lag:
		return "duration or distribution"
	case workloads.SizeKey:
		return "name or distribution"
	case Instance:
		return "name or table"
	case Count:
		return `integer, "auto" or distribution`
	case PerClass:
		return "number or table"
	case SLO, Prior:
		return "string or table"
	case NumbersOf:
		return "table of numbers"
	case ExpectedOf:
		return "table of words"
	case Delta:
		return "table of numbers"
	}
	if reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
		return "string"
	}
	switch {
	case t.Kind() == reflect.Bool:
		return "true or false"
	case t.Kind() == reflect.Slice:
		return "list of " + typeOf(t.Elem()) + "s"
	case t.Kind() == reflect.Float64:
		return "number"
	case t.Kind() == reflect.String:
		return "string"
	}
	return "integer"
}
