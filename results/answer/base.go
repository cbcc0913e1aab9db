package answer

import "strings"

// BaseKey stands for the name of a workload without the keys that it is swept over. It may
// be a panel of a chart, alone or as "base but rate", and is no key of an experiment file.
const BaseKey = "base"

// Base is the name of a workload without the value of a key, or of all keys if that is "":
// "burst budget=0.1 rate=4" without "rate" is "burst budget=0.1". Names that lack the key
// stay as they are. Only keys of factors.csv count, since a workload may have "=" in a name
// of its own.
func (s *Stored) Base(workload, key string) string { return s.without(workload, key, 0) }

// PolicyBase is the same of a policy: "jsq choices=2" without "choices" is "jsq".
func (s *Stored) PolicyBase(policy, key string) string { return s.without(policy, key, 1) }

// without is the name of a workload (part 0 of a cell) or policy (1) without keys.
func (s *Stored) without(name, key string, part int) string {
	for _, f := range s.Factors {
		if key != "" && f.Key != key {
			continue
		}
		own := strings.TrimPrefix(f.Key, "policy_") // see compare.Factors
		for cell, v := range f.Of {
			if cell[part] == name {
				name = strings.Replace(name+" ", " "+own+"="+v+" ", " ", 1)
				name = strings.TrimSuffix(name, " ")
				break
			}
		}
	}
	return name
}
