package plan

import (
	"errors"
	"fmt"
	"time"
)

// A WorkBy is the work of a request by its features: CPU time on the reference vCPU
// for each unit of one, added up.
//
//	work_by = { tokens_in = "0.2ms", tokens_out = "5ms" }
type WorkBy map[string]float64

// UnmarshalTOML takes a table of durations by feature.
func (w *WorkBy) UnmarshalTOML(x any) error {
	keys, ok := x.(map[string]any)
	if !ok || len(keys) == 0 {
		return errors.Join(mismatch(`a table of durations by feature, such as { tokens_out = "5ms" }`, x)...)
	}
	*w = WorkBy{}
	var errs []error
	for _, name := range sortedNames(keys) {
		text, _ := keys[name].(string)
		d, err := time.ParseDuration(text)
		if err != nil || d < 0 || d > time.Hour {
			errs = append(errs, fmt.Errorf(`%s: want a duration from 0s to 1h, such as "5ms"`, name))
			continue
		}
		(*w)[name] = d.Seconds()
	}
	return errors.Join(errs...)
}
