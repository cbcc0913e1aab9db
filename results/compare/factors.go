package compare

import (
	"path/filepath"

	"cnv/results"
	"cnv/results/csvfile"
)

// Factors are the keys that an experiment gives several values: columns to group and draw
// by. Values are text, as the file has them.
type Factors struct {
	Keys      []string            // in the order of the file
	Workloads []map[string]string // by workload: the values it has
	Policies  []map[string]string // by policy
}

// factorPrefix begins the names of their columns.
const factorPrefix = csvfile.FactorPrefix

// header are the columns.
func (f *Factors) header() []string {
	var out []string
	for _, k := range f.Keys {
		out = append(out, factorPrefix+k)
	}
	return out
}

// values are those of a workload and a policy, by Keys, "" where neither has the key;
// either of the two may be -1: not told, as in files without policies.
func (f *Factors) values(w, p int) []string {
	out := make([]string, len(f.Keys))
	for i, k := range f.Keys {
		if w >= 0 && w < len(f.Workloads) {
			out[i] = f.Workloads[w][k]
		}
		if v, ok := "", false; p >= 0 && p < len(f.Policies) {
			if v, ok = f.Policies[p][k]; ok {
				out[i] = v
			}
		}
	}
	return out
}

// factorsFile has the values of cells; writeFactors puts them into the other files as well.
const factorsFile = "factors.csv"

// writeFactors writes factors.csv, and puts the columns behind those of every CSV file of
// workloads that is there. Nothing, where no key has several values.
func (s *Set) writeFactors(dir string) error {
	f := &s.plan.Factors
	if len(f.Keys) == 0 {
		return nil
	}
	workloads, policies := map[string]int{}, map[string]int{}
	for i, w := range s.plan.Workloads {
		workloads[w] = i
	}
	for i, p := range s.plan.Policies {
		policies[p] = i
	}
	place := func(of map[string]int, name string) int {
		if i, ok := of[name]; ok {
			return i
		}
		return -1
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.csv"))
	if err != nil {
		return err
	}
	for _, name := range files {
		err := csvfile.Append(name, "workload", f.header(), func(value func(string) string) []string {
			return f.values(place(workloads, value("workload")), place(policies, value("policy")))
		})
		if err != nil {
			return err
		}
	}
	return csvfile.Write(filepath.Join(dir, factorsFile), append([]string{"workload", "policy"}, f.header()...), func(write func(...string) error) error {
		for w, workload := range s.plan.Workloads {
			for p, policy := range s.plan.Policies {
				if err := write(append([]string{workload, policy}, f.values(w, p)...)...); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// A Factor is the values of a key as text, by workload and policy; "" where the key is not
// of this cell.
type Factor struct {
	Key string
	Of  map[[2]string]string
}

// ReadFactors reads factors.csv; nothing if there is none.
func ReadFactors(dir string) (out []Factor, err error) {
	err = csvfile.ReadAny(filepath.Join(dir, factorsFile), func(header, f []string) error {
		if out == nil {
			for _, key := range header[2:] {
				out = append(out, Factor{key[len(factorPrefix):], map[[2]string]string{}})
			}
		}
		for i := range out {
			out[i].Of[[2]string{f[0], f[1]}] = f[2+i]
		}
		return nil
	})
	return out, err
}

var factorsDoc = results.FileDoc{Name: factorsFile, Text: "only where keys of the experiment have several values: one row per workload and policy. The same columns stand behind all others in every CSV file that has a workload; Parquet files are joined by workload and policy", Columns: [][2]string{
	{"workload, policy", "which cell"},
	{"factor_*", "the value of the key, as the experiment file has it; empty where the key is not of this workload or policy. A key of policies that workloads have, too, is factor_policy_*"},
}}
