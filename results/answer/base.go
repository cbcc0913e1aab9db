package answer

import "strings"

// BaseKey stands for the name of a workload without the keys that it is swept over. It may
// be a panel of a chart, alone or as "base but rate", and is no key of an experiment file.
const BaseKey = "base"

// Base is the name of a workload without the value of a key, or of all keys if that is "":
// "burst budget=0.1 rate=4" without "rate" is "burst budget=0.1". Names that lack the key
// stay as they are. Only keys of factors.csv count, since a workload may have "=" in a name
// of its own.
func (s *Stored) Base(workload, key string) string {
	for _, f := range s.Factors {
		if key != "" && f.Key != key {
			continue
		}
		for cell, v := range f.Of {
			if cell[0] == workload {
				workload = strings.Replace(workload+" ", " "+f.Key+"="+v+" ", " ", 1)
				workload = strings.TrimSuffix(workload, " ")
				break
			}
		}
	}
	return workload
}
