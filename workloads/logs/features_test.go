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
		{"ts,a\n1740909600,1\n", "b", `no column "b" (nearest valid name "a"; there are: ts, a)`},
	} {
		if err := errorOf(t, "csv", c.text, Options{Arrival: "ts", Features: []string{c.feature}}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error = %v, want %q", err, c.want)
		}
	}
}

// TestNamesOfFeatures: a column by number gets a name that a formula can use; names
// that mean something else in formulas or attributes, or that two columns would have,
// are refused with the reason and a way out.
func TestNamesOfFeatures(t *testing.T) {
	const text = "ts,n ctx,n_ctx,3rd,duration,max,key\n1740909600,100,5,7,1,1,1\n"
	if got := string(eventsOf(t, "csv", text, Options{Arrival: "ts", Features: []string{"3rd"}})[0].Attr); got != "column3rd=7" {
		t.Errorf("attributes %q, want column3rd=7", got)
	}
	if got := string(eventsOf(t, "csv", "1740909600,100,5\n", Options{Arrival: "1", Features: []string{"3"}})[0].Attr); got != "column3=5" {
		t.Errorf("attributes %q, want column3=5", got)
	}
	for _, c := range []struct {
		features, want string
	}{
		{"duration", `feature "duration": no feature can be called "duration": a formula means the field`},
		{"max", `no feature can be called "max": a formula means the function`},
		{"key", `no feature can be called "key": it is an attribute of requests with a meaning of its own; rename the column in the log, or leave it out`},
		{"n ctx,n_ctx", `feature "n_ctx": it would be called n_ctx, as the feature "n ctx" is: name one of them only`},
		{"3rd,3rd", `it would be called column3rd`},
	} {
		if err := errorOf(t, "csv", text, Options{Arrival: "ts", Features: strings.Split(c.features, ",")}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("features %s: error = %v, want %q", c.features, err, c.want)
		}
	}
	const prompts = `{"timestamp": 0, "input_length": 2290, "output_length": 316, "tokens_in": 3, "hash_ids": []}`
	if err := errorOf(t, "mooncake", prompts, Options{Features: []string{"tokens_in"}}); err == nil || !strings.Contains(err.Error(), "this kind of log keeps tokens_in by itself") {
		t.Errorf("a feature that the kind has: error = %v", err)
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
