package raytracer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"cnv/worker/kernel"
	"cnv/worker/scenes"
)

const small = "0 -5 1 0 0 0 0 0 1 40\n1\n0 0 0 1 1 1 1 0 0\n1\nsolid 1 0 0\n1\n0.3 0.6 0.5 60 0 0 1\n"

// TestGrammar: what is wrong with a scene is said with its line and word.
func TestGrammar(t *testing.T) {
	for text, want := range map[string]string{
		"":                                                             "scene, line 1, camera: the scene ends too early",
		"0 -5 1 0 0 0 0 0 1 forty":                                     `line 1, camera: "forty" is no number`,
		"0 -5 1 0 0 0 0 0 1 NaN":                                       `"NaN" is no number`,
		"0 -5 1 0 0 0 0 0 1 -Inf":                                      `"-Inf" is no number`,
		"0 -5 1 0 0 0 0 0 1 1e308":                                     `"1e308" is no number up to 1e9`,
		"0 -5 1 0 0 0 0 0 1 180\n0\n0\n0\n0":                           "there is no light",
		"0 -5 1 0 0 0 0 0 1 40\n0\n0\n0\n0":                            "there is no light; light 0 is the ambient light",
		"0 -5 1 0 0 0 0 0 1 40\n-1":                                    `line 2, lights: "-1" is no number of lights`,
		"0 -5 1 0 0 0 0 0 1 40\n99999999999":                           "more than the limit of 1000",
		small + "1\n0 0 spere 0 0 0 1":                                 `line 9, shape 0: unknown shape "spere": there are sphere,`,
		small + "1\n1 0 sphere 0 0 0 1":                                `pigment "1": there are 1, from 0`,
		small + "1\n0 x sphere 0 0 0 1":                                `finish "x": there are 1, from 0`,
		small + "1\n0 0 sphere 0 0 0 -1":                               "a radius of -1: want 1e-09 at least",
		small + "1\n0 0 sphere 0 0 0 1e-300":                           "a radius of 1e-300: want 1e-09 at least",
		small + "1\n0 0 plane 0 0 0 1":                                 "a normal without a direction",
		small + "2\n0 0 sphere 0 0 0 1":                                "shape 1: the scene ends too early",
		strings.Replace(small, "solid", "soild", 1) + "0":              `pigment 0: unknown pigment "soild"`,
		strings.Replace(small, "0 0 1 40", "0 0 1 0", 1) + "0":         "a field of view of 0 degrees",
		strings.Replace(small, "0 -5 1 0 0 0", "0 0 0 0 0 0", 1) + "0": "the eye looks nowhere",
	} {
		_, err := parse(text, 1000)
		var bad *kernel.Error
		if !errors.As(err, &bad) || bad.Status != 400 || !strings.Contains(bad.Detail, want) {
			t.Errorf("%q: %v; want %s", text, err, want)
		}
	}
	if _, err := parse(strings.ReplaceAll(small+"1\n0 0 sphere 0 0 0 1\n", "\n", "\r\n"), 1000); err != nil {
		t.Errorf("line ends as on Windows: %v", err)
	}
}

// TestHostile: whatever is asked for is refused with 4xx or answered, in bounded memory,
// and ends.
func TestHostile(t *testing.T) {
	scene := func(shapes string) string { return `{"scene":"` + strings.ReplaceAll(small+shapes, "\n", `\n`) + `"}` }
	ok := scene("0")
	for _, c := range []struct {
		about, body string
		query       url.Values
		status      int
		text        string
	}{
		{"no parameters", ok, url.Values{}, 400, "parameter scols="},
		{"10⁹ pixels", ok, query(40000, 30000, 40000, 30000, 0, 0), 413, "want at most 25000000"},
		{"overflowing", ok, query(1<<40, 1, 1<<40, 1, 0, 0), 400, "scols"},
		{"no pixels", ok, query(10, 10, 0, 10, 0, 0), 400, "wcols=\"0\""},
		{"a negative offset", ok, query(10, 10, 10, 10, -1, 0), 400, "coff=\"-1\""},
		{"maybe smooth", ok, query(10, 10, 10, 10, 0, 0, "aa=maybe"), 400, "aa=\"maybe\""},
		{"nothing", "", query(10, 10, 10, 10, 0, 0), 400, "cannot be read"},
		{"curves without end", scene("100\n" + strings.Repeat("0 0 bezier"+strings.Repeat(" 0 1 2", 16)+"\n", 100)), query(10, 10, 10, 10, 0, 0), 400, "shape 3: with it there are 1152 surfaces"},
		{"no JSON", "hello", query(10, 10, 10, 10, 0, 0), 400, "cannot be read"},
		{"no scene", "{}", query(10, 10, 10, 10, 0, 0), 400, "no scene"},
		{"a list", "[]", query(10, 10, 10, 10, 0, 0), 400, "cannot be read"},
		{"a texture that is none", `{"scene":"x","texmap":"aGVsbG8="}`, query(10, 10, 10, 10, 0, 0), 400, "no number"},
		{"texture missing", strings.Replace(ok, "solid 1 0 0", "texmap f 1 0 0 0 0 1 0 0", 1), query(10, 10, 10, 10, 0, 0), 400, "the body has no texmap"},
		{"texture of words", `{"scene":"x","texmap":["a"]}`, query(10, 10, 10, 10, 0, 0), 400, "texmap"},
		{"texture of large numbers", `{"scene":"x","texmap":[256]}`, query(10, 10, 10, 10, 0, 0), 400, "256 is no byte"},
		{"a window elsewhere", ok, query(10, 10, 10, 10, 500, 500), 200, ""},
		{"extremes", scene("3\n0 0 sphere 1e9 -1e9 1e9 1e-9\n0 0 cone 0 0 0 1e-9 0 0 1e9\n0 0 cylinder 0 0 0 1e9 1e9 1e9 1e-9\n"), query(20, 20, 20, 20, 0, 0), 200, ""},
		{"wider than high", ok, query(100000, 1, 100, 1, 0, 0), 200, ""},
		{"many faces", scene("1\n0 0 polyhedron 999999 1 0 0 1"), query(10, 10, 10, 10, 0, 0), 400, "more than the limit"},
	} {
		limits := kernel.Default
		limits.Shapes = 1000
		a, err := Render(t.Context(), &kernel.Request{Query: c.query, Body: []byte(c.body), Limits: limits})
		var bad *kernel.Error
		switch {
		case c.status == 200 && (err != nil || len(a.Body) == 0):
			t.Errorf("%s: %v", c.about, err)
		case c.status != 200 && (!errors.As(err, &bad) || bad.Status != c.status || !strings.Contains(bad.Detail, c.text)):
			t.Errorf("%s: %v; want %d %s", c.about, err, c.status, c.text)
		}
	}
}

// TestDeepRecursion: mirrors facing each other end.
func TestDeepRecursion(t *testing.T) {
	text := strings.Replace(small, "60 0 0 1", "60 1 1 1.5", 1) + "2\n0 0 plane 0 0 1 0\n0 0 plane 0 0 -1 3\n"
	for _, depth := range []int{0, 1, 1000} {
		s, err := parse(text, 10)
		if err != nil {
			t.Fatal(err)
		}
		v := &view{cols: 40, rows: 30, width: 40, height: 30}
		v.aim(s)
		if _, err := newWorld(s, depth).render(t.Context(), v); err != nil {
			t.Error(err)
		}
	}
}

// TestOneRayEndsToo: a pixel may take for ever; who gives up gets out of it.
func TestOneRayEndsToo(t *testing.T) {
	const n = 30_000
	text := strings.Replace(small, "\n1\n0 0 0 1 1 1 1 0 0\n", fmt.Sprintf("\n%d\n%s", n, strings.Repeat("0 0 9 1 1 1 1 0 0\n", n)), 1)
	text = strings.Replace(text, "60 0 0 1", "60 1 1 1.5", 1) + fmt.Sprintf("%d\n%s", n, strings.Repeat("0 0 plane 0 0 1 0\n", n))
	body, err := json.Marshal(map[string]string{"scene": text})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = Render(ctx, &kernel.Request{Query: query(1, 1, 1, 1, 0, 0), Body: body, Limits: kernel.Default})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v, want the end of its time", err)
	}
}

// TestMemory: a request takes no more than its picture, its body and its scene
// some times over.
func TestMemory(t *testing.T) {
	r := &kernel.Request{Query: query(1000, 800, 1000, 800, 0, 0), Body: body(t, scenes.All()[0]), Limits: kernel.Default}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := Render(context.Background(), r); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 30*800_000 {
		t.Errorf("%d bytes for 800,000 pixels: want at most 30 each", used)
	}
}

func FuzzScene(f *testing.F) {
	for _, s := range scenes.All() {
		f.Add(s.Text)
	}
	f.Add(small + "1\n0 0 polyhedron 1 1 0 0 1")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := parse(text, 300)
		if err != nil || s.paper(nil, 100) != nil {
			return
		}
		v := &view{cols: 8, rows: 6, width: 8, height: 6}
		v.aim(s)
		if _, err := newWorld(s, deepest).render(t.Context(), v); err != nil {
			t.Error(err)
		}
	})
}
