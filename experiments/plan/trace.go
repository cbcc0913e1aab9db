package plan

import (
	"errors"
	"io/fs"
	"path/filepath"
	"time"

	"cnv/workloads"
	"cnv/workloads/trace"
)

// A traceTable is the keys of [[workload]] that only traces have.
type traceTable struct {
	Replicate string            `toml:"replicate" doc:"overrides the key at the top"`
	Block     time.Duration     `toml:"block" doc:"overrides the key at the top"`
	Thin      float64           `toml:"thin" doc:"overrides the key at the top"`
	Where     string            `toml:"where" doc:"only arrivals whose attributes are these, such as \"scenario=burst\", from the first on"`
	Inputs    float64           `toml:"inputs" axis:"no" doc:"live: send the scenes and pictures of trace record themselves, at the --scale that it was given, instead of requests that take as long"`
	Spread    string            `toml:"spread" doc:"instants within the resolution of the recorder, whole seconds say: \"uniform\" or \"none\"; uniform where it is so coarse that several arrivals have the same instant"`
	LoadBy    string            `toml:"load_by" doc:"what load is: \"users\", so many independent users for each one, or \"time\", the same users in less time; users"`
	Placement string            `toml:"placement" doc:"arrivals within a bin of counts: uniform, even, burst, on-off or timer-phase; uniform, and timer-phase for timers"`
	WorkFrom  string            `toml:"work_from" doc:"\"duration\" takes recorded wall durations for work that was not recorded"`
	Work      string            `toml:"work" doc:"a formula for work that was not recorded, CPU time on the reference vCPU: of duration, bytes_in, bytes_out, memory_kib and features, such as \"0.2ms * tokens_in + 5ms * tokens_out\" or \"min(duration - 5ms, 2s)\""`
	Size      workloads.SizeKey `toml:"size" doc:"distribution of work that was not recorded: constant, exponential, lognormal or pareto, or { dist = ... } such as { dist = \"empirical\", samples = \"times.csv\", column = \"cpu_ms\" }"`
	MeanWork  time.Duration     `toml:"mean_work" doc:"mean of size"`
	CV2       float64           `toml:"cv2" doc:"squared coefficient of variation of size"`
	Alpha     float64           `toml:"alpha" doc:"tail index of size = \"pareto\"; 1.1"`
}

// placements is the names of the rules for arrivals within a bin.
var placements = []string{
	string(trace.Uniform), string(trace.Even), string(trace.Burst), string(trace.OnOff), string(trace.TimerPhase),
}

// replications is what may differ between replications of a trace.
var replications = []string{trace.Local, trace.Blocks, trace.Thin, trace.None, trace.Draws}

// The ways to more load.
const (
	byUsers = "users"
	byTime  = "time"
)

// readTrace opens a recorded workload.
func (r *reader) readTrace(w *Workload, common *workloadTable, q *traceTable, top topTable) {
	w.Name = common.Name
	if w.Name == "" {
		w.Name = stem(common.Trace)
	}
	if !r.decode(w.table, nil, common, q) {
		return
	}
	q.inherit(w.table, top)
	before := len(r.problems)
	at := func(key string) string { return join(w.table.path, key) }
	r.wrong(!contains(replications, q.Replicate), at("replicate"), "unknown kind %q%s", q.Replicate, hint(q.Replicate, replications))
	r.wrong(q.Block < 0, at("block"), "%v, must be positive", q.Block)
	r.wrong(!(q.Thin > 0 && q.Thin <= 1), at("thin"), "%v, must be in (0, 1]", q.Thin)
	r.wrong(q.Placement != "" && !contains(placements, q.Placement), at("placement"), "unknown rule %q%s", q.Placement, hint(q.Placement, placements))
	for _, k := range []struct {
		key, value string
		known      []string
	}{{"spread", q.Spread, []string{trace.SpreadUniform, trace.SpreadNone}}, {"load_by", q.LoadBy, []string{byUsers, byTime}}} {
		r.wrong(k.value != "" && !contains(k.known, k.value), at(k.key), "unknown rule %q%s", k.value, hint(k.value, k.known))
	}
	r.wrong(q.WorkFrom != "" && q.WorkFrom != "duration", at("work_from"), "unknown source %q%s", q.WorkFrom, hint(q.WorkFrom, []string{"duration"}))
	r.wrong(!(q.Inputs >= 0 && q.Inputs <= 10), at("inputs"), "%v, must be a scale up to 10, or 0 for none", q.Inputs)
	r.wrong(common.Trace == "", at("trace"), "empty: give the file or folder of a trace")
	size := r.readSize(w.table, q)
	formula := r.readFormula(at("work"), q.Work)
	if len(r.problems) > before {
		return
	}
	path := r.tracePath(common.Trace)
	o := trace.Options{
		Name: w.Name, Size: size, WorkFrom: q.WorkFrom, Work: formula, Placement: trace.Placement(q.Placement),
		Where: q.Where, Slice: r.slice, Spread: q.Spread, Replicate: q.Replicate, Block: q.Block, Thin: q.Thin,
	}
	var made *workloads.Workload
	var err error
	if top.Prior.Train > 0 {
		err = r.learnFromStart(w, path, &o, top.Prior.Train)
	}
	if err == nil && len(r.problems) == before {
		made, err = trace.Open(path, o)
	}
	for _, e := range flatten(err) {
		where := ""
		if errors.Is(e, fs.ErrNotExist) {
			where = " (traces are relative to the folder of the experiment file)"
		}
		r.problem(at("trace"), "%v%s", e, where)
	}
	if w.Made, w.Inputs = made, q.Inputs; made != nil {
		w.scaled = func(load float64) (*workloads.Workload, error) {
			if q.LoadBy == byTime {
				return made.AtPace(load * common.Load), nil
			}
			return made.AtLoad(load * common.Load), nil
		}
		w.Made, _ = w.scaled(1)
	}
}

// readFormula reads a formula of work; nil if there is none.
func (r *reader) readFormula(path, text string) *trace.Formula {
	if text == "" {
		return nil
	}
	f, err := trace.ParseFormula(text)
	r.wrong(err != nil, path, "%v", err)
	return f
}

// tracePath is where a trace is that the file names.
func (r *reader) tracePath(name string) string {
	if path := filepath.FromSlash(name); trace.IsShipped(path) || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(r.dir, filepath.FromSlash(name))
}

// inherit takes what the table does not say from the keys at the top.
func (q *traceTable) inherit(t table, top topTable) {
	if !t.has("replicate") {
		q.Replicate = top.Replicate
	}
	if !t.has("block") {
		q.Block = top.Block
	}
	if !t.has("thin") {
		q.Thin = top.Thin
	}
}

// readSize makes the distribution of work that was not recorded; nil if the
// table gives none.
func (r *reader) readSize(t table, q *traceTable) workloads.Size {
	if !q.Size.Given() {
		for _, key := range []string{"mean_work", "cv2", "alpha"} {
			r.wrong(t.has(key), join(t.path, key), "needs size (one of %s)", list(workloads.SizeLaws()))
		}
		return nil
	}
	size, err := q.Size.Law(q.MeanWork, q.CV2, q.Alpha)
	r.blame(t, err)
	return size
}
