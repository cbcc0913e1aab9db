package dynamo

import (
	"encoding/json"
	"io"
	"math/big"
	"reflect"
	"regexp"
	"strings"
)

// An item is its attributes. A value is an object with one field, its type:
// {"N": "12"}.
type item map[string]value

type value map[string]any

// most are AWS's limits.
const (
	mostItem = 400 << 10
	mostPage = 1 << 20
)

// digits are numbers as DynamoDB takes them; their size bounds the arithmetic.
var digits = regexp.MustCompile(`^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$`)

// check refuses an item that DynamoDB would not take.
func (i item) check() error {
	for name, v := range i {
		if err := v.check(); err != nil {
			return err
		}
		if name == "" {
			return failure("ValidationException", "an attribute has no name")
		}
	}
	if n := i.size(); n > mostItem {
		return failure("ValidationException", "Item size has exceeded the maximum allowed size")
	}
	return nil
}

func (i item) size() int {
	n := 0
	for name, v := range i {
		n += len(name) + v.size()
	}
	return n
}

func (v value) size() int {
	text, err := json.Marshal(v)
	if err != nil {
		return mostItem + 1
	}
	return len(text)
}

// check refuses a value that is none.
func (v value) check() error {
	if len(v) != 1 {
		return failure("ValidationException", "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes")
	}
	for kind, x := range v {
		switch kind {
		case "S", "B":
			if _, ok := x.(string); ok {
				return nil
			}
		case "N":
			if s, ok := x.(string); ok && len(s) <= 60 && digits.MatchString(s) {
				return nil
			}
			return failure("ValidationException", "The parameter cannot be converted to a numeric value: %v", x)
		case "BOOL", "NULL":
			if _, ok := x.(bool); ok {
				return nil
			}
		case "L":
			list, ok := x.([]any)
			for _, e := range list {
				m, isMap := e.(map[string]any)
				if ok = ok && isMap; ok {
					if err := value(m).check(); err != nil {
						return err
					}
				}
			}
			if ok {
				return nil
			}
		}
		return failure("ValidationException", "the local DynamoDB does not know a value %s: %v", kind, x)
	}
	return nil
}

func (v value) kind() string {
	for k := range v {
		return k
	}
	return ""
}

// compare orders two values of the same kind; false: they cannot be compared.
func compare(a, b value) (int, bool) {
	if a.kind() != b.kind() {
		return 0, false
	}
	x, okX := a[a.kind()].(string)
	y, okY := b[b.kind()].(string)
	switch a.kind() {
	case "S", "B":
		return strings.Compare(x, y), okX && okY
	case "N":
		p, okP := new(big.Rat).SetString(x)
		q, okQ := new(big.Rat).SetString(y)
		if !okP || !okQ {
			return 0, false
		}
		return p.Cmp(q), true
	}
	return 0, false
}

func equal(a, b value) bool {
	if c, ok := compare(a, b); ok {
		return c == 0
	}
	return reflect.DeepEqual(a, b)
}

// add is a number plus or minus another.
func add(a, b value, minus bool) (value, error) {
	x, okX := a["N"].(string)
	y, okY := b["N"].(string)
	p, okP := new(big.Rat).SetString(x)
	q, okQ := new(big.Rat).SetString(y)
	if !okX || !okY || !okP || !okQ {
		return nil, failure("ValidationException", "An operand in the update expression has an incorrect data type")
	}
	if minus {
		q.Neg(q)
	}
	p.Add(p, q)
	if p.IsInt() {
		return value{"N": p.Num().String()}, nil
	}
	return value{"N": strings.TrimRight(p.FloatString(38), "0")}, nil
}

// read decodes a call; a field that is not named is refused.
func read(r io.Reader, v any) error {
	d := json.NewDecoder(r)
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return failure("SerializationException", "the local DynamoDB cannot read it: %v", err)
	}
	return nil
}
