package features_test

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"cnv/worker/pictures"
	"cnv/worker/scenes"
	. "cnv/workloads/features"
)

func window() url.Values {
	return url.Values{"scols": {"640"}, "srows": {"480"}, "wcols": {"320"}, "wrows": {"240"}, "coff": {"0"}, "roff": {"0"}, "aa": {"true"}}
}

// TestScenesAreCounted: what is counted in the project's scenes is what they
// say of themselves.
func TestScenesAreCounted(t *testing.T) {
	for _, s := range append(scenes.All(), scenes.Field(500, 3)) {
		body, _ := json.Marshal(map[string]any{"scene": s.Text, "texmap": []int{1, 2, 3}})
		v, key, err := Of(Raytracer, window(), "application/json", body)
		want := Scene{
			Cols: 320, Rows: 240, AA: true, Shapes: s.Shapes, Lights: s.Lights, Textured: s.Texture, Mirrors: s.Mirrors, Body: int64(len(body)),
		}.Features()
		if err != nil || v != want || key == 0 {
			t.Errorf("%s: %v %v, want %v", s.Name, v, err, want)
		}
		encoded, _ := json.Marshal(map[string]any{"scene_base64": base64.StdEncoding.EncodeToString([]byte(s.Text))})
		if w, _, err := Of(Raytracer, window(), "", encoded); err != nil || w[2] != v[2] || w[5] != v[5] {
			t.Errorf("%s in base64: %v %v", s.Name, w, err)
		}
	}
}

// TestPicturesAreMeasured: the size of a picture, raw or in a data URI.
func TestPicturesAreMeasured(t *testing.T) {
	for _, format := range []string{"jpeg", "png"} {
		file, err := pictures.File(format, pictures.Fractal, 321, 123, 1)
		if err != nil {
			t.Fatal(err)
		}
		uri := []byte("data:image/" + format + ";base64," + base64.StdEncoding.EncodeToString(file))
		for _, body := range [][]byte{file, uri} {
			v, key, err := Of(Blur, nil, "", body)
			if want := (Image{Width: 321, Height: 123, Body: int64(len(body))}).Features(); err != nil || v != want || key == 0 {
				t.Errorf("%s: %v %v, want %v", format, v, err, want)
			}
		}
	}
}

// TestWhatCannotBeTold: no features, an error that says why, and a key where
// the parameters are right.
func TestWhatCannotBeTold(t *testing.T) {
	for _, c := range []struct {
		kernel, body string
		query        url.Values
		keyed        bool
		says         string
	}{
		{Raytracer, `{"scene":"1 2 3"}`, window(), true, "ends too early"},
		{Raytracer, `{"scene":"` + strings.Repeat("1 ", 10) + `999999999 "}`, window(), true, `"999999999" is no number of things`},
		{Raytracer, `{"scene":"` + strings.Repeat("1 ", 10) + `0 1 paint 1 1 1"}`, window(), true, `unknown pigment "paint"`},
		{Raytracer, `{"scene":"` + strings.Repeat("1 ", 10) + `0 0 0 1 0 0 blob 1 1 1 "}`, window(), true, `unknown shape "blob"`},
		{Raytracer, `nonsense`, window(), true, "not JSON"},
		{Raytracer, `{"scene":""}`, url.Values{}, false, "scols: missing"},
		{Blur, "GIF89a", nil, true, "not a picture"},
		{Enhance, "data:image/png;base64", nil, true, "not a picture"},
		{Enhance, "data:image/png;base64,!!!!", nil, true, "not a picture"},
		{Blur, "\xff\xd8\xff\xe0", nil, true, "EOF"},
		{"spin", "x", url.Values{"ms": {"3"}}, true, ""},
	} {
		v, key, err := Of(c.kernel, c.query, "", []byte(c.body))
		if v != (Vector{}) || (key != 0) != c.keyed || (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s %.40q: %v %#x %v, want %q", c.kernel, c.body, v, uint64(key), err, c.says)
		}
	}
}

func FuzzOf(f *testing.F) {
	f.Add(Raytracer, `{"scene":"`+scenes.All()[6].Text+`"}`)
	f.Add(Blur, "data:image/png;base64,iVBORw0KGgo=")
	f.Fuzz(func(t *testing.T, kernel, body string) {
		v, _, _ := Of(kernel, window(), "", []byte(body))
		for _, x := range v {
			if x-x != 0 {
				t.Errorf("a feature of %v", x)
			}
		}
	})
}

// BenchmarkOf is what the gateway pays per request.
func BenchmarkOf(b *testing.B) {
	file, err := pictures.File("jpeg", pictures.Fractal, 960, 640, 1)
	if err != nil {
		b.Fatal(err)
	}
	picture := []byte("data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(file))
	scene, _ := json.Marshal(map[string]any{"scene": scenes.Field(100, 1).Text})
	for _, c := range []struct {
		name, kernel string
		body         []byte
	}{{"picture", Blur, picture}, {"scene", Raytracer, scene}} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.body)))
			for b.Loop() {
				if _, _, err := Of(c.kernel, window(), "", c.body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
