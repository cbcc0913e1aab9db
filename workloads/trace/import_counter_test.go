package trace

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"cnv/workloads/logs"
)

// ranged is an answer of Prometheus to a range query with a step of a minute.
func ranged(t *testing.T, series ...map[string]any) string {
	text, err := json.Marshal(map[string]any{"status": "success", "data": map[string]any{"resultType": "matrix", "result": series}})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// seriesOf is a series of a metric; of name "", as aggregations give it.
func seriesOf(name, instance string, values ...float64) map[string]any {
	metric := map[string]string{"instance": instance}
	if name != "" {
		metric["__name__"] = name
	}
	var readings [][2]any
	for i, v := range values {
		readings = append(readings, [2]any{1764374400 + 60*i, fmt.Sprint(v)})
	}
	return map[string]any{"metric": metric, "values": readings}
}

// TestCountersAreDifferenced: counters are told by their name, or by values that do
// not fall; each series has its own, and begins again at 0 when its program does.
func TestCountersAreDifferenced(t *testing.T) {
	rising := make([]float64, 12)
	falling := make([]float64, 12)
	for i := range rising {
		rising[i] = 5000 + 7*float64(i)
		falling[i] = 2 + float64(i%3)
	}
	thirds := make([]float64, 12)
	again := make([]float64, 20)
	for i := range thirds {
		thirds[i] = 5.25 + 1.5*float64(i)
	}
	for i := range again {
		again[i] = float64(1000+30*i) - 1300*float64(i/10)
	}
	for name, c := range map[string]struct {
		text     string
		o        logs.Options
		arrivals int64
		said     string
	}{
		"by name": {ranged(t, seriesOf("http_requests_total", "a", 1000, 1060, 1180)), logs.Options{}, 180, "called http_requests_total, and in 2 steps its values never fall"},
		"a reset": {ranged(t, seriesOf("http_requests_total", "a", 1000, 1060, 20, 50)), logs.Options{}, 60 + 20 + 30, "its values fall once only"},
		"two series": {
			ranged(t, seriesOf("http_requests_total", "a", 1000, 1060, 1180), seriesOf("http_requests_total", "b", 7, 8, 9)), logs.Options{}, 182, "never fall"},
		"a count of a histogram":   {ranged(t, seriesOf("request_seconds_count", "a", 10, 14)), logs.Options{}, 4, "called request_seconds_count"},
		"a sum without a name":     {ranged(t, seriesOf("", "a", rising...)), logs.Options{}, 77, "values are taken for a counter (in 11 steps they never fall): arrivals are the differences, and after a fall the new value (--values rates if"},
		"rates that rise":          {ranged(t, seriesOf("", "a", thirds...)), logs.Options{}, 9720, "taken for arrivals per second"},
		"rates that are called so": {ranged(t, seriesOf("job:http_requests:rate5m", "a", rising...)), logs.Options{}, 3627720, "taken for arrivals per second"},
		"a rate of a total":        {ranged(t, seriesOf("rate(http_requests_total", "a", falling...)), logs.Options{}, 12 * 3 * 60, "taken for arrivals per second"},
		"a reset without a name":   {ranged(t, seriesOf("", "a", again...)), logs.Options{}, 540, "values are taken for a counter (in 19 steps they fall once only, to near 0)"},
		"rates":                    {ranged(t, seriesOf("", "a", falling...)), logs.Options{}, 12 * 3 * 60, "taken for arrivals per second"},
		"a rate with a name":       {ranged(t, seriesOf("requests_per_second", "a", falling...)), logs.Options{}, 12 * 3 * 60, "taken for arrivals per second"},
		"told by the user":         {ranged(t, seriesOf("http_requests_total", "a", 1, 2, 3)), logs.Options{Quantity: "rates"}, 360, ""},
		"a column of a table":      {"ts,requests_total\n0,10\n60,14\n120,30\n", logs.Options{Arrival: "ts", Count: "requests_total"}, 20, "called requests_total"},
		"counts of a table":        {"ts,n\n0,10\n60,4\n120,30\n", logs.Options{Arrival: "ts", Count: "n"}, 44, "taken for arrivals of the 1m0s from each instant on"},
	} {
		done, err := ImportFiles("", []string{file(t, "x.json", c.text)}, "", ImportOptions{DryRun: true, Options: c.o})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		told := strings.Join(strings.Fields(done.String()), " ")
		if done.Header.Records != c.arrivals || !strings.Contains(told, c.said) {
			t.Errorf("%s: %d arrivals, want %d, and %q in\n%s", name, done.Header.Records, c.arrivals, c.said, done)
		}
	}
}

// TestUndecidedValuesAreRefused: whole numbers that rise with one fall, not to 0, are a sum
// of counters of which one began again, or rates of more and more.
func TestUndecidedValuesAreRefused(t *testing.T) {
	dip := make([]float64, 20)
	for i := range dip {
		dip[i] = float64(1 + i)
	}
	dip[12] = 10
	in := []string{file(t, "x.json", ranged(t, seriesOf("", "a", dip...)))}
	if _, err := ImportFiles("", in, "", ImportOptions{DryRun: true}); err == nil || !strings.Contains(err.Error(), "say it (--values totals, or --values rates)") {
		t.Errorf("error = %v", err)
	}
	if _, err := ImportFiles("", in, "", ImportOptions{DryRun: true, Options: logs.Options{Quantity: "rates"}}); err != nil {
		t.Errorf("told: %v", err)
	}
}

// TestMetricsThatCountNoRequestsAreRefused: with what to ask instead.
func TestMetricsThatCountNoRequestsAreRefused(t *testing.T) {
	for name, want := range map[string]string{"request_seconds_bucket": "query request_seconds_count", "request_seconds_sum": "query request_seconds_count"} {
		in := file(t, "x.json", ranged(t, seriesOf(name, "a", 1, 2, 3)))
		if _, err := ImportFiles("", []string{in}, "", ImportOptions{DryRun: true}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error = %v, want %q", name, err, want)
		}
	}
	in := file(t, "x.json", `{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1764374400,"1"]}]}}`)
	if _, err := ImportFiles("", []string{in}, "", ImportOptions{DryRun: true}); err == nil || !strings.Contains(err.Error(), "ask for a range") {
		t.Errorf("an instant query: error = %v", err)
	}
}
