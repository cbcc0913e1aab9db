package logs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// statistics of CloudWatch that count requests, the better first.
var statistics = []string{"Sum", "SampleCount"}

// metricResult are the readings of a result of get-metric-data.
func metricResult(element map[string]any) []map[string]any {
	times, _ := element["Timestamps"].([]any)
	values, _ := element["Values"].([]any)
	var out []map[string]any
	for i := range min(len(times), len(values)) {
		out = append(out, map[string]any{"Timestamp": times[i], "Sum": values[i], "Label": element["Label"]})
	}
	return out
}

// promSeries are the readings of a series of a range query.
func promSeries(element map[string]any) []map[string]any {
	values, _ := element["values"].([]any)
	labels, _ := json.Marshal(element["metric"]) // it came from JSON; keys are in order
	var out []map[string]any
	for _, v := range values {
		pair, _ := v.([]any)
		if len(pair) == 2 {
			out = append(out, map[string]any{"time": pair[0], "value": pair[1], "metric": element["metric"], "labels": string(labels)})
		}
	}
	return out
}

// promMeaning: what the numbers of a query are depends on the query, which is not
// in its answer.
func promMeaning(rows) Columns {
	return Columns{Arrival: in(Second, "time"), Count: col("value"), Quantity: Unsaid, Otherwise: Rates, Series: col("labels"), Metric: col("metric.__name__")}
}

// promAnswers says whether a text is an answer of Prometheus whose key has a value.
func promAnswers(key, value string) func(head []byte) bool {
	return func(head []byte) bool {
		_, rest, ok := bytes.Cut(head, []byte(`"`+key+`"`))
		rest = bytes.TrimLeft(rest, ": \t\r\n")
		return ok && isObject(head) && bytes.HasPrefix(rest, []byte(`"`+value+`"`))
	}
}

// cloudWatchMeaning takes the first statistic that counts.
func cloudWatchMeaning(rows) Columns {
	return Columns{Arrival: col("Timestamp"), Count: col(statistics...), Quantity: Counts}
}

// newCloudWatchCSV reads what the console exports: some lines about the metrics,
// then an instant and a value a line.
func newCloudWatchCSV(in *Input) (rows, error) {
	head, err := in.Head()
	if err != nil {
		return nil, err
	}
	t := &table{in: in, sep: ',', strict: true}
	var label [][]byte
	for line := range bytes.Lines(head) {
		if line = bytes.TrimRight(line, "\r\n"); len(line) == 0 { // in.next leaves it out, too
			continue
		}
		cells := t.copied(line)
		if isValue(cells[0]) {
			break
		}
		if string(cells[0]) == "Label" || label == nil {
			label = cells
		}
		if _, err := in.next(); err != nil {
			return nil, err
		}
	}
	if len(label) < 2 {
		return nil, in.refuse("no line of labels above the values")
	}
	t.columns = []string{"Timestamp"}
	for _, c := range label[1:] {
		if len(c) > 0 {
			t.columns = append(t.columns, string(c))
		}
	}
	return t, nil
}

// firstNamed is the first column after the instants that has a name.
func firstNamed(r rows) Columns {
	c := Columns{Arrival: col("Timestamp"), Quantity: Counts}
	for _, name := range r.names()[1:] {
		if name != "" && !c.Count.Given() {
			c.Count = col(name)
		}
	}
	c.Said = fmt.Sprintf("values of %s are taken for counts (statistic Sum)", strings.Join(c.Count.Names, ""))
	return c
}

// spansOfJaeger are the spans of a trace, with the name of their service.
func spansOfJaeger(element map[string]any) []map[string]any {
	spans, _ := element["spans"].([]any)
	processes, _ := element["processes"].(map[string]any)
	var out []map[string]any
	for _, s := range spans {
		span, _ := s.(map[string]any)
		if span == nil {
			continue
		}
		references, _ := span["references"].([]any)
		span["parents"] = json.Number(fmt.Sprint(len(references)))
		id, _ := span["processID"].(string)
		if p, ok := processes[id].(map[string]any); ok {
			span["service"] = p["serviceName"]
		}
		delete(span, "references")
		delete(span, "logs")
		out = append(out, span)
	}
	return out
}

// spansOfOTLP are the spans of a resource.
func spansOfOTLP(element map[string]any) []map[string]any {
	scopes, _ := element["scopeSpans"].([]any)
	var out []map[string]any
	for _, s := range scopes {
		scope, _ := s.(map[string]any)
		spans, _ := scope["spans"].([]any)
		for _, s := range spans {
			span, _ := s.(map[string]any)
			if span == nil {
				continue
			}
			parent, _ := span["parentSpanId"].(string)
			span["parents"] = json.Number("1")
			if strings.Trim(parent, "0") == "" {
				span["parents"] = json.Number("0")
			}
			if resource, ok := element["resource"].(map[string]any); ok {
				span["resource"] = resource
			}
			delete(span, "events")
			delete(span, "links")
			out = append(out, span)
		}
	}
	return out
}
