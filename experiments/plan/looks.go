package plan

import (
	"fmt"
	"time"

	"cnv/policy/scale"
)

// scalersOf is a scaler, or those that it asks.
func scalersOf(scaler any) []any {
	var parts []scale.Part
	switch s := scaler.(type) {
	case *scale.Max:
		parts = s.Of
	case *scale.Activate:
		parts = s.Of
	default:
		return []any{scaler}
	}
	var out []any
	for _, p := range parts {
		out = append(out, scalersOf(p.Scaler)...)
	}
	return out
}

// A looking is how a scaler looks at reports of processor use: at those that describe an
// instant within window, which ends delay before each decision.
type looking struct {
	window, delay, every, first time.Duration
	without                     string // what it does where there is none
	key                         string // that the window is given by
}

// lookingOf is that of a scaler; false if it looks at none.
func lookingOf(scaler any) (looking, bool) {
	const still, window, period = "the size stays", "scaler_params.window", "scaler_params.period"
	switch s := scaler.(type) {
	case *scale.Threshold:
		l := looking{window: s.Window, every: s.Every, first: s.First, key: window, without: fmt.Sprintf("each worker counts as assume = %v of its processors", s.Assume)}
		if l.first == 0 {
			l.first = s.Every
		}
		return l, true
	case *scale.AWSStep:
		return looking{s.Every, s.Delay, s.Every, s.Every, still, period}, true
	case *scale.AWSTarget:
		return looking{s.Every, s.Delay, s.Every, s.Every, still, period}, true
	case *scale.HPA:
		return looking{s.Window, s.Delay, s.Every, s.Every, still, window}, true
	case *scale.PID:
		return looking{s.Window, 0, s.Every, s.Every, still, window}, true
	}
	return looking{}, false
}
