package calibrate

import (
	"encoding/json"
	"fmt"
	"time"
)

// A Smoke is the record of a smoke test of an account: how long each thing took once.
type Smoke struct {
	Version  int       `json:"version"`
	Cloud    string    `json:"cloud"` // "local": a rehearsal, which measured a machine and not AWS
	Region   string    `json:"region"`
	Type     string    `json:"type"`
	MemoryMB int       `json:"memory_mb"`
	Began    time.Time `json:"began"`
	PollS    float64   `json:"poll_s"`
	Took     []struct {
		What string  `json:"what"`
		S    float64 `json:"s"`
	} `json:"took"`
}

// ReadSmoke reads a record; ok is false of anything else.
func ReadSmoke(text []byte) (s *Smoke, ok bool) {
	s = &Smoke{}
	if json.Unmarshal(text, s) != nil || s.Version == 0 || len(s.Took) == 0 || s.Type == "" {
		return nil, false
	}
	return s, true
}

// FitSmoke fits what one smoke test tells: parts of a launch, and bounds of a cold start and of the
// store. Each was seen once, so that no spread is known.
func FitSmoke(s *Smoke) *Fits {
	f := &Fits{}
	took := map[string]float64{}
	for _, t := range s.Took {
		took[t.What] = t.S
	}
	where := fmt.Sprintf("a %s in %s on %s, once, so the spread is the one that is assumed", s.Type, s.Region, s.Began.Format("2006-01-02"))
	if v, ok := took["launch instance"]; ok {
		f.knows("cluster.launch", "api", fmt.Sprintf("%q", seconds(v)), 1, "until RunInstances had answered: %s", where)
	}
	if v, ok := took["instance runs, from its launch"]; ok {
		f.knows("cluster.launch", "pending", fmt.Sprintf("%q", seconds(max(v-s.PollS/2, 0))), 1, "%s to %s until it ran, as it was looked at every %s: %s", seconds(max(v-s.PollS, 0)), seconds(v), seconds(s.PollS), where)
	}
	f.lacks("cluster.launch.boot", "the instance of a smoke test serves nothing and ends itself: when its application would have answered was not seen")
	if s.MemoryMB > 0 {
		f.knows("functions", "memory_mb", fmt.Sprint(s.MemoryMB), 1, "that of the function which was called")
	}
	if v, ok := took["call function"]; ok {
		f.lacks("functions.cold", "the one call, which was the first, took %s with its cold start, its way, and waiting until the function could be called: at most that", seconds(v))
	}
	if v, ok := took["write item"]; ok {
		f.lacks("store.latency", "a write and a read took %s together: at most that", seconds(v))
	}
	if s.Cloud == "local" {
		f.lacks("all of it", "a rehearsal on a cloud of a machine, whose times say nothing about AWS")
	}
	return f
}
