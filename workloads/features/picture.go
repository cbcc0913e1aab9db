package features

import (
	"bytes"
	"encoding/base64"
	"errors"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"strings"

	"golang.org/x/image/bmp"
)

var errPicture = errors.New("the body is not a picture in a known format: want a data URI, JPEG, PNG or BMP")

// ofPicture are the features of a picture as it is posted: a data URI
// (data:image/FORMAT;base64,DATA) or the bytes of a file. Only its head is
// decoded. A multipart form is not looked into.
func ofPicture(contentType string, body []byte) (Vector, error) {
	if strings.HasPrefix(contentType, "multipart/") {
		return Vector{}, errPicture
	}
	c, err := head(body)
	if err != nil {
		return Vector{}, err
	}
	return Image{Width: c.Width, Height: c.Height, Body: int64(len(body))}.Features(), nil
}

// head is the size of a picture.
func head(body []byte) (image.Config, error) {
	var file io.Reader = bytes.NewReader(body)
	start := body
	if len(body) > 5 && strings.EqualFold(string(body[:5]), "data:") {
		comma := bytes.IndexByte(body[:min(len(body), 100)], ',')
		if comma < 0 {
			return image.Config{}, errPicture
		}
		encoded := body[comma+1:]
		start = make([]byte, 12) // 16 characters say which format it is
		n, err := base64.StdEncoding.Decode(start, encoded[:min(len(encoded), 16)])
		if err != nil {
			return image.Config{}, errPicture
		}
		start = start[:n]
		file = base64.NewDecoder(base64.StdEncoding, bytes.NewReader(encoded))
	}
	decode := bmp.DecodeConfig
	switch {
	case bytes.HasPrefix(start, []byte("\xff\xd8\xff")):
		decode = jpeg.DecodeConfig
	case bytes.HasPrefix(start, []byte("\x89PNG\r\n\x1a\n")):
		decode = png.DecodeConfig
	case !bytes.HasPrefix(start, []byte("BM")):
		return image.Config{}, errPicture
	}
	c, err := decode(file)
	if err == nil && (c.Width <= 0 || c.Height <= 0) {
		err = errPicture
	}
	return c, err
}
