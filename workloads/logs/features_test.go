package logs

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
)

// TestBlocksAreKeys: prompts that begin with the same two blocks share their key;
// all blocks are kept, as far as there is room.
func TestBlocksAreKeys(t *testing.T) {
	long := strings.Repeat("123456,", 300) + "9"
	text := `{"timestamp": 0, "input_length": 2290, "output_length": 316, "hash_ids": [0, 42, 43]}
{"timestamp": 1, "input_length": 5000, "output_length": 1, "hash_ids": [0, 42, 43, 44, 45]}
{"timestamp": 2, "input_length": 500, "output_length": 1, "hash_ids": [0]}
{"timestamp": 3, "input_length": 500, "output_length": 1, "hash_ids": [0, 4]}
{"timestamp": 4, "input_length": 500, "output_length": 1, "hash_ids": []}
{"timestamp": 5, "input_length": 500, "output_length": 1, "hash_ids": [` + long + `]}
`
	var attrs, keys []string
	for _, e := range eventsOf(t, "mooncake", text, Options{}) {
		attrs = append(attrs, string(e.Attr))
		_, key, _ := strings.Cut(string(e.Attr), ";key=")
		keys = append(keys, key)
	}
	if want := "tokens_in=2290;tokens_out=316;blocks=0+42+43;key="; !strings.HasPrefix(attrs[0], want) {
		t.Errorf("attributes %q, want %q and a key", attrs[0], want)
	}
	if keys[0] == "" || keys[0] != keys[1] || keys[2] == keys[0] || keys[3] == keys[0] || keys[2] == keys[3] {
		t.Errorf("keys %q, want the first two alike and the others not", keys)
	}
	if keys[4] != "" || strings.Contains(attrs[4], "blocks") {
		t.Errorf("attributes %q of a prompt without blocks", attrs[4])
	}
	if n := len(attrs[5]); n > 1100 || n < 900 || !strings.Contains(attrs[5], "+123456;key=") {
		t.Errorf("%d bytes of attributes of a long prompt: %.40s ... %s", n, attrs[5], attrs[5][n-40:])
	}
}

// TestFeatures: columns of numbers are kept under names that formulas can use; what
// is no number makes a row unreadable, and a column that is not there is named.
func TestFeatures(t *testing.T) {
	const text = "ts,n ctx,generated\n1740909600,100,5\n1740909601,1e3,7.5\n"
	events := eventsOf(t, "csv", text, Options{Arrival: "ts", Features: []string{"n ctx", "generated"}})
	if got := string(events[1].Attr); got != "n_ctx=1000;generated=7.5" {
		t.Errorf("attributes %q, want n_ctx=1000;generated=7.5", got)
	}
	for _, c := range []struct{ text, feature, want string }{
		{"ts,a\n1740909600,x\n", "a", `a: "x" is not a number, which a feature must be`},
		{"ts,a\n1740909600,\n", "a", "is not a number"},
		{"ts,a\n1740909600,1\n", "b", `no column "b" (there are: ts, a)`},
	} {
		if err := errorOf(t, "csv", c.text, Options{Arrival: "ts", Features: []string{c.feature}}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error = %v, want %q", err, c.want)
		}
	}
}

// errorOf reads a text in a format up to the first error; nil if there is none.
func errorOf(t *testing.T, format, text string, o Options) error {
	t.Helper()
	_, err := readText(t, format, text, o)
	return err
}

// eventsOf is the events of a text in a format.
func eventsOf(t *testing.T, format, text string, o Options) []Event {
	t.Helper()
	all, err := readText(t, format, text, o)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func readText(t *testing.T, format, text string, o Options) (all []Event, err error) {
	t.Helper()
	in, err := input("f", []byte(text))
	if err != nil {
		return nil, err
	}
	r := NewReader(Named(format), One(in), o)
	for {
		var e Event
		if err := r.Next(&e); err != nil {
			if errors.Is(err, io.EOF) {
				return all, nil
			}
			return all, err
		}
		e.Attr = bytes.Clone(e.Attr)
		all = append(all, e)
	}
}
