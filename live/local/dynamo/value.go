package dynamo

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf16"
)

// An item is its attributes.
type item map[string]value

// A kind is the type of a value, as it is named on the wire.
type kind string

// The kinds. The set of a scalar is its name and S.
const (
	kindString  kind = "S"
	kindNumber  kind = "N"
	kindBinary  kind = "B"
	kindBool    kind = "BOOL"
	kindNull    kind = "NULL"
	kindList    kind = "L"
	kindMap     kind = "M"
	kindStrings kind = "SS"
	kindNumbers kind = "NS"
	kindBytes   kind = "BS"
)

func (k kind) isSet() bool { return k == kindStrings || k == kindNumbers || k == kindBytes }

// element is the kind of a set's elements.
func (k kind) element() kind { return k[:1] }

// A value is one of an attribute.
type value struct {
	kind   kind
	text   string  // of S, and the bytes of B
	number number  // of N
	flag   bool    // of BOOL
	list   []value // of L, and of sets, sorted
	fields item    // of M
}

// AWS's limits.
const (
	mostItem  = 400 << 10 // bytes
	mostDepth = 32        // of maps and lists within each other
)

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
	case kindBinary:
		var b []byte
		err = json.Unmarshal(raw, &b)
		v.text = string(b)
	case kindBool:
		err = json.Unmarshal(raw, &v.flag)
	case kindNull:
		var yes bool
		if err = json.Unmarshal(raw, &yes); err == nil && !yes {
			return invalid("One or more parameter values were invalid: Null attribute value types must have the value of true")
		}
	case kindList:
		return json.Unmarshal(raw, &v.list)
	case kindMap:
		v.fields = item{}
		return json.Unmarshal(raw, &v.fields)
	case kindStrings, kindNumbers, kindBytes:
		return v.decodeSet(raw)
	default:
		return failure("SerializationException", "the local DynamoDB does not know a value of type %s", v.kind)
	}
	if err != nil {
		return failure("SerializationException", "%.40s cannot be converted to %s", raw, v.kind)
	}
	return nil
}

func (v *value) decodeSet(raw []byte) error {
	var elements []json.RawMessage
	if err := json.Unmarshal(raw, &elements); err != nil {
		return failure("SerializationException", "%.40s cannot be converted to %s", raw, v.kind)
	}
	if len(elements) == 0 {
		names := map[kind]string{kindStrings: "An string set  may not be empty", kindNumbers: "An number set  may not be empty", kindBytes: "Binary sets should not be empty"}
		return invalid("One or more parameter values were invalid: %s", names[v.kind])
	}
	for _, e := range elements {
		x := value{kind: v.kind.element()}
		if err := x.decode(e); err != nil {
			return err
		}
		v.list = append(v.list, x)
	}
	slices.SortFunc(v.list, order)
	for i := range v.list[1:] {
		if order(v.list[i], v.list[i+1]) == 0 {
			if v.kind == kindNumbers {
				return invalid("Input collection contains duplicates")
			}
			return invalid("One or more parameter values were invalid: Input collection %s contains duplicates.", raw)
		}
	}
	return nil
}

// MarshalJSON writes what UnmarshalJSON reads.
func (v value) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[kind]any{v.kind: v.wire()})
}

// wire is the value without its kind.
func (v value) wire() any {
	switch v.kind {
	case kindString:
		return v.text
	case kindNumber:
		return v.number.String()
	case kindBinary:
		return []byte(v.text)
	case kindBool:
		return v.flag
	case kindNull:
		return true
	case kindMap:
		return v.fields
	case kindList:
		if v.list == nil {
			return []value{}
		}
		return v.list
	}
	out := make([]any, len(v.list))
	for i, e := range v.list {
		out[i] = e.wire()
	}
	return out
}

// check refuses an item that cannot be kept.
func (i item) check(what string) error {
	for name, v := range i {
		if name == "" {
			return invalid("One or more parameter values were invalid: an attribute has an empty name")
		}
		if v.depth() > mostDepth {
			return invalid("Nesting Levels have exceeded supported limits: Attributes have nesting levels beyond supported limit")
		}
	}
	if i.size() > mostItem {
		return invalid("Item size %shas exceeded the maximum allowed size", what)
	}
	return nil
}

func (v value) depth() int {
	deepest := 0
	for _, e := range v.list {
		deepest = max(deepest, 1+e.depth())
	}
	for _, e := range v.fields {
		deepest = max(deepest, 1+e.depth())
	}
	return deepest
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
	case kindString, kindBinary:
		return len(v.text)
	case kindNumber:
		return v.number.size()
	case kindBool, kindNull:
		return 1
	}
	n := 0
	if !v.kind.isSet() {
		n = 3 + len(v.list) + len(v.fields)
	}
	for _, e := range v.list {
		n += e.size()
	}
	return n + v.fields.size()
}

// order orders values: of one kind S, N and B as keys are sorted.
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
func ordered(a, b value) bool {
	return a.kind == b.kind && (a.kind == kindString || a.kind == kindNumber || a.kind == kindBinary)
}

// equal says whether two values are the same; the order of sets means nothing.
func equal(a, b value) bool {
	if order(a, b) != 0 || a.flag != b.flag || len(a.fields) != len(b.fields) || !slices.EqualFunc(a.list, b.list, equal) {
		return false
	}
	for name, x := range a.fields {
		if y, ok := b.fields[name]; !ok || !equal(x, y) {
			return false
		}
	}
	return true
}

// clone copies a value so that the copy can be changed.
func (v value) clone() value {
	v.list = slices.Clone(v.list)
	for i, e := range v.list {
		v.list[i] = e.clone()
	}
	if v.kind == kindMap {
		v.fields = v.fields.clone()
	}
	return v
}

func (i item) clone() item {
	out := make(item, len(i))
	for name, v := range i {
		out[name] = v.clone()
	}
	return out
}

// length is what size() of an expression gives; false: the kind has none. A
// string's is in UTF-16 units.
func (v value) length() (int, bool) {
	switch v.kind {
	case kindString:
		return len(utf16.Encode([]rune(v.text))), true
	case kindBinary:
		return len(v.text), true
	case kindNumber, kindBool, kindNull:
		return 0, false
	}
	return len(v.list) + len(v.fields), true
}
