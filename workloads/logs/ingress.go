package logs

import (
	"bytes"
	"regexp"
)

// ingressTail is what ingress-nginx writes after the agent. A request that was tried
// at several upstreams has a list for each of upstream_addr and the three that follow
// it; the second name in brackets came in 2019.
var ingressTail = regexp.MustCompile(`^(\d+) (\d+\.\d+) \[([^\]]*)\] (?:\[([^\]]*)\] )?(\S+(?:(?:, | : )\S+)*) ([-\d]+(?:(?:, | : )[-\d]+)*) ([-\d.]+(?:(?:, | : )[-\d.]+)*) ([-\d]+(?:(?:, | : )[-\d]+)*)(?: (\S+))?\s*$`)

var ingressColumns = append(clfColumns[:clfExtra:clfExtra],
	"request_length", "request_time", "proxy_upstream_name", "proxy_alternative_upstream_name", "upstream_addr", "upstream_response_length", "upstream_response_time", "upstream_status", "req_id")

// isIngress: one of the first lines has the fields of ingress-nginx after the agent.
func isIngress(head []byte) bool {
	c := &clf{}
	n := 0
	for line := range bytes.Lines(head) {
		if rest, ok := c.parse(bytes.TrimRight(line, "\r\n")); ok && ingressTail.Match(rest) {
			return true
		}
		if n++; n == lookedAt {
			break
		}
	}
	return false
}

// An ingress reads the lines of ingress-nginx.
type ingress struct{ clf }

func newIngress(in *Input) (rows, error) {
	return &ingress{clf{in: in, named: named{columns: ingressColumns}}}, nil
}

func (i *ingress) next() error {
	line, err := i.in.next()
	if err != nil {
		return err
	}
	i.text = line
	rest, ok := i.parse(line)
	if !ok {
		return i.in.fail("not like host - user [time] \"request\" status bytes: %.80q", line)
	}
	at := ingressTail.FindSubmatchIndex(rest)
	if at == nil {
		return i.in.fail("not like request_length request_time [proxy_upstream_name] [proxy_alternative_upstream_name] upstream_addr ...: %.80q", rest)
	}
	for n := 2; n < len(at); n += 2 {
		var cell []byte
		if at[n] >= 0 {
			cell = rest[at[n]:at[n+1]]
		}
		i.cells = append(i.cells, cell)
	}
	return nil
}
