package journal

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"time"

	"cnv/policy"
)

// Version is the version of the format.
// Another version is refused, not converted: a journal is of one build in any case, as another
// build may decide otherwise.
const Version = 3

// magic begins every file: "cnvj" and the version.
var magic = [8]byte{'c', 'n', 'v', 'j', 0, 0, 0, Version}

// maxBlock bounds a block: a larger length is a sign of damage.
const maxBlock = 64 << 20

// Kinds of blocks.
const (
	blockHeader  = 'H'
	blockRecords = 'R'
	blockGap     = 'G'
	blockNote    = 'N'
)

// A Header says what the journal is of. Replay needs all of it.
type Header struct {
	Version    int               `json:"schema_version"`
	Part       int               `json:"part"`       // number of the file, from 1
	Build      map[string]string `json:"build"`      // Go version, GOOS, GOARCH, GOAMD64, modules
	Experiment string            `json:"experiment"` // the experiment file, verbatim
	Policy     string            `json:"policy"`     // name of the policy (cell)
	Workload   string            `json:"workload"`
	Seed       uint64            `json:"seed"`
	Gateway    int               `json:"gateway"`
	Config     json.RawMessage   `json:"config"` // of the control plane, without its policies: see Settings
}

// A Note says who has changed what by hand, and when.
type Note struct {
	At   time.Duration `json:"at_ns"` // since the start of the run
	When time.Time     `json:"when"`
	Who  string        `json:"who"`
	What string        `json:"what"`
	From string        `json:"from"`
	To   string        `json:"to"`
}

// Errors of reading.
var (
	// ErrGap says that records are missing where the writer was overrun.
	ErrGap = errors.New("records are missing")
	// ErrTorn says that the last block was cut off; what came before is good.
	ErrTorn = errors.New("the last block is cut off")
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// writeBlock writes one block.
// Length, checksum (CRC-32C of kind and payload) and kind, nine bytes, little endian.
func writeBlock(w io.Writer, kind byte, payload []byte) (int, error) {
	var h [9]byte
	binary.LittleEndian.PutUint32(h[:], uint32(len(payload)))
	h[8] = kind
	sum := crc32.Update(crc32.Checksum(h[8:], castagnoli), castagnoli, payload)
	binary.LittleEndian.PutUint32(h[4:], sum)
	if _, err := w.Write(h[:]); err != nil {
		return 0, err
	}
	n, err := w.Write(payload)
	return n + len(h), err
}

// readBlock reads one block. At a clean end it returns io.EOF, in the middle
// of a block ErrTorn.
// What a crash leaves is a torn last block; a wrong checksum anywhere is damage, which is told apart
// from it.
func readBlock(r io.Reader) (kind byte, payload []byte, err error) {
	var h [9]byte
	if n, err := io.ReadFull(r, h[:]); err != nil {
		if n == 0 && err == io.EOF {
			return 0, nil, io.EOF
		}
		return 0, nil, torn(err)
	}
	size := binary.LittleEndian.Uint32(h[:])
	if size > maxBlock {
		return 0, nil, fmt.Errorf("block of %d bytes, at most %d: the file is damaged", size, maxBlock)
	}
	payload = make([]byte, size)
	if _, err := io.ReadFull(r, payload); err != nil {
		return 0, nil, torn(err)
	}
	sum := crc32.Update(crc32.Checksum(h[8:], castagnoli), castagnoli, payload)
	if sum != binary.LittleEndian.Uint32(h[4:]) {
		return 0, nil, errors.New("checksum of a block does not match: the file is damaged")
	}
	return h[8], payload, nil
}

// torn turns the end of the file into ErrTorn.
func torn(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return ErrTorn
	}
	return err
}

// Settings is the configuration of a control plane as a Header keeps it: all
// but the policies, which Experiment and Policy name.
func Settings(c policy.Config) json.RawMessage {
	text, err := json.Marshal(c.Bare())
	if err != nil {
		return nil // cannot be: numbers that JSON has no words for are refused by policy.New
	}
	return text
}

// Configuration is the control plane of a header, without its policies.
func (h *Header) Configuration() (c policy.Config, err error) {
	if err := json.Unmarshal(h.Config, &c); err != nil {
		return c, fmt.Errorf("journal: configuration in the header: %w", err)
	}
	return c, nil
}
