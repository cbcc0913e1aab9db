package logs

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

const (
	// MaxLine bounds a line, bytes.
	MaxLine = 256 << 10
	// headSize is how much of a file is looked at to tell its kind, bytes; up to mostHead
	// where fewer than leastLines end in it.
	headSize   = 64 << 10
	mostHead   = 2 * MaxLine
	leastLines = 4
	// maxWindow bounds what a zstd file may ask for, bytes.
	maxWindow = 64 << 20
	// A compressed file that expands more than mostExpansion times, once it is larger
	// than enoughExpanded bytes, is no log: logs of equal lines reach 200.
	mostExpansion  = 500
	enoughExpanded = 16 << 20
)

// An Input is a file that is read once, from the start to the end, and
// decompressed if it is gzip, zstd or bzip2.
type Input struct {
	Path   string // "-": standard input
	file   io.ReadCloser
	raw    *counted // what is in the file
	text   *bufio.Reader
	line   int // number of the line read last, from 1
	stop   func()
	packed bool
	cut    bool // the line read last has no line break after it: it may be cut off

	envelope *envelope // around each line; nil none
	opened   bool      // whether there is one has been decided
}

// counted counts and digests what is read.
type counted struct {
	r   io.Reader
	n   int64
	sum hash.Hash
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	_, _ = c.sum.Write(p[:n]) // a hash does not fail
	return n, err
}

// OpenInput opens a file; "-" is standard input.
func OpenInput(path string, stdin io.Reader) (*Input, error) {
	if path == "-" {
		return newInput("standard input", io.NopCloser(stdin))
	}
	switch info, err := os.Stat(path); {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, fmt.Errorf("%s is a folder, want a file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return newInput(path, f)
}

// newInput begins reading and tells compression and encoding.
func newInput(path string, f io.ReadCloser) (*Input, error) {
	in := &Input{Path: path, file: f, raw: &counted{r: f, sum: sha256.New()}, stop: func() {}}
	if err := in.unpack(); err != nil {
		in.Close()
		return nil, err
	}
	return in, nil
}

// unpack looks at the first bytes for how the file is compressed and encoded.
func (in *Input) unpack() error {
	raw := bufio.NewReaderSize(in.raw, 64<<10)
	magic, _ := raw.Peek(4)
	var text io.Reader = raw
	switch {
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(raw)
		if err != nil {
			return fmt.Errorf("%s:1: the compressed file is cut off or damaged in its first bytes: %w", in.Path, err)
		}
		text = &bounded{r: &members{z: z, raw: raw}, raw: in.raw}
	case bytes.HasPrefix(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		z, err := zstd.NewReader(raw, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxWindow), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return fmt.Errorf("%s:1: the compressed file is damaged in its first bytes: %w", in.Path, err)
		}
		in.stop = z.Close
		text = &bounded{r: z, raw: in.raw}
	case bytes.HasPrefix(magic, []byte("BZh")):
		text = &bounded{r: bzip2.NewReader(raw), raw: in.raw}
	case bytes.HasPrefix(magic, []byte("PK\x03\x04")), bytes.HasPrefix(magic, []byte("\xfd7zX")), bytes.HasPrefix(magic, []byte("7z\xbc\xaf")):
		return fmt.Errorf("%s:1: a zip, xz or 7z archive: unpack it first (gzip, zstd and bzip2 are read as they are)", in.Path)
	}
	in.packed = text != io.Reader(raw)
	in.text = bufio.NewReaderSize(text, mostHead)
	switch bom, _ := in.text.Peek(3); {
	case bytes.HasPrefix(bom, []byte{0xff, 0xfe}), bytes.HasPrefix(bom, []byte{0xfe, 0xff}):
		return fmt.Errorf("%s:1: the text is UTF-16: save it as UTF-8", in.Path)
	case bytes.Equal(bom, []byte("\xef\xbb\xbf")):
		_, _ = in.text.Discard(3) // they are in the buffer
	}
	return nil
}

// members reads the members of a gzip file, one after the other, and then zeros, with
// which tapes and block devices fill up the last block.
type members struct {
	z   *gzip.Reader
	raw *bufio.Reader
}

func (m *members) Read(p []byte) (int, error) {
	for {
		m.z.Multistream(false)
		n, err := m.z.Read(p)
		if n > 0 || err != io.EOF {
			if err == io.EOF {
				err = nil
			}
			return n, err
		}
		switch padded, err := m.padding(); {
		case err != nil:
			return 0, err
		case padded:
			return 0, io.EOF
		}
		if err := m.z.Reset(m.raw); err != nil {
			return 0, fmt.Errorf("after a complete gzip stream something follows that is none (%v): cut it off, or unpack the file first", err)
		}
	}
}

// padding says whether nothing but zeros follows.
func (m *members) padding() (bool, error) {
	for {
		c, err := m.raw.ReadByte()
		switch {
		case err == io.EOF:
			return true, nil
		case err != nil:
			return false, err
		case c != 0:
			return false, m.raw.UnreadByte()
		}
	}
}

// bounded refuses a file that expands as no log does.
type bounded struct {
	r   io.Reader
	n   int64
	raw *counted
}

var errExpands = errors.New("the compressed file expands more than 500 times: it is not a log")

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if b.n += int64(n); b.n > enoughExpanded && b.n/mostExpansion > b.raw.n {
		return 0, errExpands
	}
	return n, err
}

// Head is the beginning of what was not read yet, up to headSize bytes, or more where
// lines are long, cut at the end of a line if there is one. It stays to be read.
func (in *Input) Head() ([]byte, error) {
	b, err := in.text.Peek(headSize)
	for n := 2 * headSize; err == nil && n <= mostHead && bytes.Count(b, []byte{'\n'}) < leastLines; n *= 2 {
		b, err = in.text.Peek(n)
	}
	if err != nil && err != io.EOF && !errors.Is(err, bufio.ErrBufferFull) { // an input made of a head holds no more
		return nil, in.unreadable(err)
	}
	if i := bytes.LastIndexByte(b, '\n'); err == nil && i >= 0 {
		b = b[:i+1]
	}
	return b, nil
}

// next reads a line without its end, valid until the next call; io.EOF after
// the last. Empty lines are left out.
func (in *Input) next() ([]byte, error) {
	for {
		line, err := in.text.ReadSlice('\n')
		if len(line) == 0 && err == io.EOF {
			return nil, io.EOF
		}
		in.line++
		if err != nil && err != io.EOF {
			return nil, in.unreadable(err)
		}
		in.cut = err == io.EOF
		line = bytes.TrimSuffix(bytes.TrimSuffix(line, []byte{'\n'}), []byte{'\r'})
		if len(line) == 0 {
			continue
		}
		if len(line) > MaxLine {
			return nil, in.unreadable(bufio.ErrBufferFull)
		}
		if bytes.IndexByte(line, 0) >= 0 {
			return nil, in.refuse("a byte 0: not text, or UTF-16 (save it as UTF-8)")
		}
		return line, nil
	}
}

// skip leaves out lines that were looked at already; ended says whether there is a line
// break after the last.
func (in *Input) skip(lines int, ended bool) {
	for range lines {
		_, _ = in.text.ReadSlice('\n') // they are in the buffer
		in.line++
	}
	in.cut = !ended
}

// A Refusal is about a file that cannot be read any further, whereas after
// other errors the next row can be.
type Refusal struct{ error }

// Unwrap gives what is wrong.
func (r Refusal) Unwrap() error { return r.error }

// refuse is a Refusal at the current line.
func (in *Input) refuse(format string, args ...any) error {
	return Refusal{in.fail(format, args...)}
}

// fail is an error at the current line.
func (in *Input) fail(format string, args ...any) error {
	return fmt.Errorf("%s:%d: "+format, append([]any{in.Path, max(in.line, 1)}, args...)...)
}

// unreadable says why a line could not be read.
func (in *Input) unreadable(err error) error {
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return in.refuse("the line is longer than %d bytes", MaxLine)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return in.refuse("the compressed file is cut off here")
	}
	return in.refuse("%w", err)
}

// open reads from here on what stands in the envelopes around lines.
func (in *Input) open(e *envelope) {
	e.in = in.text
	in.envelope, in.text = e, bufio.NewReaderSize(e, mostHead)
}

// CopyTo copies the text that was not read yet.
func (in *Input) CopyTo(w io.Writer) error {
	if _, err := in.text.WriteTo(w); err != nil {
		return fmt.Errorf("%s: %w", in.Path, err)
	}
	return nil
}

// Base is the name without its folder.
func (in *Input) Base() string { return filepath.Base(in.Path) }

// Digest is the SHA-256 of the file as it is. It reads what was not read yet.
func (in *Input) Digest() (string, error) {
	if _, err := io.Copy(io.Discard, in.raw); err != nil {
		return "", fmt.Errorf("%s: %w", in.Path, err)
	}
	return hex.EncodeToString(in.raw.sum.Sum(nil)), nil
}

// Close closes the file.
func (in *Input) Close() {
	in.stop()
	in.file.Close()
}
