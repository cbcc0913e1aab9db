package trace

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// notes are the doubts that readers of results must know. sums are the digests of
// the files as they are.
func (r *recording) notes(s *survey, sums map[string]string) []string {
	out := slices.Clone(r.header.Notes)
	for _, name := range sortedNames(sums) {
		if claimed, ok := r.header.Files[name]; ok && claimed != sums[name] {
			out = append(out, fmt.Sprintf("%s is not what trace.json says: it was changed after it was written", name))
		}
	}
	if note := r.workNote(s); note != "" {
		out = append(out, note)
	}
	if note := r.spreadNote(); note != "" && r.o.Spread != SpreadUniform {
		out = append(out, note)
	}
	switch {
	case r.o.Replicate == Local && r.replicates() != Local:
		out = append(out, r.local().noneNote())
	case r.replicates() == Blocks:
		if note := r.trendNote(); note != "" {
			out = append(out, note)
		}
		if asked := r.o.Block; asked > 0 && asked != r.block() {
			out = append(out, fmt.Sprintf("block = %v does not divide the trace: windows of %v cover all of it", asked, r.block()))
		}
	}
	return out
}

// assumed is how what was not recorded is made up, and how replications are drawn.
func (r *recording) assumed(s *survey) []string {
	var out []string
	for _, t := range r.header.Transformations {
		out = append(out, "transformed: "+t)
	}
	if len(r.header.Synthesised) > 0 {
		out = append(out, "synthesised, not recorded: "+strings.Join(r.header.Synthesised, ", "))
	}
	if r.o.Where != "" {
		out = append(out, fmt.Sprintf("only the arrivals with %s, %d of them, from the first on", r.o.Where, s.records))
	}
	if r.note != "" {
		out = append(out, r.note)
	}
	if r.header.Kind == Counts {
		p := string(r.o.Placement)
		if p == "" {
			p = "uniform (timer-phase for timers)"
		}
		out = append(out, fmt.Sprintf("recorded were counts per %v; arrivals within a bin are placed: %s", micros(r.header.BinUS), p))
	}
	if r.o.Spread == SpreadUniform {
		out = append(out, r.spreadNote())
	}
	switch r.replicates() {
	case Local:
		out = append(out, r.local().note())
	case Blocks:
		out = append(out, fmt.Sprintf("replications are block bootstraps of %d windows of %v", r.windows(), r.block()))
	case Thin:
		out = append(out, r.local().note(), fmt.Sprintf("replications keep each arrival of them with probability %v, and the recording itself is thinned once: the load is %v of what was recorded", r.o.Thin, r.o.Thin))
	}
	return out
}

// workNote says where work comes from that was not recorded.
func (r *recording) workNote(s *survey) string {
	missing := s.records - s.works
	which := ""
	if s.works > 0 {
		which = fmt.Sprintf(" of %d of %d requests", missing, s.records)
	}
	switch {
	case s.made > 0:
		text := fmt.Sprintf("the work of %d of %d requests was not recorded: it is made by work = %q", s.made, s.records, r.o.Work)
		if r.o.Work.uses("duration") {
			text += "; durations were measured under load: they include waiting, the network and slow clients, so work is at most that"
		}
		return text + s.nothingNote() + r.restNote(s)
	case missing == 0 && r.o.Work != nil:
		return "all work is recorded: the formula of work was not needed"
	case missing == 0 && r.o.Size != nil:
		return "all work is recorded: the size was not needed"
	case missing == 0:
		return ""
	case r.o.Size != nil && r.o.WorkFrom == "":
		return "work" + which + " is drawn from a distribution, not recorded"
	case r.o.Size != nil:
		timed := r.timed(s)
		return fmt.Sprintf("the work of %d of %d requests was not recorded: of %d recorded wall durations are taken for it, of %d it is drawn from the size", missing, s.records, timed, missing-timed)
	}
	return "recorded wall durations" + which + " are taken for work: they include waiting, and averages understate the spread"
}

// nothingNote says that a formula makes no work of most requests.
func (s *survey) nothingNote() string {
	switch {
	case s.nothing == s.made:
		return "; it comes to 0 for all of them, so that nothing is computed: is a unit, a sign or a name wrong?"
	case 2*s.nothing > s.made:
		return fmt.Sprintf("; it comes to 0 for %d of them: is a unit or a sign wrong?", s.nothing)
	}
	return ""
}

// restNote says where the work comes from that the formula could not make.
func (r *recording) restNote(s *survey) string {
	rest := s.records - s.works
	switch {
	case rest == 0:
		return ""
	case r.o.Size != nil && r.o.WorkFrom == "":
		return fmt.Sprintf("; of %d it could not be made, and is drawn from the size", rest)
	}
	return fmt.Sprintf("; of %d it could not be made: %d have it from durations", rest, r.timed(s))
}

// fileDigests are the digests of the files that a replay reads, as they are
// now.
func (r *recording) fileDigests() (map[string]string, error) {
	sums := map[string]string{}
	files := []string{r.path}
	if r.classFile != "" {
		files = append(files, r.classFile)
	}
	for _, path := range files {
		sum, err := fileDigest(path)
		if err != nil {
			return nil, err
		}
		sums[filepath.Base(path)] = sum
	}
	return sums, nil
}

// digest is a hash of all that determines the arrivals but the seed.
func (r *recording) digest(sums map[string]string) string {
	size := ""
	if r.o.Size != nil {
		size = fmt.Sprint(r.o.Size)
	}
	h := &r.header
	if h.EndStepUS > 0 {
		size += fmt.Sprint(" end_step_us=", h.EndStepUS)
	}
	return textDigest(fmt.Sprint(h.Kind, h.SpanUS, h.BinUS, sums, size, r.o.WorkFrom, r.o.Placement, r.o.Replicate, r.o.Block, r.o.Thin, r.o.Where, r.o.Spread) + r.note + r.o.Work.String())
}
