package logs

import (
	"bytes"
	"encoding/json"
	"slices"
)

// A lambda reads the REPORT lines of AWS Lambda; all others are left out.
type lambda struct {
	named
	splitter
	in   *Input
	time int // of a CSV, the place of @timestamp if that is not the first cell
}

var lambdaColumns = []string{"time", "duration", "init", "memory_mb", "memory_used_mb", "request", "status"}

// lambdaLabels stand before the values of a report that are lambdaColumns, from the second on.
var lambdaLabels = [...]string{"Duration: ", "Init Duration: ", "Memory Size: ", "Max Memory Used: ", "RequestId: ", "Status: "}

func newLambda(in *Input) (rows, error) {
	l := &lambda{in: in, named: named{columns: lambdaColumns}}
	head, err := in.Head()
	if err != nil {
		return nil, err
	}
	first, _, _ := bytes.Cut(head, []byte{'\n'})
	l.time = max(slices.Index(names(l.split(bytes.TrimRight(first, "\r"), ',', false)), "@timestamp"), 0)
	return l, nil
}

func (l *lambda) next() error {
	for {
		line, err := l.in.next()
		if err != nil {
			return err
		}
		if i := bytes.Index(line, []byte("REPORT RequestId:")); i >= 0 {
			l.text = line
			at := loggedAt(line[:i])
			if l.time > 0 {
				if at = nil; l.time < len(l.split(line, ',', false)) {
					at = l.fields[l.time]
				}
			}
			l.cells = append(l.cells[:0], at)
			for _, label := range lambdaLabels {
				l.cells = append(l.cells, labelled(line[i:], label))
			}
			if l.cells[2] == nil { // SnapStart restores instead
				l.cells[2] = labelled(line[i:], "Restore Duration: ")
			}
			return nil
		}
	}
}

// loggedAt is the instant before a report: the first cell of a CSV of CloudWatch
// Logs Insights, or the first word; two words if these are a date and a time.
func loggedAt(before []byte) []byte {
	if cell, _, csv := bytes.Cut(before, []byte{','}); csv {
		return cell
	}
	for len(before) > 0 && isStream(before) {
		_, before = word(before)
	}
	first, rest := word(before)
	if second, _ := word(rest); len(first) == len("2006-01-02") && len(second) >= len("15:04:05") && second[2] == ':' {
		return before[:len(first)+1+len(second)]
	}
	return first
}

// isStream says whether a text begins with the name of a log group or of a stream, which
// tools write before the instant, such as 2025/06/01/[$LATEST]5e3b.
func isStream(text []byte) bool {
	first, _ := word(text)
	return len(first) == 0 || first[0] == '/' || bytes.IndexByte(first, '[') > 0
}

// labelled is the word after the first label; nil if there is none.
func labelled(line []byte, label string) []byte {
	i := bytes.Index(line, []byte(label))
	if i < 0 {
		return nil
	}
	line = line[i+len(label):]
	if end := bytes.IndexAny(line, " \t\\\""); end >= 0 {
		line = line[:end]
	}
	return line
}

// logEvent is an event of filter-log-events, if it is a report.
func logEvent(element map[string]any) []map[string]any {
	message, _ := element["message"].(string)
	line := []byte(message)
	if !bytes.HasPrefix(line, []byte("REPORT RequestId:")) {
		return nil
	}
	row := map[string]any{"time": element["timestamp"], "init": "", "status": ""}
	for i, label := range lambdaLabels {
		row[lambdaColumns[i+1]] = string(labelled(line, label))
	}
	if row["init"] == "" {
		row["init"] = string(labelled(line, "Restore Duration: "))
	}
	if _, ok := row["time"].(json.Number); !ok {
		return nil
	}
	return []map[string]any{row}
}

func lambdaMeaning(rows) Columns {
	return Columns{
		End: col("time"), Duration: in(Millisecond, "duration"), Init: in(Millisecond, "init"), Memory: col("memory_mb"), MemoryKB: 1024,
		Said: "a report is logged at the end: arrival = time - duration - init; what a cold start, or a restore of SnapStart, took is the attribute init_us",
	}
}
