package features

import (
	"bytes"
	"encoding/json"
	"testing"

	_ "cnv/internal/seeded"

	"pgregory.net/rapid"
)

// anyJSON is a value nested to a depth, with texts full of what JSON is made of.
func anyJSON(t *rapid.T, depth int) any {
	text := rapid.StringOfN(rapid.SampledFrom([]rune(`"\[]{},: aé`)), 0, 8, -1)
	switch rapid.IntRange(0, 4+min(depth, 1)*2).Draw(t, "kind") {
	case 0:
		return nil
	case 1:
		return rapid.Bool().Draw(t, "bool")
	case 2:
		return rapid.Float64Range(-1e9, 1e9).Draw(t, "number")
	case 3, 4:
		return text.Draw(t, "text")
	case 5:
		list := make([]any, rapid.IntRange(0, 3).Draw(t, "length"))
		for i := range list {
			list[i] = anyJSON(t, depth-1)
		}
		return list
	}
	object := map[string]any{}
	for range rapid.IntRange(0, 3).Draw(t, "members") {
		object[text.Draw(t, "name")] = anyJSON(t, depth-1)
	}
	return object
}

// TestMembersAreThoseOfEncodingJSON: whatever is in them, however it is
// indented.
func TestMembersAreThoseOfEncodingJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		object := map[string]any{}
		for _, name := range []string{"scene", "texmap", `a\"`, "b"} {
			if rapid.Bool().Draw(t, name) {
				object[name] = anyJSON(t, 3)
			}
		}
		var text bytes.Buffer
		enc := json.NewEncoder(&text)
		enc.SetIndent("", rapid.SampledFrom([]string{"", "\t", "  "}).Draw(t, "indent"))
		enc.SetEscapeHTML(false)
		if err := enc.Encode(object); err != nil {
			t.Fatal(err)
		}
		var want map[string]json.RawMessage
		if err := json.Unmarshal(text.Bytes(), &want); err != nil {
			t.Fatal(err)
		}
		err := eachMember(text.Bytes(), func(name, value []byte) error {
			var plain string
			if err := json.Unmarshal(append(append([]byte{'"'}, name...), '"'), &plain); err != nil {
				t.Fatalf("name %q: %v", name, err)
			}
			if !bytes.Equal(value, want[plain]) {
				t.Errorf("%s = %s, want %s", plain, value, want[plain])
			}
			delete(want, plain)
			return nil
		})
		if err != nil || len(want) > 0 {
			t.Errorf("%s: %v, not seen: %v", text.Bytes(), err, want)
		}
	})
}

func TestScenesInBodies(t *testing.T) {
	for body, want := range map[string]string{
		`{"scene":"1 2\n3"}`:                                    "1 2\n3",
		` { "texmap" : [1, 2] , "scene" : "x" } rubbish`:        "x",
		`{"SCENE":"x"}`:                                         "x",
		`{"scene":"a","scene":"b"}`:                             "b",
		`{"scene_base64":"eHl6"}`:                               "xyz",
		`{"scene":"","scene_base64":"eHl6","texmap":{"a":"}"}}`: "xyz",
		`{}`:                 "",
		`{"scene":null}`:     "",
		``:                   "error",
		`[]`:                 "error",
		`{"scene":1}`:        "error",
		`{"scene":"x`:        "error",
		`{"scene":"x\"`:      "error",
		`{"scene" "x"}`:      "error",
		`{scene:"x"}`:        "error",
		`{"texmap":[1,2`:     "error",
		`{"texmap":[[1],`:    "error",
		`{"texmap":["a`:      "error",
		`{"scene":"x",}`:     "error",
		`{"scene":}`:         "error",
		`{"a":1 "scene":""}`: "error",
		`{"scene_base64":1}`: "error",
	} {
		got, err := sceneIn([]byte(body))
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("%s: %q, %v, want %q", body, got, err, want)
		}
	}
}

// BenchmarkTexture is a scene beside a texture of 1 MB as a list of numbers.
func BenchmarkTexture(b *testing.B) {
	numbers := make([]int, 1_080_054)
	for i := range numbers {
		numbers[i] = i * 7919 % 256
	}
	body, err := json.Marshal(map[string]any{"texmap": numbers, "scene": "1 2 3"})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := sceneIn(body); err != nil {
			b.Fatal(err)
		}
	}
}
