package logs

import (
	"bytes"
	"slices"
)

// albColumns are the fields of a line in their order; later ones may come.
var albColumns = []string{
	"type", "time", "elb", "client", "target", "request_processing_time", "target_processing_time", "response_processing_time", "elb_status_code", "target_status_code", "received_bytes", "sent_bytes",
	"request", "user_agent", "ssl_cipher", "ssl_protocol", "target_group_arn", "trace_id", "domain_name", "chosen_cert_arn", "matched_rule_priority", "request_creation_time", "actions_executed", "redirect_url",
	"error_reason", "target_list", "target_status_code_list", "classification", "classification_reason",
}

// swfColumns are the 18 fields of a job.
var swfColumns = []string{
	"job", "submit", "wait", "run", "processors", "cpu", "memory_kb", "asked_processors", "asked_time", "asked_memory", "status", "user", "group", "executable", "queue", "partition", "preceding", "think",
}

var vegetaColumns = []string{"timestamp", "code", "latency", "bytes_out", "bytes_in", "error", "body", "attack", "sequence", "method", "url", "headers"}

func hasPrefix(text string) func([]byte) bool {
	return func(head []byte) bool { return bytes.HasPrefix(head, []byte(text)) }
}

// hasText says that all texts are in the head.
func hasText(texts ...string) func([]byte) bool {
	return func(head []byte) bool {
		return !slices.ContainsFunc(texts, func(t string) bool { return !bytes.Contains(head, []byte(t)) })
	}
}

// isALB: the first word is the type of the connection, and the third names the
// load balancer.
func isALB(head []byte) bool {
	kind, rest := word(head)
	_, rest = word(rest)
	return slices.Contains([]string{"http", "https", "h2", "grpcs", "ws", "wss"}, string(kind)) && bytes.HasPrefix(rest, []byte("app/"))
}

// isSWF: the first line that is no comment has 18 numbers, of which some may be -1. Others
// that begin with numbers, such as an instant and a duration, are tables.
func isSWF(head []byte) bool {
	for line := range bytes.Lines(head) {
		fields := bytes.Fields(line)
		if len(fields) == 0 || fields[0][0] == ';' {
			continue
		}
		return len(fields) == len(swfColumns) && !slices.ContainsFunc(fields, func(f []byte) bool {
			_, _, ok := decimal(bytes.TrimPrefix(f, []byte{'-'}), Second)
			return !ok
		})
	}
	return false
}

// isVegetaCSV: nanoseconds, a status, nanoseconds, and twelve cells.
func isVegetaCSV(head []byte) bool {
	line, _, _ := bytes.Cut(head, []byte{'\n'})
	f := bytes.Split(line, []byte{','})
	return len(f) >= 11 && len(f) <= 12 && len(f[0]) == 19 && number(f[0]) > 0 && number(f[1]) >= 0
}

// isHuawei2023: day, time, and columns that are called by numbers.
func isHuawei2023(head []byte) bool {
	rest, ok := bytes.CutPrefix(head, []byte("day,time,"))
	line, _, _ := bytes.Cut(rest, []byte{'\n'})
	name, _, _ := bytes.Cut(bytes.TrimSpace(line), []byte{','})
	return ok && len(name) > 0 && number(name) >= 0
}
