package event

import (
	"encoding/json"
	"reflect"
	"testing"

	_ "cnv/internal/seeded"

	"pgregory.net/rapid"
)

// TestRequestsAndAnswersReadBack: what one side writes the other reads.
func TestRequestsAndAnswersReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word, bytes := rapid.String(), rapid.SliceOfN(rapid.Byte(), 1, 50)
		q := Request{
			Path: word.Draw(t, "path"), Type: word.Draw(t, "type"), Body: bytes.Draw(t, "body"),
			Query: rapid.MapOfN(word, rapid.SliceOf(word), 1, 3).Draw(t, "query"),
		}
		a := Answer{
			Status: rapid.IntRange(100, 599).Draw(t, "status"), Type: word.Draw(t, "type"), Body: bytes.Draw(t, "body"),
			Headers: rapid.MapOf(word, word).Draw(t, "headers"),
		}
		var q2 Request
		var a2 Answer
		for _, x := range [][2]any{{&q, &q2}, {&a, &a2}} {
			text, err := json.Marshal(x[0])
			if err == nil {
				err = json.Unmarshal(text, x[1])
			}
			if err != nil || !reflect.DeepEqual(x[0], x[1]) {
				t.Fatalf("%+v read back as %+v, %v", x[0], x[1], err)
			}
		}
	})
}

// TestLongestBodyFits: with the rest of an event around it.
func TestLongestBodyFits(t *testing.T) {
	text, err := json.Marshal(Answer{Status: 200, Type: "image/png", Headers: map[string]string{"Cnv-Instance": "0123456789abcdef"}, Body: make([]byte, MaxBody)})
	if err != nil || len(text) > MaxPayload || len(text) < MaxPayload-17<<10 {
		t.Errorf("a result of %d bytes, %v, want at most %d and not much less", len(text), err, MaxPayload)
	}
}

func TestQueries(t *testing.T) {
	for text, want := range map[string]Query{
		`{"a":"1","b":["2","3"],"c":[]}`: {"a": {"1"}, "b": {"2", "3"}, "c": {}},
		`{}`:                             {},
		`{"a":null}`:                     {"a": nil},
		`{"a":1}`:                        nil,
		`{"a":[1]}`:                      nil,
		`["a"]`:                          nil,
		`"a=1"`:                          nil,
	} {
		var q Query
		err := json.Unmarshal([]byte(text), &q)
		if (err != nil) != (want == nil) || err == nil && !reflect.DeepEqual(q, want) {
			t.Errorf("%s = %v, %v, want %v", text, q, err, want)
		}
	}
}
