package load

import (
	"encoding/binary"
	"encoding/hex"

	"cnv/policy"
)

// traceparent is a W3C trace context, version 00, sampled
// (https://www.w3.org/TR/trace-context/#traceparent-header), with ids drawn
// from r. Neither id may be 0.
func traceparent(r *policy.Rand) string {
	var ids [24]byte
	binary.BigEndian.PutUint64(ids[0:], r.Uint64())
	binary.BigEndian.PutUint64(ids[8:], max(r.Uint64(), 1))
	binary.BigEndian.PutUint64(ids[16:], max(r.Uint64(), 1))
	b := make([]byte, 0, 55)
	b = append(b, "00-"...)
	b = hex.AppendEncode(b, ids[:16])
	b = append(b, '-')
	b = hex.AppendEncode(b, ids[16:])
	return string(append(b, "-01"...))
}
