package calibrate

import (
	"bytes"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"

	"cnv/policy"
	"cnv/policy/journal"
)

// dropped are the tables of an experiment that are about its own workloads and question.
var dropped = []string{"workload", "contrast", "threshold", "share", "reference", "require"}

// droppedKeys are keys at the top that are about its own workloads and question.
var droppedKeys = []string{"hypothesis", "replicate", "block", "thin", "worlds", "live_seeds", "seed", "seeds", "after", "steady", "primary", "delta", "question"}

// A World is an experiment file with the fitted values in it.
type World struct {
	Trace string // path of the recorded arrivals, from the file
	Seeds int
	root  map[string]any
	fits  *Fits
	of    string
}

// NewWorld is the experiment of a journal with what was fitted.
func NewWorld(h *journal.Header, cfg policy.Config, f *Fits) (*World, error) {
	root, err := ReadFile(h.Experiment)
	if err != nil {
		return nil, err
	}
	for _, key := range slices.Concat(dropped, droppedKeys) {
		delete(root, key)
	}
	w := &World{Trace: "trace", Seeds: 20, root: root, fits: f, of: fmt.Sprintf("%s / %s, seed %d", h.Workload, h.Policy, h.Seed)}
	if err := w.pin(h.Workload); err != nil {
		return nil, err
	}
	if c, ok := root["client"].(map[string]any); ok {
		delete(root, "client")
		if n, _ := c["retry"].(int64); n > 0 {
			f.lacks("client", "clients tried again, and their tries are among the arrivals of the journal: whether they would have under another policy is not known")
		}
	}
	for p := range cfg.Pools {
		if !root.overrides(h.Policy, "initial") { // else the file's own is for the others
			w.pool(p)["initial"] = int64(cfg.Pools[p].Initial)
		}
	}
	for _, fit := range f.Known {
		w.settle(fit)
	}
	return w, nil
}

// Add adds a policy to the file, as like another one of it but for its router. It is an
// error if there is no such other one.
func (w *World) Add(router, like string) error {
	policies, _ := w.root["policy"].([]map[string]any)
	names := w.Policies()
	if i := slices.Index(names, like); i >= 0 {
		w.root["policy"] = append(policies, rerouted(policies[i], router))
		return nil
	}
	if i := slices.IndexFunc(names, func(name string) bool { return strings.HasPrefix(like, name+" ") }); i >= 0 {
		other := rerouted(policies[i], router)
		w.root["policy"] = append(policies, other)
		return pinTable("policy.", other, like)
	}
	return fmt.Errorf("the journal's experiment has no [[policy]] %q that one with another router could be made of", like)
}

// rerouted is a copy of the table of a policy with another router.
func rerouted(p map[string]any, router string) map[string]any {
	other := copied(p)
	delete(other, "router_params")
	other["name"], other["router"] = router, router
	return other
}

// Policies are the names of the policies.
func (w *World) Policies() []string {
	var out []string
	policies, _ := w.root["policy"].([]map[string]any)
	for _, p := range policies {
		out = append(out, nameOf(p))
	}
	return out
}

// Take adds the policies of another experiment file, and returns their names. One of a
// name that is there is the same if all its keys are; else the file's name is added to it.
func (w *World) Take(text, file string) (names []string, err error) {
	var other struct {
		Policy []map[string]any `toml:"policy"`
	}
	if _, err := toml.Decode(text, &other); err != nil {
		return nil, err
	}
	policies, _ := w.root["policy"].([]map[string]any)
	here := w.Policies()
	for _, p := range other.Policy {
		name := nameOf(p)
		i := slices.Index(here, name)
		if i >= 0 && reflect.DeepEqual(policies[i], p) {
			names = append(names, name)
			continue
		}
		if i >= 0 {
			p = copied(p)
			name += " of " + strings.TrimSuffix(filepath.Base(file), ".toml")
			p["name"] = name
		}
		names, policies = append(names, name), append(policies, p)
	}
	w.root["policy"] = policies
	return names, nil
}

// nameOf is the name of the policy of a table.
func nameOf(p map[string]any) string {
	if name, ok := p["name"].(string); ok {
		return name
	}
	name, _ := p["router"].(string)
	return name
}

// pool is the table in which the keys of a pool stand.
func (w *World) pool(p int) map[string]any {
	if pools, ok := w.root["pool"].([]map[string]any); ok && p < len(pools) {
		return pools[p]
	}
	return w.table("cluster")
}

// table is one at the top, made if it is not there.
func (w *World) table(name string) map[string]any {
	if t, ok := w.root[name].(map[string]any); ok {
		return t
	}
	t := map[string]any{}
	w.root[name] = t
	return t
}

// fault is the n-th [[fault]], made if it is the next one.
func (w *World) fault(n int) map[string]any {
	all, _ := w.root["fault"].([]map[string]any)
	if n == len(all) {
		all = append(all, map[string]any{})
		w.root["fault"] = all
	}
	return all[n]
}

// at is the table of a path such as cluster.launch or pool.0.
func (w *World) at(path string) map[string]any {
	parts := strings.Split(path, ".")
	t := w.root
	if n, err := strconv.Atoi(parts[min(1, len(parts)-1)]); err == nil { // made by poolTable or fitLosses
		of := w.pool
		if parts[0] == "fault" {
			of = w.fault
		}
		t, parts = of(n), parts[2:]
	}
	for _, part := range parts {
		below, ok := t[part].(map[string]any)
		if !ok {
			below = map[string]any{}
			t[part] = below
		}
		t = below
	}
	return t
}

// A fitted is a value that was fitted: TOML, with what is said of it. It stands in the tree
// of keys beside those of the file.
type fitted struct{ text, says string }

// settle puts a fit into the tree.
func (w *World) settle(f Fit) {
	t := w.at(f.Table)
	says := policy.Count(f.N, "observation") + ": " + f.Says
	if f.Value == "" { // the file's own value is kept, if it has one
		if is, ok := t[f.Key]; ok {
			t[f.Key] = kept{is, says}
		}
		return
	}
	if f.Key == "instance" { // the catalog's extras are the type's
		if _, ok := t["ebs_gb"]; !ok {
			if _, named := t["instance"].(string); named {
				t["ebs_gb"] = int64(8)
			}
		}
	}
	if strings.HasSuffix(f.Table, ".launch") {
		delete(w.at(strings.TrimSuffix(f.Table, ".launch")), "boot") // short for the parts
	}
	t[f.Key] = fitted{f.Value, says}
}

// A kept is the file's own value of which something is said.
type kept struct {
	value any
	says  string
}

// Text is the file.
func (w *World) Text() (string, error) {
	b := &writer{}
	b.line("# The world of %s, fitted to what its gateway has seen.", w.of)
	b.line("# A line above a key says from how many observations, by which estimator, and how sure")
	b.line("# (95 %% intervals in brackets). All other keys are those of the journal's experiment.")
	if len(w.fits.Unknown) > 0 {
		b.line("#\n# What the observations do not tell, so it is as it was:")
	}
	for _, u := range w.fits.Unknown {
		b.line("#   %s: %s", u.Key, u.Why)
	}
	b.line("")
	b.line("question = %q", "What would other policies have done with these arrivals, in this world?")
	b.line("seeds = %d", w.Seeds)
	b.line("replicate = \"draws\"   # these arrivals: intervals are about what machines and policies draw")
	b.line("worlds = 0")
	w.root["workload"] = []map[string]any{{"name": "recorded", "trace": w.Trace}}
	b.table("", w.root)
	if b.err != nil {
		return "", b.err
	}
	return b.String(), nil
}

// A writer writes tables as TOML with comments.
type writer struct {
	bytes.Buffer
	err error
}

// line writes a line.
func (b *writer) line(format string, args ...any) { fmt.Fprintf(b, format+"\n", args...) }

// table writes the keys of a table, then the tables below it.
func (b *writer) table(path string, t map[string]any) {
	keys := slices.Sorted(maps.Keys(t))
	for _, key := range keys {
		switch x := t[key].(type) {
		case map[string]any, []map[string]any:
		case fitted:
			b.line("# %s\n%s = %s", x.says, key, x.text)
		case kept:
			b.line("# %s", x.says)
			b.value(key, x.value)
		default:
			b.value(key, x)
		}
	}
	for _, key := range keys {
		switch x := t[key].(type) {
		case map[string]any:
			if !onlyTables(x) { // else theirs say it
				b.line("\n[%s%s]", path, key)
			}
			b.table(path+key+".", x)
		case []map[string]any:
			for _, below := range x {
				b.line("\n[[%s%s]]", path, key)
				b.table(path+key+".", below)
			}
		}
	}
}

// onlyTables says whether a table has others below it and nothing else.
func onlyTables(t map[string]any) bool {
	for _, x := range t {
		if _, below := x.(map[string]any); !below {
			return false
		}
	}
	return len(t) > 0
}

// value writes a key with a value of the decoder's; a table of scalars within braces.
func (b *writer) value(key string, v any) {
	if t, ok := v.(map[string]any); ok {
		var inside writer
		inside.table("", t)
		b.line("%s = { %s }", key, strings.Join(strings.Split(strings.TrimSpace(inside.String()), "\n"), ", "))
		return
	}
	e := toml.NewEncoder(b)
	e.Indent = ""
	if err := e.Encode(map[string]any{key: v}); err != nil && b.err == nil {
		b.err = fmt.Errorf("%s: %w", key, err)
	}
}
