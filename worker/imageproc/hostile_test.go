package imageproc

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"testing"

	"cnv/worker/kernel"
	"cnv/worker/pictures"
)

// chunk is a chunk of a PNG with its checksum.
func chunk(name string, data []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	b = append(append(b, name...), data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// pngOf is a PNG of 8 bits per channel whose header says w × h, with data
// compressed behind it.
func pngOf(w, h uint32, data []byte) []byte {
	header := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	var z bytes.Buffer
	c := zlib.NewWriter(&z)
	_, _ = c.Write(data)
	_ = c.Close()
	b := append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(header, 8, 2, 0, 0, 0))...)
	b = append(b, chunk("IDAT", z.Bytes())...)
	return append(b, chunk("IEND", nil)...)
}

// jpegOf is a JPEG whose frame header is made to say w × h.
func jpegOf(t testing.TB, w, h uint16) []byte {
	b := encoded(t, formatJPEG, image.NewGray(image.Rect(0, 0, 8, 8)))
	frame := bytes.Index(b, []byte{0xff, 0xc0})
	binary.BigEndian.PutUint16(b[frame+5:], h)
	binary.BigEndian.PutUint16(b[frame+7:], w)
	return b
}

// bmpOf is a BMP with one byte per pixel, a palette of one colour and a given
// body, whose header says w × h.
func bmpOf(w, h int32, pixels []byte) []byte {
	b := make([]byte, 14+40+4, 14+40+4+len(pixels))
	copy(b, "BM")
	binary.LittleEndian.PutUint32(b[10:], 14+40+4) // where the pixels are
	binary.LittleEndian.PutUint32(b[14:], 40)
	binary.LittleEndian.PutUint32(b[18:], uint32(w))
	binary.LittleEndian.PutUint32(b[22:], uint32(h))
	b[26], b[28] = 1, 8 // plane, bits per pixel
	b[46] = 1           // colour
	b[54], b[55], b[56] = 10, 20, 30
	return append(b, pixels...)
}

// TestHostile: each body is refused with the status it deserves and a detail
// that says what is wrong, and none makes the worker allocate much.
func TestHostile(t *testing.T) {
	good := encoded(t, formatPNG, drawn(t, pictures.Noise, 30, 30))
	multi, boundary := form(t, good)
	noFile, boundary2 := form(t)
	scans := encoded(t, formatJPEG, image.NewGray(image.Rect(0, 0, 8, 8)))
	scans = append(scans, bytes.Repeat([]byte{0xff, 0xda}, 200)...)
	for _, c := range []struct {
		name   string
		media  string
		body   []byte
		status int
		detail string
	}{
		{"nothing", "", nil, 400, "no picture in the body"},
		{"text", "", []byte("hello, world"), 415, `begins with "hello, world": send a JPEG, PNG or BMP`},
		{"GIF", "image/png", []byte("GIF89a\x01\x00\x01\x00"), 415, "begins with"},
		{"TIFF", "", []byte("II*\x00\x08\x00\x00\x00"), 415, "begins with"},
		{"URI without data", "", []byte("data:image/png;base64"), 400, "no comma"},
		{"URI not base64", "", []byte("data:image/png,xyz"), 400, "want data:image/FORMAT;base64,DATA"},
		{"URI of a GIF", "", uri("image/gif", good), 415, `says "image/gif"`},
		{"URI of text", "", uri("text/plain", good), 415, "says"},
		{"URI without type", "", uri("", good), 415, "says"},
		{"URI, one letter wrong", "", []byte("data:image/png;base64,iVBORw0K*"), 400, "not base64 at byte 30"},
		{"URI, a letter over", "", []byte("data:image/png;base64,iVBOR"), 400, "not base64 at byte"},
		{"URI, empty", "", []byte("data:image/png;base64,"), 400, "no picture"},
		{"URI, text inside", "", uri("image/png", []byte("hello")), 415, "begins with"},
		{"PNG of 65536 × 1", "", pngOf(1<<16, 1, nil), 413, "65536 × 1 pixels: want sides of at most 65535"},
		{"form without boundary", "multipart/form-data", multi, 400, "no boundary"},
		{"form, other boundary", "multipart/form-data; boundary=x", multi, 400, "no file"},
		{"form without file", boundary2, noFile, 400, "no file"},
		{"form cut short", boundary, multi[:len(multi)-400], 400, "cut short"},
		{"PNG, signature only", "", good[:8], 400, "image/png cannot be read"},
		{"PNG cut short", "", good[:len(good)/2], 400, "image/png cannot be decoded"},
		{"PNG, a bit flipped", "", append(append([]byte{}, good[:200]...), append([]byte{good[200] ^ 1}, good[201:]...)...), 400, "image/png cannot be decoded"},
		{"PNG of 0 × 5", "", pngOf(0, 5, nil), 400, "image/png"},
		{"PNG of 10⁹ pixels", "", pngOf(1e9, 1, make([]byte, 100)), 413, "1000000000 × 1 pixels"},
		{"PNG of 2⁶² pixels", "", pngOf(1<<31-1, 1<<31-1, nil), 400, "image/png"},
		{"PNG of 4·10⁹ pixels", "", pngOf(65536, 65536, nil), 413, "65536 × 65536 pixels: want at most 25000000"},
		{"PNG, more inside than it says", "", pngOf(1, 1, make([]byte, 50<<20)), 400, "image/png cannot be decoded"},
		{"PNG, less inside than it says", "", pngOf(100, 100, make([]byte, 100)), 400, "image/png cannot be decoded"},
		{"JPEG of 65500 × 65500", "", jpegOf(t, 65500, 65500), 413, "65500 × 65500"},
		{"JPEG of 0 × 8", "", jpegOf(t, 0, 8), 400, "image/jpeg"},
		{"JPEG cut short", "", jpegOf(t, 8, 8)[:300], 400, "image/jpeg"},
		{"JPEG, bigger than its data", "", jpegOf(t, 500, 500), 400, "image/jpeg cannot be decoded"},
		{"JPEG of many scans", "", scans, 400, "more than 100 scans"},
		{"BMP, two letters", "", []byte("BM"), 400, "image/bmp"},
		{"BMP of -5 × 5", "", bmpOf(-5, 5, nil), 400, "image/bmp"},
		{"BMP of 0 × 5", "", bmpOf(0, 5, nil), 400, "0 × 5"},
		{"BMP of 2³¹-1 × -2³¹", "", bmpOf(1<<31-1, -1<<31, nil), 413, "pixels"},
		{"BMP cut short", "", bmpOf(100, 100, make([]byte, 99)), 400, "image/bmp cannot be decoded"},
	} {
		for kernelName, run := range kernels() {
			r := &kernel.Request{Type: c.media, Body: c.body, Limits: kernel.Default}
			var err error
			used := allocated(func() { _, err = run(context.Background(), r) })
			var e *kernel.Error
			if !errors.As(err, &e) || e.Status != c.status || !strings.Contains(e.Detail, c.detail) {
				t.Errorf("%s, %s: %v, want %d %s", kernelName, c.name, err, c.status, c.detail)
			}
			if used > 2<<20 {
				t.Errorf("%s, %s: %d bytes allocated, want at most 2 MiB", kernelName, c.name, used)
			}
		}
	}
}

// allocated is how many bytes f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestLimits: bodies and pictures at the limit pass, one more is refused.
func TestLimits(t *testing.T) {
	body := encoded(t, formatPNG, drawn(t, pictures.Text, 30, 20))
	for name, run := range kernels() {
		r := &kernel.Request{Body: body, Limits: kernel.Limits{Body: int64(len(body)), Pixels: 600}}
		answered(t, run, r)
		r.Limits.Pixels--
		wantStatus(t, name, run, r, http.StatusRequestEntityTooLarge)
		r.Limits = kernel.Limits{Body: int64(len(body)) - 1, Pixels: 600}
		wantStatus(t, name, run, r, http.StatusRequestEntityTooLarge)
	}
}

// TestMemoryFollowsArea: at most 16 bytes per pixel and 8 MiB are allocated,
// also for the widest pictures of one row and the highest of one column.
func TestMemoryFollowsArea(t *testing.T) {
	for _, size := range []image.Point{{500, 500}, {maxSide, 1}, {1, maxSide}} {
		body := encoded(t, formatPNG, image.NewNRGBA64(image.Rectangle{Max: size}))
		for name, run := range kernels() {
			used := allocated(func() { answered(t, run, request(body)) })
			if limit := uint64(16*size.X*size.Y + 8<<20); used > limit {
				t.Errorf("%s of %v: %d bytes, want at most %d", name, size, used, limit)
			}
		}
	}
}

// TestReaderStops: once the context is done, a decoder gets no more bytes.
func TestReaderStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	r := &reader{ctx, bytes.NewReader(make([]byte, 100))}
	if n, err := r.Read(make([]byte, 10)); n != 10 || err != nil {
		t.Errorf("before: %d bytes, %v, want 10", n, err)
	}
	cancel()
	if n, err := r.Read(make([]byte, 10)); n != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("afterwards: %d bytes, %v, want none and the context's error", n, err)
	}
}

// TestBadParameters: what is no number, or none that can be used, is refused
// before the body is looked at.
func TestBadParameters(t *testing.T) {
	for _, q := range []string{"radius=0", "radius=-3", "radius=128", "radius=1e3", "radius=9999999999999999999", "radius=x"} {
		for name, run := range kernels() {
			query, _ := url.ParseQuery(q)
			wantStatus(t, name+"?"+q, run, &kernel.Request{Query: query}, http.StatusBadRequest)
		}
	}
	for _, q := range []string{"sigma=0", "sigma=-1", "sigma=NaN", "sigma=Inf", "sigma=1e-300", "sigma=1001", "sigma=x"} {
		query, _ := url.ParseQuery(q)
		wantStatus(t, "blurimage?"+q, Blur, &kernel.Request{Query: query}, http.StatusBadRequest)
	}
}

// wantStatus requires a refusal.
func wantStatus(t *testing.T, name string, run kernel.Func, r *kernel.Request, status int) {
	t.Helper()
	_, err := run(context.Background(), r)
	var e *kernel.Error
	if !errors.As(err, &e) || e.Status != status {
		t.Errorf("%s: %v, want status %d", name, err, status)
	}
}

// TestCutAnywhere: a file cut at any byte is refused or, where only the end
// was lost, answered.
func TestCutAnywhere(t *testing.T) {
	for _, f := range []format{formatJPEG, formatPNG, formatBMP} {
		body := encoded(t, f, drawn(t, pictures.Text, 9, 7))
		for n := range body {
			_, err := Enhance(context.Background(), request(body[:n]))
			var e *kernel.Error
			if err != nil && !errors.As(err, &e) {
				t.Fatalf("%s cut at %d: %v, want a refusal", f.media(), n, err)
			}
			if err == nil && n < len(body)-12 {
				t.Errorf("%s of %d bytes cut at %d is answered", f.media(), len(body), n)
			}
		}
	}
}

// TestColourBeyondThePalette: a pixel of a BMP that names a colour the palette
// has not is black.
func TestColourBeyondThePalette(t *testing.T) {
	img, err := decode(context.Background(), bmpOf(2, 1, []byte{0, 200, 0, 0}), 10)
	if err != nil {
		t.Fatal(err)
	}
	m := rgba(img)
	if got, want := m.RGBAAt(0, 0), (color.RGBA{R: 30, G: 20, B: 10, A: 255}); got != want {
		t.Errorf("colour 0 is %v, want %v", got, want)
	}
	if got, want := m.RGBAAt(1, 0), (color.RGBA{A: 255}); got != want {
		t.Errorf("colour 200 of 1 is %v, want %v", got, want)
	}
}

// FuzzBody: no body, of whatever type, does more than be refused or answered.
func FuzzBody(f *testing.F) {
	img := drawn(f, pictures.Text, 9, 7)
	for _, k := range []format{formatJPEG, formatPNG, formatBMP} {
		data := encoded(f, k, img)
		f.Add("", data)
		f.Add("", uri(k.media(), data))
		body, media := form(f, data)
		f.Add(media, body)
	}
	f.Add("", bmpOf(2, 1, []byte{0, 200, 0, 0}))
	f.Add("", pngOf(65536, 65536, nil))
	f.Add("multipart/form-data; boundary=x", []byte("--x\r\n\r\n--x--"))
	limits := kernel.Limits{Body: 1 << 20, Pixels: 4096}
	f.Fuzz(func(t *testing.T, media string, body []byte) {
		for name, run := range kernels() {
			a, err := run(context.Background(), &kernel.Request{Type: media, Body: body, Limits: limits})
			var e *kernel.Error
			if err != nil && !errors.As(err, &e) {
				t.Errorf("%s: %v is neither an answer nor a refusal", name, err)
			}
			if err == nil && len(a.Body) == 0 {
				t.Errorf("%s: an empty answer", name)
			}
		}
	})
}
