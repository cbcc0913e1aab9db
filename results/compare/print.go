package compare

import (
	"cnv/results/csvfile"
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
)

// PrintCSV prints the rows of comparison.csv, as the file has them but for the columns of
// factors.
func PrintCSV(w io.Writer, rows []Compared) error {
	c := csv.NewWriter(w)
	_ = c.Write(comparisonHeader) // kept by c and returned by Error
	for i := range rows {
		_ = c.Write(csvfile.Inert(rows[i].record()))
	}
	c.Flush()
	return c.Error()
}

// A jsonNumber is null where there is no value and a string where it is not
// finite, as JSON has no such numbers.
type jsonNumber float64

// MarshalJSON implements json.Marshaler.
func (n jsonNumber) MarshalJSON() ([]byte, error) {
	switch v := float64(n); {
	case math.IsNaN(v):
		return []byte("null"), nil
	case math.IsInf(v, 0):
		return json.Marshal(csvfile.Number(v))
	default:
		return json.Marshal(v)
	}
}

// A jsonRow is a row of comparison.csv as an object. It lacks what the file has of the
// recording.
type jsonRow struct {
	Workload string     `json:"workload"`
	Policy   string     `json:"policy"`
	Metric   string     `json:"metric"`
	Unit     string     `json:"unit"`
	N        int        `json:"n"`
	Over     string     `json:"over"`
	Mean     jsonNumber `json:"mean"`
	Low      jsonNumber `json:"low"`
	High     jsonNumber `json:"high"`
	Against  string     `json:"against"`
	Diff     jsonNumber `json:"difference"`
	DiffLow  jsonNumber `json:"difference_low"`
	DiffHigh jsonNumber `json:"difference_high"`
	JointLow jsonNumber `json:"joint_low"`
	JointUp  jsonNumber `json:"joint_high"`
	Delta    jsonNumber `json:"delta"`
	Verdict  string     `json:"verdict"`
	Role     string     `json:"role"`
	Family   int        `json:"family"`
}

// PrintJSON prints the rows as one array of objects, named as the columns of
// comparison.csv.
func PrintJSON(w io.Writer, rows []Compared) error {
	out := make([]jsonRow, len(rows))
	for i, r := range rows {
		out[i] = jsonRow{
			r.Workload, r.Policy, r.Metric, r.Unit, r.N, r.Over, jsonNumber(r.Mean), jsonNumber(r.Low), jsonNumber(r.High),
			r.Against, jsonNumber(r.Diff), jsonNumber(r.DiffLow), jsonNumber(r.DiffHigh),
			jsonNumber(r.JointLow), jsonNumber(r.JointHigh), jsonNumber(r.Delta), r.Verdict, r.role(), r.Family,
		}
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(out)
}
