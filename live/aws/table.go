package aws

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"cnv/live/store"
)

// The attributes of an item. The others are numbers, lists of numbers and texts.
const (
	attrPartition = "pk"
	attrSort      = "sk"
	attrExpires   = "ttl" // Unix seconds
)

// A Table is the store.Table of DynamoDB.
type Table struct {
	api  *dynamodb.Client
	name string

	mu   sync.Mutex
	used store.Units
}

var _ store.Table = (*Table)(nil)

// NewTable returns a table that exists.
func NewTable(cfg aws.Config, name string) *Table {
	return &Table{api: dynamodb.NewFromConfig(cfg), name: name}
}

// Put writes items in one batch.
func (t *Table) Put(ctx context.Context, items []store.Item) ([]store.Item, error) {
	var puts []types.WriteRequest
	byKey := map[[2]string]store.Item{}
	for _, i := range items {
		puts = append(puts, types.WriteRequest{PutRequest: &types.PutRequest{Item: toAttributes(i)}})
		byKey[[2]string{i.Partition, i.Sort}] = i
	}
	out, err := t.api.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{
		RequestItems: map[string][]types.WriteRequest{t.name: puts}, ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
	})
	if err != nil {
		return nil, fmt.Errorf("table %s: %w", t.name, err)
	}
	t.charge(&t.used.Writes, float64(len(puts)-len(out.UnprocessedItems[t.name])), out.ConsumedCapacity...)
	var left []store.Item
	for _, r := range out.UnprocessedItems[t.name] {
		i, err := fromAttributes(r.PutRequest.Item)
		if err != nil {
			return nil, err
		}
		left = append(left, byKey[[2]string{i.Partition, i.Sort}])
	}
	return left, nil
}

// Get reads an item.
func (t *Table) Get(ctx context.Context, partition, sort string) (store.Item, bool, error) {
	out, err := t.api.GetItem(ctx, &dynamodb.GetItemInput{TableName: &t.name, Key: key(partition, sort), ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal})
	if err != nil {
		return store.Item{}, false, fmt.Errorf("table %s: %w", t.name, err)
	}
	t.charge(&t.used.Reads, 0.5, one(out.ConsumedCapacity)...)
	if len(out.Item) == 0 {
		return store.Item{}, false, nil
	}
	i, err := fromAttributes(out.Item)
	return i, err == nil && !expired(i), err // DynamoDB deletes days after the expiry
}

// Recent gives the n items of a partition whose sort keys are greatest, in
// descending order, without those that have expired.
func (t *Table) Recent(ctx context.Context, partition string, n int) ([]store.Item, error) {
	pages := dynamodb.NewQueryPaginator(t.api, &dynamodb.QueryInput{
		TableName: &t.name, KeyConditionExpression: aws.String("#p = :p"),
		ExpressionAttributeNames:  map[string]string{"#p": attrPartition},
		ExpressionAttributeValues: map[string]types.AttributeValue{":p": text(partition)},
		ScanIndexForward:          aws.Bool(false), Limit: aws.Int32(int32(n)), ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
	})
	var out []store.Item
	for len(out) < n && pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return out, fmt.Errorf("table %s: %w", t.name, err)
		}
		t.charge(&t.used.Reads, 0.5, one(page.ConsumedCapacity)...)
		for _, a := range page.Items {
			i, err := fromAttributes(a)
			if err != nil {
				return out, err
			}
			if !expired(i) && len(out) < n {
				out = append(out, i)
			}
		}
	}
	return out, nil
}

// Used is what the calls of Put, Get and Recent were charged for so far.
func (t *Table) Used() store.Units {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.used
}

// charge adds what a call was charged for: what its answer says, or the least
// that it can be if it says nothing.
func (t *Table) charge(to *float64, least float64, said ...types.ConsumedCapacity) {
	units := 0.0
	for _, c := range said {
		units += aws.ToFloat64(c.CapacityUnits)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	*to += max(units, least)
}

// one is a list of one, if there is one.
func one(c *types.ConsumedCapacity) []types.ConsumedCapacity {
	if c == nil {
		return nil
	}
	return []types.ConsumedCapacity{*c}
}

func expired(i store.Item) bool { return !i.Expires.IsZero() && time.Now().After(i.Expires) }

func key(partition, sort string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{attrPartition: text(partition), attrSort: text(sort)}
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(f float64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatFloat(f, 'g', -1, 64)}
}

// toAttributes is an item as DynamoDB keeps it.
func toAttributes(i store.Item) map[string]types.AttributeValue {
	out := key(i.Partition, i.Sort)
	if !i.Expires.IsZero() {
		out[attrExpires] = number(float64(i.Expires.Unix()))
	}
	for name, f := range i.Numbers {
		out[name] = number(f)
	}
	for name, s := range i.Texts {
		out[name] = text(s)
	}
	for name, fs := range i.Lists {
		var l []types.AttributeValue
		for _, f := range fs {
			l = append(l, number(f))
		}
		out[name] = &types.AttributeValueMemberL{Value: l}
	}
	return out
}

// fromAttributes reads an item back.
func fromAttributes(a map[string]types.AttributeValue) (store.Item, error) {
	i := store.Item{Numbers: map[string]float64{}, Lists: map[string][]float64{}}
	for _, name := range slices.Sorted(maps.Keys(a)) {
		switch v := a[name].(type) {
		case *types.AttributeValueMemberS:
			switch name {
			case attrPartition:
				i.Partition = v.Value
			case attrSort:
				i.Sort = v.Value
			default:
				if i.Texts == nil {
					i.Texts = map[string]string{}
				}
				i.Texts[name] = v.Value
			}
		case *types.AttributeValueMemberN:
			f, err := strconv.ParseFloat(v.Value, 64)
			if err != nil {
				return i, fmt.Errorf("attribute %s: %w", name, err)
			}
			if name == attrExpires {
				i.Expires = time.Unix(int64(f), 0)
			} else {
				i.Numbers[name] = f
			}
		case *types.AttributeValueMemberL:
			for _, x := range v.Value {
				n, ok := x.(*types.AttributeValueMemberN)
				if !ok {
					return i, fmt.Errorf("attribute %s: want a list of numbers, not of %T", name, x)
				}
				f, err := strconv.ParseFloat(n.Value, 64)
				if err != nil {
					return i, fmt.Errorf("attribute %s: %w", name, err)
				}
				i.Lists[name] = append(i.Lists[name], f)
			}
		}
	}
	return i, nil
}
