package answer

import (
	"slices"
	"strings"

	"cnv/results/words"
)

// Leaving is what clients of a workload do that are not served, and what becomes of the
// work for those that have left. It is of the experiment file; whether any client left is
// asked of the runs.
type Leaving struct {
	Workload  string `json:"workload"`
	Abandoned string `json:"abandoned"`           // the key: "stops", "finishes" or "runs on"; "" where it does nothing
	Retry     int    `json:"retry"`               // tries after the first
	Attempts  bool   `json:"attempts"`            // the gateway gives attempts up that take too long, and tells the server
	Functions bool   `json:"functions,omitempty"` // functions may serve, which run on
	Patient   bool   `json:"patient,omitempty"`   // no client leaves before its answer
}

// servers is what servers do with the work that nobody waits for, as the key abandoned
// says; "" where nothing is cancelled at a server.
//
// "finish what they have begun for clients that have left, and drop what waits for a core"
func (l *Leaving) servers() string {
	gone, whom := l.gone()
	switch l.Abandoned {
	case "stops":
		return "stop working for " + whom
	case "finishes":
		return "finish what they have begun for " + whom + ", and drop what waits for a core"
	case "runs on":
		return "do not notice that " + gone + ", and do all the work for them"
	}
	return ""
}

// gone is whose work may be wanted no more: what has happened to them, and who they are.
// Both follow the verb, or the "for", of the sentence of servers: "clients have left",
// "clients that have left".
func (l *Leaving) gone() (happened, whom string) {
	switch {
	case l.Attempts && l.Patient:
		return "attempts were given up", "attempts that were given up"
	case l.Attempts:
		return "clients have left or attempts were given up", "clients that have left and for attempts that were given up"
	}
	return "clients have left", "clients that have left"
}

// leavingAnswer says on which assumptions about clients and servers the numbers rest, where
// clients left or attempts were given up; "" where none did.
//
// "Servers stop working for clients that have left (abandoned = "stops"); clients do not try again
// (client.retry = 0)."
//
// Workloads of which the same is so are told together, and named only where there are
// several kinds.
func leavingAnswer(fs Findings, all []Leaving) string {
	var said []Leaving // one of each kind
	var where [][]string
	for _, l := range all {
		if !fs.leaves(&l) {
			continue
		}
		i := slices.IndexFunc(said, func(k Leaving) bool {
			return k.Abandoned == l.Abandoned && k.Retry == l.Retry && k.Attempts == l.Attempts && k.Functions == l.Functions && k.Patient == l.Patient
		})
		if i < 0 {
			said, where, i = append(said, l), append(where, nil), len(said)
		}
		where[i] = append(where[i], l.Workload)
	}
	text := ""
	for i, l := range said {
		if i > 0 {
			text += " "
		}
		servers := "" // nothing is cancelled at a server
		if does := l.servers(); does != "" {
			servers = "servers " + does + " (abandoned = \"" + l.Abandoned + "\"); "
		}
		if l.Functions && (l.Attempts || !l.Patient) {
			_, gone := l.gone()
			servers += "functions run on, and are billed, for " + gone + "; "
		}
		sentence := servers + "clients "
		if len(said) > 1 {
			text += "On " + words.Listed(where[i]) + ": " + sentence
		} else {
			text += strings.ToUpper(sentence[:1]) + sentence[1:]
		}
		if l.Retry == 0 {
			text += "do not try again (client.retry = 0)."
		} else {
			text += "that were not served try again, up to " + words.Count(l.Retry, "time", "times") + " (client.retry): a user is served if one of the tries is, within the bound from the first."
		}
	}
	return text
}

// leaves says whether clients of a workload left, tried again, or had attempts that were
// given up, under any policy. An attempt that was given up shows as a retry, or as a
// failure after the last.
func (fs Findings) leaves(l *Leaving) bool {
	positive := func(metric string) bool {
		return slices.ContainsFunc(fs, func(f Finding) bool { return f.workload == l.Workload && f.Metric == metric && f.Value.Mean > 0 })
	}
	if positive("timed_out") || l.Attempts && (positive("retries") || positive("failed")) {
		return true
	}
	return l.Retry > 0 && (positive("rejected") || positive("failed"))
}
