package imageproc

import (
	"bytes"
	"encoding/base64"
	"errors"
	"image"
	"io"
	"mime"
	"mime/multipart"
	"strings"

	"cnv/worker/kernel"
)

// An envelope is how a picture came, and how the answer goes back.
type envelope struct {
	format format // of the answer
	prefix string // "data:image/png;base64," as it was sent; empty: the picture is raw
	data   []byte // the encoded picture
}

// open finds the picture in the body of a request: a data URI
// (data:image/FORMAT;base64,DATA), the bytes of a file, or either as the first
// file of a multipart form. An answer has the format that the data URI names,
// else that of the picture.
func open(r *kernel.Request) (envelope, error) {
	if int64(len(r.Body)) > r.Limits.Body {
		return envelope{}, kernel.TooLarge("a body of %d bytes: want at most %d", len(r.Body), r.Limits.Body)
	}
	body := r.Body
	if media, params, err := mime.ParseMediaType(r.Type); err == nil && strings.HasPrefix(media, "multipart/") {
		if body, err = firstFile(body, params["boundary"]); err != nil {
			return envelope{}, err
		}
	}
	if start := bytes.TrimLeft(body, " \t\r\n"); len(start) >= 5 && strings.EqualFold(string(start[:5]), "data:") {
		return openURI(start)
	}
	f, err := sniff(body)
	return envelope{format: f, data: body}, err
}

// openURI takes a data URI apart (RFC 2397). Line ends in the data and missing
// padding are forgiven.
func openURI(uri []byte) (envelope, error) {
	comma := bytes.IndexByte(uri, ',')
	if comma < 0 {
		return envelope{}, kernel.Bad("the data URI has no comma: want data:image/FORMAT;base64,DATA")
	}
	prefix := string(uri[:comma+1])
	media, encoded := strings.CutSuffix(strings.ToLower(prefix[len("data:"):comma]), ";base64")
	if !encoded {
		return envelope{}, kernel.Bad("the data URI begins %.60q: want data:image/FORMAT;base64,DATA", prefix)
	}
	media, _, _ = strings.Cut(media, ";")
	f, ok := formatOf(media)
	if !ok {
		return envelope{}, unknown("the data URI says %.60q", media)
	}
	text := bytes.TrimRight(uri[comma+1:], "= \t\r\n")
	data := make([]byte, base64.RawStdEncoding.DecodedLen(len(text)))
	n, err := base64.RawStdEncoding.Decode(data, text)
	var at base64.CorruptInputError
	if errors.As(err, &at) {
		return envelope{}, kernel.Bad("the data URI is not base64 at byte %d", int64(comma)+1+int64(at))
	}
	return envelope{format: f, prefix: prefix, data: data[:n]}, err
}

// firstFile is the first file of a form.
func firstFile(body []byte, boundary string) ([]byte, error) {
	if boundary == "" {
		return nil, kernel.Bad("the Content-Type of the form has no boundary")
	}
	form := multipart.NewReader(bytes.NewReader(body), boundary)
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, kernel.Bad("the form has no file: send the picture as -F image=@FILE does")
		}
		if err != nil {
			return nil, kernel.Bad("the form is malformed: %v", err)
		}
		if part.FileName() == "" {
			continue
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return nil, kernel.Bad("the file of the form is cut short: %v", err)
		}
		return data, nil
	}
}

// answer encodes a picture and puts it into the envelope.
func (e envelope) answer(img image.Image) (kernel.Answer, error) {
	data, err := e.format.encode(img)
	if err != nil {
		return kernel.Answer{}, err
	}
	if e.prefix == "" {
		return kernel.Answer{Type: e.format.media(), Body: data}, nil
	}
	body := make([]byte, 0, len(e.prefix)+base64.StdEncoding.EncodedLen(len(data)))
	body = base64.StdEncoding.AppendEncode(append(body, e.prefix...), data)
	return kernel.Answer{Type: "text/plain; charset=utf-8", Body: body}, nil
}
