package raytracer

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/url"
	"strconv"

	"golang.org/x/image/bmp"

	"cnv/worker/kernel"
)

// Render answers with the picture of a scene, as a data URI with a BMP file.
// The body is JSON: scene (or scene_base64) is the text, texmap the file of a
// texture, in base64 or as a list of its bytes. Parameters: scols, srows, the
// size of the whole picture; wcols, wrows, that of the window of it that is
// rendered, which begins coff columns from the left and roff rows from the top
// (the original's went from the wrong side); aa=true smooths edges with four
// rays per pixel; multi=true renders in two goroutines.
func Render(ctx context.Context, r *kernel.Request) (kernel.Answer, error) {
	if int64(len(r.Body)) > r.Limits.Body {
		return kernel.Answer{}, kernel.TooLarge("a body of %d bytes: want at most %d", len(r.Body), r.Limits.Body)
	}
	v, err := window(r.Query, r.Limits.Pixels)
	if err != nil {
		return kernel.Answer{}, err
	}
	text, texmap, err := open(r.Body)
	if err != nil {
		return kernel.Answer{}, err
	}
	s, err := parse(text, r.Limits.Shapes)
	if err != nil {
		return kernel.Answer{}, err
	}
	if err := s.paper(texmap, r.Limits.Pixels); err != nil {
		return kernel.Answer{}, err
	}
	v.aim(s)
	w := newWorld(s, r.Limits.Depth)
	img, err := w.render(ctx, v)
	if err != nil {
		return kernel.Answer{}, err
	}
	var file bytes.Buffer
	if err := bmp.Encode(&file, img); err != nil {
		return kernel.Answer{}, err
	}
	const prefix = "data:image/bmp;base64,"
	body := base64.StdEncoding.AppendEncode(append(make([]byte, 0, len(prefix)+base64.StdEncoding.EncodedLen(file.Len())), prefix...), file.Bytes())
	return kernel.Answer{Type: "text/plain; charset=utf-8", Body: body}, nil
}

// window reads the parameters.
func window(q url.Values, limit int64) (*view, error) {
	v := &view{}
	var errs []error
	integer := func(name string, into *int, least int) {
		text := q.Get(name)
		n, err := strconv.Atoi(text)
		if err != nil || n < least || n > 1<<20 {
			errs = append(errs, kernel.Bad("parameter %s=%.40q: want a whole number of %d to %d", name, text, least, 1<<20))
			return
		}
		*into = n
	}
	integer("scols", &v.cols, 1)
	integer("srows", &v.rows, 1)
	integer("wcols", &v.width, 1)
	integer("wrows", &v.height, 1)
	integer("coff", &v.left, 0)
	integer("roff", &v.top, 0)
	boolean := func(name string, into *bool) {
		text := q.Get(name)
		if text == "" {
			return
		}
		var err error
		if *into, err = strconv.ParseBool(text); err != nil {
			errs = append(errs, kernel.Bad("parameter %s=%.40q: want true or false", name, text))
		}
	}
	boolean("aa", &v.smooth)
	boolean("multi", &v.parallel)
	if len(errs) > 0 {
		return nil, all(errs)
	}
	if int64(v.width)*int64(v.height) > limit {
		return nil, kernel.TooLarge("a window of %d × %d pixels: want at most %d", v.width, v.height, limit)
	}
	return v, nil
}

// all joins what is wrong into one error of a request.
func all(errs []error) error { return kernel.Bad("%v", errors.Join(errs...)) }

// open takes the body apart.
func open(body []byte) (text string, texmap []byte, err error) {
	var in struct {
		Scene   string          `json:"scene"`
		Encoded []byte          `json:"scene_base64"`
		Texmap  json.RawMessage `json:"texmap"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return "", nil, kernel.Bad(`the body cannot be read: %v; want {"scene": "TEXT", "texmap": "BASE64"}`, err)
	}
	if in.Scene == "" {
		in.Scene = string(in.Encoded)
	}
	if in.Scene == "" {
		return "", nil, kernel.Bad(`no scene in the body: want {"scene": "TEXT"}, or "scene_base64"`)
	}
	if len(in.Texmap) == 0 || string(in.Texmap) == "null" {
		return in.Scene, nil, nil
	}
	if in.Texmap[0] == '"' {
		err = json.Unmarshal(in.Texmap, &texmap)
	} else { // as the original's clients send it; Java's bytes are -128 to 127
		var numbers []int16
		err = json.Unmarshal(in.Texmap, &numbers)
		for _, n := range numbers {
			if n < -128 || n > 255 {
				return "", nil, kernel.Bad("texmap: %d is no byte", n)
			}
			texmap = append(texmap, byte(n))
		}
	}
	if err != nil {
		return "", nil, kernel.Bad("texmap: want base64 or a list of bytes: %v", err)
	}
	return in.Scene, texmap, nil
}

// paper gives textured pigments their texture.
func (s *scene) paper(file []byte, limit int64) error {
	for i := range s.pigments {
		p := &s.pigments[i]
		if p.kind != "texmap" {
			continue
		}
		if len(file) == 0 {
			return kernel.Bad("scene, pigment %d: it is a texmap, and the body has no texmap", i)
		}
		if p.pixels == nil {
			img, err := texture(file, limit)
			if err != nil {
				return err
			}
			for j := range s.pigments {
				s.pigments[j].pixels = img
			}
		}
	}
	return nil
}
