package imageproc

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"mime/multipart"
	"net/url"
	"strings"
	"sync"
	"testing"

	"cnv/worker/kernel"
	"cnv/worker/pictures"
)

// kernels are both, by name.
func kernels() map[string]kernel.Func {
	return map[string]kernel.Func{"blurimage": Blur, "enhanceimage": Enhance}
}

// uri is a data URI.
func uri(media string, data []byte) []byte {
	return []byte("data:" + media + ";base64," + base64.StdEncoding.EncodeToString(data))
}

// form is the body and the Content-Type of a form with a text and two files.
func form(t testing.TB, files ...[]byte) ([]byte, string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if err := w.WriteField("comment", "data:nothing"); err != nil {
		t.Fatal(err)
	}
	for i, f := range files {
		part, err := w.CreateFormFile("image", fmt.Sprint(i))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(f); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), w.FormDataContentType()
}

// TestEnvelopes: each format, in each envelope, is answered with a picture of
// the same size in the same format and envelope.
func TestEnvelopes(t *testing.T) {
	img := drawn(t, pictures.Fractal, 37, 21)
	for _, f := range []format{formatJPEG, formatPNG, formatBMP} {
		data := encoded(t, f, img)
		multi, boundary := form(t, data, []byte("not this one"))
		inForm, boundary2 := form(t, uri(f.media(), data))
		for name, r := range map[string]*kernel.Request{
			"raw":              {Body: data},
			"raw, type wrong":  {Body: data, Type: "application/x-www-form-urlencoded"},
			"form":             {Body: multi, Type: boundary},
			"URI":              {Body: uri(f.media(), data)},
			"URI in form":      {Body: inForm, Type: boundary2},
			"URI, spaced":      {Body: append([]byte("\r\n "), append(uri(f.media(), data), "\r\n"...)...)},
			"URI, wrapped":     {Body: bytes.ReplaceAll(uri(f.media(), data), []byte("A"), []byte("\r\nA\n"))},
			"URI, unpadded":    {Body: bytes.TrimRight(uri(f.media(), data), "=")},
			"URI, capitals":    {Body: bytes.Replace(uri(strings.ToUpper(f.media()), data), []byte("data"), []byte("DATA"), 1)},
			"URI, parameter":   {Body: uri(f.media()+";name=a.b", data)},
			"URI of old names": {Body: uri(map[format]string{formatJPEG: "image/jpg", formatPNG: "image/x-png", formatBMP: "image/x-ms-bmp"}[f], data)},
		} {
			r.Limits = kernel.Default
			for k, run := range kernels() {
				a := answered(t, run, r)
				body := a.Body
				if strings.HasPrefix(name, "URI") {
					sent := r.Body
					if name == "URI in form" {
						sent = uri(f.media(), data)
					}
					prefix, text, _ := strings.Cut(string(a.Body), ",")
					if want, _, _ := strings.Cut(strings.TrimSpace(string(sent)), ","); prefix != want || a.Type != "text/plain; charset=utf-8" {
						t.Errorf("%s, %s: answer begins %.40q of type %s, want %q", k, name, prefix, a.Type, want)
					}
					var err error
					if body, err = base64.StdEncoding.DecodeString(text); err != nil {
						t.Fatal(err)
					}
				} else if a.Type != f.media() {
					t.Errorf("%s, %s: answer of type %q, want %q", k, name, a.Type, f.media())
				}
				got, err := decode(context.Background(), body, 1e6)
				if is, _ := sniff(body); err != nil || is != f || got.Bounds() != img.Rect {
					t.Errorf("%s, %s: answer %s of %v, %v, want %s of %v", k, name, is.media(), got.Bounds(), err, f.media(), img.Rect)
				}
			}
		}
	}
}

// TestURINamesTheAnswer: a data URI that names another format than the picture
// has is answered in the one named, as the original did.
func TestURINamesTheAnswer(t *testing.T) {
	data := encoded(t, formatPNG, drawn(t, pictures.Text, 9, 9))
	a := answered(t, Enhance, request(uri("image/jpeg", data)))
	want := "data:image/jpeg;base64," + base64.StdEncoding.EncodeToString([]byte("\xff\xd8\xff"))
	if !strings.HasPrefix(string(a.Body), want) {
		t.Errorf("answer begins %.40q, want %q", a.Body, want)
	}
}

// TestParameters: radius and sigma change the answer, their defaults do not.
func TestParameters(t *testing.T) {
	body := encoded(t, formatPNG, drawn(t, pictures.Fractal, 60, 60))
	for _, c := range []struct {
		name      string
		run       kernel.Func
		query     string
		unchanged bool
	}{
		{"blurimage", Blur, "radius=32", true},
		{"blurimage", Blur, "sigma=13&radius=32", true},
		{"blurimage", Blur, "radius=", true},
		{"blurimage", Blur, "other=1", true},
		{"blurimage", Blur, "radius=31", false},
		{"blurimage", Blur, "sigma=5", false},
		{"enhanceimage", Enhance, "radius=50", true},
		{"enhanceimage", Enhance, "radius=5", false},
	} {
		q, err := url.ParseQuery(c.query)
		if err != nil {
			t.Fatal(err)
		}
		r := request(body)
		plain := answered(t, c.run, r)
		r.Query = q
		if same := bytes.Equal(answered(t, c.run, r).Body, plain.Body); same != c.unchanged {
			t.Errorf("%s?%s: the answer without parameters: %v, want %v", c.name, c.query, same, c.unchanged)
		}
	}
}

// TestGolden: the pixels of each kernel on each form of picture. The luma of a
// JPEG is that of the colours it was made from.
func TestGolden(t *testing.T) {
	for name, want := range map[string]struct{ blur, enhance string }{
		"Gray":     {"fb3ab8d51fa7", "1f888fdaf545"},
		"Gray16":   {"fb3ab8d51fa7", "1f888fdaf545"},
		"RGBA":     {"6c17d7669692", "ea55c53f6986"},
		"RGBA64":   {"589db4536858", "fc884b04fefc"},
		"NRGBA":    {"69ee3cc94110", "317adf292638"},
		"NRGBA64":  {"589db4536858", "fc884b04fefc"},
		"Paletted": {"ae64bd12b2c4", "deea7b0241a5"},
		"CMYK":     {"eaefa2425c8f", "51a30990a075"},
		"YCbCr":    {"39f7b66d55d4", "ea55c53f6986"},
	} {
		img := forms(t, 97, 61)[name]
		if got := hash(equalised(t, grey(img), 20).Pix); got != want.enhance {
			t.Errorf("enhanceimage of %s: hash %s, want %s", name, got, want.enhance)
		}
		if got := hash(blurred(t, newCanvas(img), 32, 13).pix); got != want.blur {
			t.Errorf("blurimage of %s: hash %s, want %s", name, got, want.blur)
		}
	}
}

// hash is a short hash of pixels.
func hash(pix []uint8) string {
	sum := sha256.Sum256(pix)
	return hex.EncodeToString(sum[:6])
}

// TestRequestIsNotChanged: kernels read a request's body and leave it.
func TestRequestIsNotChanged(t *testing.T) {
	for _, f := range []format{formatJPEG, formatPNG, formatBMP} {
		body := uri(f.media(), encoded(t, f, drawn(t, pictures.Noise, 20, 20)))
		r := request(bytes.Clone(body))
		for name, run := range kernels() {
			answered(t, run, r)
			if !bytes.Equal(r.Body, body) {
				t.Errorf("%s changes the body of its request", name)
			}
		}
	}
}

// TestConcurrent: the same answers alone and twenty at a time; the race
// detector watches.
func TestConcurrent(t *testing.T) {
	for name, run := range kernels() {
		var bodies, want [][]byte
		for i := range 4 {
			bodies = append(bodies, encoded(t, format(i%3), drawn(t, pictures.Kinds()[i], 50+i, 40)))
			want = append(want, answered(t, run, request(bodies[i])).Body)
		}
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() {
				a, err := run(context.Background(), request(bodies[i%4]))
				if err != nil || !bytes.Equal(a.Body, want[i%4]) {
					t.Errorf("%s: request %d among 20: another answer than alone (%v)", name, i, err)
				}
			})
		}
		wg.Wait()
	}
}

// A patience is a context that is done after its Err was asked for some times.
type patience struct {
	context.Context
	left, late int
}

// Err counts.
func (p *patience) Err() error {
	if p.left--; p.left >= 0 {
		return nil
	}
	p.late++
	return context.Canceled
}

// TestCancelled: wherever its context ends, a kernel ends with the context's
// error, and asks for it at least once per two rows of each pass.
func TestCancelled(t *testing.T) {
	for name, run := range kernels() {
		for _, f := range []format{formatJPEG, formatPNG, formatBMP} {
			r := request(encoded(t, f, drawn(t, pictures.Fractal, 30, 40)))
			full := &patience{Context: context.Background(), left: 1 << 30}
			if _, err := run(full, r); err != nil {
				t.Fatal(err)
			}
			asked := 1<<30 - full.left
			if asked < 30 {
				t.Errorf("%s asks its context %d times, want at least 30", name, asked)
			}
			for after := range asked {
				p := &patience{Context: context.Background(), left: after}
				if _, err := run(p, r); !errors.Is(err, context.Canceled) {
					t.Fatalf("%s, %s: cancelled after %d of %d looks: %v", name, f.media(), after, asked, err)
				}
				if p.late > 3 {
					t.Fatalf("%s, %s: looked %d times after it was cancelled", name, f.media(), p.late)
				}
			}
		}
	}
}

// TestAnswersAreBuiltAnew: two answers share no memory with each other.
func TestAnswersAreBuiltAnew(t *testing.T) {
	r := request(encoded(t, formatPNG, image.NewGray(image.Rect(0, 0, 3, 3))))
	a, b := answered(t, Blur, r), answered(t, Blur, r)
	a.Body[0]++
	if a.Body[0] == b.Body[0] {
		t.Error("changing one answer changes another")
	}
}
