package dynamo

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"
)

// An item is its attributes.
type item map[string]value

// A kind is the type of a value, as it is named on the wire: those that live/store
// and the lease write.
type kind string

// The kinds.
const (
	kindString kind = "S"
	kindNumber kind = "N"
	kindList   kind = "L"
)

// A value is one of an attribute.
type value struct {
	kind   kind
	text   string  // of S
	number number  // of N
	list   []value // of L
}

// mostItem is AWS's limit of an item, bytes.
const mostItem = 400 << 10

// UnmarshalJSON reads {"S": "text"} and the like.
func (v *value) UnmarshalJSON(text []byte) error {
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(text, &parts); err != nil {
		return failure("SerializationException", "an attribute value is not an object: %.40s", text)
	}
	for k, raw := range parts {
		if bytes.Equal(raw, []byte("null")) {
			delete(parts, k)
		}
	}
	switch len(parts) {
	case 0:
		return invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
	case 1:
	default:
		return invalid("Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes")
	}
	for k, raw := range parts {
		*v = value{kind: kind(k)}
		return v.decode(raw)
	}
	return nil
}

// decode reads what v's kind is followed by.
func (v *value) decode(raw []byte) error {
	var err error
	switch v.kind {
	case kindString:
		err = json.Unmarshal(raw, &v.text)
	case kindNumber:
		var text string
		if err = json.Unmarshal(raw, &text); err == nil {
			v.number, err = parseNumber(text)
			return err
		}
	case kindList:
		return json.Unmarshal(raw, &v.list)
	default:
		return failure("SerializationException", "the local DynamoDB does not know a value of type %s: it keeps S, N and L", v.kind)
	}
	if err != nil {
		return failure("SerializationException", "%.40s cannot be converted to %s", raw, v.kind)
	}
	return nil
}

// MarshalJSON writes what UnmarshalJSON reads.
func (v value) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[kind]any{v.kind: v.wire()})
}

// wire is the value without its kind.
func (v value) wire() any {
	switch {
	case v.kind == kindString:
		return v.text
	case v.kind == kindNumber:
		return v.number.String()
	case v.list == nil:
		return []value{}
	}
	return v.list
}

// check refuses an item that cannot be kept.
func (i item) check(what string) error {
	if _, unnamed := i[""]; unnamed {
		return invalid("One or more parameter values were invalid: an attribute has an empty name")
	}
	if i.size() > mostItem {
		return invalid("Item size %shas exceeded the maximum allowed size", what)
	}
	return nil
}

// size is the bytes of an item as AWS counts them.
func (i item) size() int {
	n := 0
	for name, v := range i {
		n += len(name) + v.size()
	}
	return n
}

func (v value) size() int {
	switch v.kind {
	case kindString:
		return len(v.text)
	case kindNumber:
		return v.number.size()
	}
	n := 3 + len(v.list)
	for _, e := range v.list {
		n += e.size()
	}
	return n
}

// order orders values: of one kind S and N by what they say.
func order(a, b value) int {
	if c := cmp.Compare(a.kind, b.kind); c != 0 {
		return c
	}
	if a.kind == kindNumber {
		return a.number.compare(b.number)
	}
	return strings.Compare(a.text, b.text)
}

// ordered says whether two values have an order.
func ordered(a, b value) bool { return a.kind == b.kind && a.kind != kindList }

// equal says whether two values are the same.
func equal(a, b value) bool { return order(a, b) == 0 && slices.EqualFunc(a.list, b.list, equal) }
