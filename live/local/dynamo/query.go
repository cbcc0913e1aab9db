package dynamo

import (
	"bytes"
	"encoding/json"

	"go.etcd.io/bbolt"
)

// mostPage is what a page of a query reads at most, bytes of items.
const mostPage = 1 << 20

// reads are the parameters of calls that read many items.
type reads struct {
	TableName        string
	FilterExpression *string
	placeholders
	projected
	Limit             *int
	ExclusiveStartKey item
	Select            string
	accounted
}

type queryInput struct {
	reads
	KeyConditionExpression *string
	ScanIndexForward       *bool
}

type scanInput struct{ reads }

// A reading is a query or a scan on its way.
type reading struct {
	in         *reads
	scan       bool // all partitions
	back       bool // in descending order
	conditions map[string]keyCondition
	filter     condition   // nil: all pass
	filtered   []attribute // what the filter looks at
	names      []attribute // what is returned; nil: all

	found         []item
	seen, matched int
	size          int
	last          item // where the next page begins; nil: nowhere
}

// query gives the items of a partition that pass a condition, in the order of
// their sort keys, a megabyte at a time.
func (d *DB) query(in *queryInput) (any, error) {
	if in.KeyConditionExpression == nil {
		return nil, invalid("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.")
	}
	q, err := in.begin(in.KeyConditionExpression)
	if err != nil {
		return nil, err
	}
	q.back = in.ScanIndexForward != nil && !*in.ScanIndexForward
	e, err := in.parse("KeyConditionExpression", *in.KeyConditionExpression)
	if err != nil {
		return nil, err
	}
	c, err := e.wholeCondition()
	if err != nil {
		return nil, err
	}
	if q.conditions, err = keyConditions(c); err != nil {
		return nil, err
	}
	return d.answer(q)
}

// scan gives the items of a table, partition by partition, a megabyte at a time.
func (d *DB) scan(in *scanInput) (any, error) {
	q, err := in.begin()
	if err != nil {
		return nil, err
	}
	q.scan = true
	return d.answer(q)
}

// answer reads a page.
func (d *DB) answer(q *reading) (any, error) {
	in := q.in
	if err := q.expressions(); err != nil {
		return nil, err
	}
	err := d.bolt.View(func(tx *bbolt.Tx) error {
		t, b, err := active(tx, in.TableName)
		if err != nil {
			return err
		}
		e, err := q.extent(t)
		if err != nil {
			return err
		}
		return q.page(t, b.Cursor(), e)
	})
	out := map[string]any{"Count": q.matched, "ScannedCount": q.seen}
	if in.Select != "COUNT" {
		out["Items"] = q.found
	}
	if q.last != nil {
		out["LastEvaluatedKey"] = q.last
	}
	in.charge(out, in.TableName, readUnits(q.size, in.ConsistentRead))
	return out, err
}

// begin checks the parameters; more are further expressions.
func (in *reads) begin(more ...*string) (*reading, error) {
	if err := checkTableName(in.TableName); err != nil {
		return nil, err
	}
	if err := oneOf("select", in.Select, "SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES"); err != nil {
		return nil, err
	}
	projects := in.ProjectionExpression != nil
	switch {
	case in.Limit != nil && *in.Limit < 1:
		return nil, invalid("1 validation error detected: Value '%d' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1", *in.Limit)
	case in.Select == "SPECIFIC_ATTRIBUTES" && !projects:
		return nil, invalid("Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES")
	case projects && (in.Select == "COUNT" || in.Select == "ALL_ATTRIBUTES"):
		return nil, invalid("Cannot specify the ProjectionExpression when choosing to get %s", in.Select)
	}
	if err := in.accounted.check(); err != nil {
		return nil, err
	}
	return &reading{in: in, found: []item{}}, in.placeholders.check(append(more, in.FilterExpression, in.ProjectionExpression)...)
}

// expressions reads the filter and the projection.
func (q *reading) expressions() error {
	in := q.in
	if in.FilterExpression != nil {
		e, err := in.parse("FilterExpression", *in.FilterExpression)
		if err != nil {
			return err
		}
		if q.filter, err = e.wholeCondition(); err != nil {
			return err
		}
		q.filtered = e.heads
	}
	var err error
	if q.names, err = in.names(&in.placeholders); err != nil {
		return err
	}
	return in.unused()
}

// extent is the part of the table that is left to read.
func (q *reading) extent(t *table) (extent, error) {
	e, err := everything, error(nil)
	if !q.scan {
		for _, a := range q.filtered {
			if t.isKey(a) {
				return extent{}, invalid("Filter Expression can only contain non-primary key attributes: Primary key attribute: %s", a)
			}
		}
		e, err = t.extent(q.conditions)
	}
	if err != nil || q.in.ExclusiveStartKey == nil {
		return e, err
	}
	start, err := t.onlyKey(q.in.ExclusiveStartKey)
	if err != nil {
		return e, invalid("The provided starting key is invalid")
	}
	if bytes.Compare(start, e.low) < 0 || bytes.Compare(start, e.high) >= 0 {
		return e, invalid("The provided starting key is outside query boundaries based on provided conditions")
	}
	if q.back {
		e.high = start
	} else {
		e.low = append(start, 0)
	}
	return e, nil
}

// page reads until the extent, the limit or the megabyte ends.
func (q *reading) page(t *table, c *bbolt.Cursor, e extent) error {
	step := c.Next
	k, text := c.Seek(e.low)
	if q.back {
		step = c.Prev
		if k, text = c.Seek(e.high); k == nil {
			k, text = c.Last()
		}
		if k != nil && bytes.Compare(k, e.high) >= 0 {
			k, text = c.Prev()
		}
	}
	var before item
	for ; k != nil && bytes.Compare(k, e.low) >= 0 && bytes.Compare(k, e.high) < 0; k, text = step() {
		var i item
		if err := json.Unmarshal(text, &i); err != nil {
			return err
		}
		if q.size+i.size() > mostPage {
			q.last = t.keyOf(before)
			return nil
		}
		q.size += i.size()
		q.seen++
		before = i
		if q.filter == nil || q.filter.holds(i) {
			q.matched++
			if q.in.Select != "COUNT" {
				q.found = append(q.found, i.project(q.names))
			}
		}
		if q.in.Limit != nil && q.seen == *q.in.Limit {
			q.last = t.keyOf(i)
			return nil
		}
	}
	return nil
}
