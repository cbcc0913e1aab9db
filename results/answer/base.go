package answer

import "strings"

// BaseKey stands for the name of a workload without the keys that it is swept over.
const BaseKey = "base"

// Base is the name of a workload without the value of a key, or of all keys if that is "".
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
