package imageproc

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"net/http"

	"golang.org/x/image/bmp"

	"cnv/worker/kernel"
)

// A format is a file format of pictures. Only these three are decoded, each by
// its own name, whatever else is registered with package image.
type format uint8

const (
	formatJPEG format = iota
	formatPNG
	formatBMP
)

// media is the media type of a format.
func (f format) media() string { return [...]string{"image/jpeg", "image/png", "image/bmp"}[f] }

// formatOf is the format of a media type, in lower case, as browsers and the
// original's clients name it.
func formatOf(media string) (f format, ok bool) {
	switch media {
	case "image/jpeg", "image/jpg", "image/pjpeg":
		return formatJPEG, true
	case "image/png", "image/x-png":
		return formatPNG, true
	case "image/bmp", "image/x-bmp", "image/x-ms-bmp":
		return formatBMP, true
	}
	return 0, false
}

// sniff is the format of a file, by its first bytes.
func sniff(data []byte) (format, error) {
	for f, magic := range [...]string{"\xff\xd8\xff", "\x89PNG\r\n\x1a\n", "BM"} {
		if bytes.HasPrefix(data, []byte(magic)) {
			return format(f), nil
		}
	}
	if len(data) == 0 {
		return 0, kernel.Bad("there is no picture in the body: send a JPEG, PNG or BMP")
	}
	return 0, unknown("the body begins with %.16q", data)
}

// unknown is the error for what is no picture that can be read.
func unknown(what string, arg any) *kernel.Error {
	return &kernel.Error{Status: http.StatusUnsupportedMediaType, Detail: fmt.Sprintf(what+": send a JPEG, PNG or BMP", arg)}
}

// maxSide is the longest side of a picture, pixels: that of a JPEG, so that all
// formats can be answered in each other's, and codecs' rows take little memory.
const maxSide = 1<<16 - 1

// maxScans of a JPEG: a progressive one has about ten. Each may go over all of
// the picture again for a few dozen bytes of file.
const maxScans = 100

// decode decodes a picture of at most limit pixels. It reads the size first,
// and refuses before it decodes.
func decode(ctx context.Context, data []byte, limit int64) (image.Image, error) {
	f, err := sniff(data)
	if err != nil {
		return nil, err
	}
	c, err := f.config(bytes.NewReader(data))
	if err != nil {
		return nil, kernel.Bad("the %s cannot be read: %v", f.media(), err)
	}
	if c.Width < 1 || c.Height < 1 {
		return nil, kernel.Bad("the %s has no pixels: it is %d × %d", f.media(), c.Width, c.Height)
	}
	if int64(c.Width) > limit/int64(c.Height) {
		return nil, kernel.TooLarge("a picture of %d × %d pixels: want at most %d", c.Width, c.Height, limit)
	}
	if max(c.Width, c.Height) > maxSide {
		return nil, kernel.TooLarge("a picture of %d × %d pixels: want sides of at most %d", c.Width, c.Height, maxSide)
	}
	if f == formatJPEG && bytes.Count(data, []byte{0xff, 0xda}) > maxScans {
		return nil, kernel.Bad("the image/jpeg has more than %d scans", maxScans)
	}
	img, err := f.decode(&reader{ctx, bytes.NewReader(data)})
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, kernel.Bad("the %s cannot be decoded: %v", f.media(), err)
	}
	return img, nil
}

// config reads a picture's size.
func (f format) config(r io.Reader) (image.Config, error) {
	switch f {
	case formatJPEG:
		return jpeg.DecodeConfig(r)
	case formatPNG:
		return png.DecodeConfig(r)
	default:
		return bmp.DecodeConfig(r)
	}
}

// decode reads a picture.
func (f format) decode(r io.Reader) (image.Image, error) {
	switch f {
	case formatJPEG:
		return jpeg.Decode(r)
	case formatPNG:
		return png.Decode(r)
	default:
		return bmp.Decode(r)
	}
}

// encode writes a picture: JPEG of quality 75, PNG compressed for speed, as
// the best compression would cost more than the kernels do.
func (f format) encode(img image.Image) ([]byte, error) {
	var b bytes.Buffer
	var err error
	switch f {
	case formatJPEG:
		err = jpeg.Encode(&b, img, nil)
	case formatPNG:
		err = (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, img)
	default:
		err = bmp.Encode(&b, img)
	}
	return b.Bytes(), err
}

// A reader ends with the error of its context once that is done, so that a
// decoder stops.
type reader struct {
	ctx  context.Context
	data *bytes.Reader
}

// Read reads the next bytes.
func (r *reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.data.Read(p)
}
