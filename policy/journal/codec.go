package journal

import (
	"encoding/binary"
	"errors"
	"math"
	"time"

	"cnv/policy"
)

// A Record is one step of a Controller: the event, when it happened, and the
// commands that followed.
//
// Invariant: At is not before that of the record before it.
type Record struct {
	At       time.Duration
	Event    policy.Event
	Commands []policy.Command
}

// Fields of an Event that are zero are left out; a bit set says which are
// there. The bit numbers are part of the format.
const (
	hasRequest = 1 << iota
	hasAttempt
	hasStatus
	hasZone
	hasClass
	hasPool
	hasCode
	hasWorker
	hasN
	hasKey
	hasInstance
	hasBytes
	hasAt
	hasTook
	hasWork
	hasCPU
	hasTruth
	hasFeatures
	isCold
	isIdempotent
	isStreamed
	isUnstarted
	hasExecuted
)

// errShort says that a record ends before its fields do.
var errShort = errors.New("record is cut short")

// appendEvent appends the encoding of e to b.
// Its kind, four bytes of bits, then the fields that are set, integers as varints: most events have a
// few fields of some twenty.
func appendEvent(b []byte, e *policy.Event) []byte {
	b = append(b, byte(e.Kind))
	at := len(b)
	var bits uint64
	b = append(b, 0, 0, 0, 0) // the bits, filled in below
	num := func(bit uint64, v int64) {
		if v != 0 {
			bits |= bit
			b = binary.AppendVarint(b, v)
		}
	}
	float := func(bit uint64, v float64) {
		if v != 0 || math.Signbit(v) {
			bits |= bit
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
		}
	}
	num(hasRequest, int64(e.Request))
	num(hasAttempt, int64(e.Attempt))
	num(hasStatus, int64(e.Status))
	num(hasZone, int64(e.Zone))
	num(hasClass, int64(e.Class))
	num(hasPool, int64(e.Pool))
	num(hasCode, int64(e.Code))
	num(hasWorker, int64(e.Worker))
	num(hasN, int64(e.N))
	num(hasKey, int64(e.Key))
	num(hasInstance, int64(e.Instance))
	num(hasBytes, e.Bytes)
	num(hasAt, int64(e.At))
	num(hasTook, int64(e.Took))
	float(hasWork, e.Work)
	float(hasCPU, e.CPU)
	float(hasTruth, e.Truth)
	if x := e.Executed; x != (policy.Executed{}) {
		bits |= hasExecuted
		for _, v := range [...]int64{x.Instructions, x.Blocks, x.Calls} {
			b = binary.AppendVarint(b, v)
		}
	}
	if n := countFeatures(&e.Features); n > 0 {
		bits |= hasFeatures
		b = append(b, byte(n))
		for _, v := range e.Features[:n] {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
		}
	}
	flag := func(bit uint64, set bool) {
		if set {
			bits |= bit
		}
	}
	flag(isCold, e.Cold)
	flag(isIdempotent, e.Idempotent)
	flag(isStreamed, e.Streamed)
	flag(isUnstarted, e.Unstarted)
	binary.LittleEndian.PutUint32(b[at:], uint32(bits))
	return b
}

// countFeatures is the number of features up to the last that is not zero; a
// negative zero is not zero.
// Replay compares bit by bit, so that a negative zero has to come back as one.
func countFeatures(f *[policy.MaxFeatures]float64) int {
	n := policy.MaxFeatures
	for n > 0 && math.Float64bits(f[n-1]) == 0 {
		n--
	}
	return n
}

// A decoder takes fields off the front of a buffer; after the first error it
// gives zeros.
type decoder struct {
	b   []byte
	err error
}

func (d *decoder) byte() byte {
	if len(d.b) == 0 {
		d.err = errShort
		return 0
	}
	v := d.b[0]
	d.b = d.b[1:]
	return v
}

func (d *decoder) varint() int64 {
	v, n := binary.Varint(d.b)
	if n <= 0 {
		d.err = errShort
		d.b = nil
		return 0
	}
	d.b = d.b[n:]
	return v
}

func (d *decoder) fixed(n int) uint64 {
	if len(d.b) < n {
		d.err = errShort
		d.b = nil
		return 0
	}
	var v [8]byte
	copy(v[:], d.b[:n])
	d.b = d.b[n:]
	return binary.LittleEndian.Uint64(v[:])
}

func (d *decoder) float() float64 { return math.Float64frombits(d.fixed(8)) }

// event decodes what appendEvent encoded.
func (d *decoder) event(e *policy.Event) {
	*e = policy.Event{Kind: policy.EventKind(d.byte())}
	bits := d.fixed(4)
	num := func(bit uint64) int64 {
		if bits&bit == 0 {
			return 0
		}
		return d.varint()
	}
	float := func(bit uint64) float64 {
		if bits&bit == 0 {
			return 0
		}
		return d.float()
	}
	e.Request = policy.RequestID(num(hasRequest))
	e.Attempt = uint8(num(hasAttempt))
	e.Status = policy.Status(num(hasStatus))
	e.Zone = uint8(num(hasZone))
	e.Class = policy.ClassID(num(hasClass))
	e.Pool = policy.PoolID(num(hasPool))
	e.Code = uint16(num(hasCode))
	e.Worker = policy.WorkerID(num(hasWorker))
	e.N = int32(num(hasN))
	e.Key = policy.Key(num(hasKey))
	e.Instance = uint64(num(hasInstance))
	e.Bytes = num(hasBytes)
	e.At = time.Duration(num(hasAt))
	e.Took = time.Duration(num(hasTook))
	e.Work = float(hasWork)
	e.CPU = float(hasCPU)
	e.Truth = float(hasTruth)
	if bits&hasExecuted != 0 {
		e.Executed = policy.Executed{Instructions: d.varint(), Blocks: d.varint(), Calls: d.varint()}
	}
	if bits&hasFeatures != 0 {
		n := int(d.byte())
		for i := range min(n, policy.MaxFeatures) {
			e.Features[i] = d.float()
		}
	}
	e.Cold, e.Idempotent = bits&isCold != 0, bits&isIdempotent != 0
	e.Streamed, e.Unstarted = bits&isStreamed != 0, bits&isUnstarted != 0
}

// The bits of a command's flags: Command.Known, and that there is a class.
const (
	isKnown = 1 << iota
	ofClass
)

// appendCommand appends the encoding of c to b.
// All fields, as commands are fewer than events and nearly all of theirs are set.
func appendCommand(b []byte, c *policy.Command) []byte {
	flags := byte(0)
	if c.Known {
		flags = isKnown
	}
	if c.Class != 0 {
		flags |= ofClass
	}
	b = append(b, byte(c.Kind), c.Attempt, byte(c.Reason), flags)
	if c.Class != 0 {
		b = binary.AppendVarint(b, int64(c.Class))
	}
	for _, v := range [...]int64{int64(c.Pool), int64(c.Worker), int64(c.N), int64(c.Request), int64(c.Key), int64(c.At)} {
		b = binary.AppendVarint(b, v)
	}
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(c.Work))
}

// command decodes what appendCommand encoded.
func (d *decoder) command(c *policy.Command) {
	c.Kind, c.Attempt, c.Reason = policy.CommandKind(d.byte()), d.byte(), policy.Reason(d.byte())
	flags := d.byte()
	c.Known = flags&isKnown != 0
	if flags&ofClass != 0 {
		c.Class = policy.ClassID(d.varint())
	}
	c.Pool, c.Worker = policy.PoolID(d.varint()), policy.WorkerID(d.varint())
	c.N, c.Request = int32(d.varint()), policy.RequestID(d.varint())
	c.Key, c.At = policy.Key(d.varint()), time.Duration(d.varint())
	c.Work = d.float()
}

// appendRecord appends one record: the time since the last one, the event,
// the commands.
func appendRecord(b []byte, since time.Duration, e *policy.Event, cmds []policy.Command) []byte {
	b = binary.AppendUvarint(b, uint64(since))
	b = appendEvent(b, e)
	b = binary.AppendUvarint(b, uint64(len(cmds)))
	for i := range cmds {
		b = appendCommand(b, &cmds[i])
	}
	return b
}

// maxCommands bounds the commands of one step: more are a sign of damage.
const maxCommands = 1 << 20

// record decodes one record after an instant.
// The commands reuse r's memory. After an error r holds what was read so far and must not be used.
func (d *decoder) record(last time.Duration, r *Record) error {
	since, n := binary.Uvarint(d.b)
	if n <= 0 {
		return errShort
	}
	d.b = d.b[n:]
	r.At = last + time.Duration(since)
	d.event(&r.Event)
	count, n := binary.Uvarint(d.b)
	if n <= 0 || count > maxCommands {
		return errShort
	}
	d.b = d.b[n:]
	r.Commands = r.Commands[:0]
	for range count {
		var c policy.Command
		d.command(&c)
		if d.err != nil {
			return d.err
		}
		r.Commands = append(r.Commands, c)
	}
	return d.err
}
