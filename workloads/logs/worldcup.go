package logs

import (
	"encoding/binary"
	"errors"
	"io"
	"strconv"
)

// recordSize is the length of a record: timestamp, clientID, objectID and size
// of 32 bits, then method, status, type and server of 8, big-endian.
const recordSize = 20

// The status of a record is the number of one of these, in the low 6 bits.
var recordStatus = []string{
	"100", "101", "200", "201", "202", "203", "204", "205", "206", "300", "301", "302", "303", "304", "305", "400", "401", "402", "403", "404", "405", "406", "407", "408", "409", "410", "411", "412", "413", "414", "415",
	"500", "501", "502", "503", "504", "505", "",
}

// recordTypes are the types of files.
var recordTypes = []string{"html", "image", "audio", "video", "java", "formatted", "dynamic", "text", "compressed", "programs", "directory", "icl", "other"}

// A worldCup reads the binary records of the World Cup 98 site.
type worldCup struct {
	named
	in     *Input
	record [recordSize]byte
	time   []byte
	size   []byte
}

func newWorldCup(in *Input) (rows, error) {
	head, err := in.Head()
	if err != nil {
		return nil, err
	}
	if len(head) >= recordSize && !inCup(head) {
		return nil, in.refuse("not the binary records of World Cup 98: the first is not of its months")
	}
	return &worldCup{in: in, named: named{columns: []string{"timestamp", "size", "status", "type"}}}, nil
}

// isWorldCup: two records within the months of the cup, in order.
func isWorldCup(head []byte) bool {
	if len(head) < 2*recordSize {
		return false
	}
	return inCup(head) && inCup(head[recordSize:]) && binary.BigEndian.Uint32(head) <= binary.BigEndian.Uint32(head[recordSize:])
}

// inCup says whether a record is of the months of the cup.
func inCup(record []byte) bool {
	at := binary.BigEndian.Uint32(record)
	return at >= 893_900_000 && at < 902_000_000
}

func (w *worldCup) next() error {
	_, err := io.ReadFull(w.in.text, w.record[:])
	w.in.line++
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return w.in.refuse("the record is cut off")
	case errors.Is(err, io.EOF):
		return err
	case err != nil:
		return w.in.unreadable(err)
	}
	b := w.record[:]
	w.text = b
	w.time = strconv.AppendUint(w.time[:0], uint64(binary.BigEndian.Uint32(b)), 10)
	w.size = strconv.AppendUint(w.size[:0], uint64(binary.BigEndian.Uint32(b[12:])), 10)
	if binary.BigEndian.Uint32(b[12:]) == 1<<32-1 {
		w.size = w.size[:0] // not known
	}
	var status, kind string
	if s := int(b[17] & 0x3f); s < len(recordStatus) {
		status = recordStatus[s]
	}
	if int(b[18]) < len(recordTypes) {
		kind = recordTypes[b[18]]
	}
	w.cells = append(w.cells[:0], w.time, w.size, []byte(status), []byte(kind))
	return nil
}
