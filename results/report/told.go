package report

import "cnv/results/answer"

// A toldView is what a policy does: its parts, with the parameters that are not the default.
type toldView struct{ Name, Router, Spill, Scaler, Other string }

// toldOf is what each policy does, as the manifest says; none where it does not.
func toldOf(s *answer.Stored) (out []toldView) {
	listed, _ := s.Manifest.Run["policies"].([]any)
	for _, item := range listed {
		if one, ok := item.(map[string]any); ok {
			text := func(key string) string { v, _ := one[key].(string); return v }
			out = append(out, toldView{text("Name"), text("Router"), text("Spill"), text("Scaler"), text("Other")})
		}
	}
	return out
}

// pairsOf is a list of pairs of name and text of the manifest. What is no such pair is left
// out.
func pairsOf(s *answer.Stored, key string) (out []factView) {
	// JSON as it was decoded: a list of lists of two strings.
	listed, _ := s.Manifest.Run[key].([]any)
	for _, item := range listed {
		if pair, ok := item.([]any); ok && len(pair) == 2 {
			name, _ := pair[0].(string)
			value, _ := pair[1].(string)
			out = append(out, factView{name, value})
		}
	}
	return out
}
