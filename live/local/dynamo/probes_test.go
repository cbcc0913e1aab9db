package dynamo_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// A probe says how DynamoDB behaves.
type probe struct {
	name string
	run  func(s *session) error
}

var probes = []probe{
	{"all types come back", func(s *session) error {
		i := objects{"s": "é", "empty": "", "n": num("-1.50"), "l": []any{1, "x", []any{}}}
		if err := s.put(1, i); err != nil {
			return err
		}
		got, err := s.get(1)
		return errors.Join(err, same("read back", got, i))
	}},
	{"numbers", func(s *session) error {
		var errs []error
		for _, n := range []string{"0", "-0", "1e125", "-9.9E125", "1E-130", "12345678901234567890123456789012345678", "0.10", "007"} {
			errs = append(errs, s.put(1, objects{"n": num(n)}))
			got, err := s.get(1)
			errs = append(errs, err, same(n, got, objects{"n": num(n)}))
		}
		return errors.Join(errs...)
	}},
	{"numbers of more than 38 digits", func(s *session) error {
		return refused("39 digits", s.put(1, objects{"n": num("123456789012345678901234567890123456789")}), wrong)
	}},
	{"numbers out of range", func(s *session) error {
		return errors.Join(
			refused("1e126", s.put(1, objects{"n": num("1e126")}), wrong, "overflow"),
			refused("1e-131", s.put(1, objects{"n": num("1e-131")}), wrong, "underflow"),
		)
	}},
	{"no numbers", func(s *session) error {
		var errs []error
		for _, n := range []string{"abc", "1x", "", "1e", "--1", "NaN", "Infinity"} {
			errs = append(errs, refused(n, s.put(1, objects{"n": num(n)}), wrong))
		}
		return errors.Join(errs...)
	}},
	{"items of 400 KiB", func(s *session) error {
		return errors.Join(s.put(1, objects{"x": strings.Repeat("x", 395<<10)}),
			refused("more", s.put(2, objects{"x": strings.Repeat("x", 400<<10)}), wrong, "Item size has exceeded the maximum allowed size"))
	}},
	{"keys are there, and strings", func(s *session) error {
		return errors.Join(
			refused("sk N", s.write(all(objects{"pk": "p", "sk": 1})), wrong),
			refused("no sk", s.write(all(objects{"pk": "p"})), wrong),
			refused("empty pk", s.write(all(objects{"pk": "", "sk": "1"})), wrong),
		)
	}},
	{"a key has nothing else", func(s *session) error {
		get := func(k objects) error {
			_, err := s.api.GetItem(s.ctx, &dynamodb.GetItemInput{TableName: &s.table, Key: all(k)})
			return err
		}
		return errors.Join(
			refused("more", get(objects{"pk": "p", "sk": "1", "x": 1}), wrong, "The provided key element does not match the schema"),
			refused("less", get(objects{"pk": "p"}), wrong), refused("type", get(objects{"pk": "p", "sk": 1}), wrong),
		)
	}},
	{"no table", func(s *session) error {
		_, err := s.api.GetItem(s.ctx, &dynamodb.GetItemInput{TableName: aws.String("absent"), Key: s.key(1)})
		return refused("get", err, "ResourceNotFoundException")
	}},
	{"an update makes or changes, and returns what was there", func(s *session) error {
		set := func(x int) (*dynamodb.UpdateItemOutput, error) {
			return s.api.UpdateItem(s.ctx, &dynamodb.UpdateItemInput{TableName: &s.table, Key: s.key(1), UpdateExpression: aws.String("SET x = :x, #s = :s"),
				ExpressionAttributeNames: map[string]string{"#s": "state"}, ExpressionAttributeValues: all(objects{":x": x, ":s": "on"}), ReturnValues: types.ReturnValueAllOld})
		}
		first, err := set(1)
		if err != nil {
			return err
		}
		second, err := set(2)
		if err != nil {
			return err
		}
		if len(first.Attributes) > 0 {
			return fmt.Errorf("the first returned %v", first.Attributes)
		}
		got, err := s.get(1)
		return errors.Join(err, same("the second", second.Attributes, objects{"pk": s.pk, "sk": "1", "x": 1, "state": "on"}), same("kept", got, objects{"x": 2, "state": "on"}))
	}},
	{"no update changes a key", func(s *session) error {
		_, err := s.api.UpdateItem(s.ctx, &dynamodb.UpdateItemInput{TableName: &s.table, Key: s.key(1), UpdateExpression: aws.String("SET sk = :x"), ExpressionAttributeValues: all(objects{":x": "2"})})
		return refused("sk", err, wrong, "This attribute is part of the key")
	}},
	{"a failed condition changes nothing", func(s *session) error {
		set := func(x int) error {
			_, err := s.api.UpdateItem(s.ctx, &dynamodb.UpdateItemInput{TableName: &s.table, Key: s.key(1), UpdateExpression: aws.String("SET x = :x"),
				ConditionExpression: aws.String("attribute_not_exists(pk) OR x = :never"), ExpressionAttributeValues: all(objects{":x": x, ":never": 9})})
			return err
		}
		if err := set(1); err != nil {
			return err
		}
		err := set(2)
		got, errGet := s.get(1)
		return errors.Join(refused("again", err, "ConditionalCheckFailedException", "The conditional request failed"), errGet, same("kept", got, objects{"x": 1}))
	}},
	{"a failed condition returns the item", func(s *session) error {
		if err := s.put(1, objects{"x": 1}); err != nil {
			return err
		}
		_, err := s.api.DeleteItem(s.ctx, &dynamodb.DeleteItemInput{
			TableName: &s.table, Key: s.key(1), ConditionExpression: aws.String("x > :n"), ExpressionAttributeValues: all(objects{":n": 1}),
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		})
		var failed *types.ConditionalCheckFailedException
		if !errors.As(err, &failed) {
			return fmt.Errorf("%v", err)
		}
		return same("item", failed.Item, objects{"pk": s.pk, "sk": "1", "x": 1})
	}},
	{"a delete of nothing is none", func(s *session) error {
		_, err := s.api.DeleteItem(s.ctx, &dynamodb.DeleteItemInput{TableName: &s.table, Key: s.key(1)})
		return err
	}},
	{"consumed capacity of writes", func(s *session) error {
		i := s.key(1)
		i["x"] = attr(strings.Repeat("x", 2048))
		out, err := s.api.BatchWriteItem(s.ctx, &dynamodb.BatchWriteItemInput{
			RequestItems: map[string][]types.WriteRequest{s.table: {{PutRequest: &types.PutRequest{Item: i}}}}, ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
		})
		if err != nil {
			return err
		}
		if c := out.ConsumedCapacity; len(c) != 1 || *c[0].CapacityUnits != 3 {
			return fmt.Errorf("2 KiB and a key are %+v units, want 3", c)
		}
		return nil
	}},
	{"consumed capacity of reads", func(s *session) error {
		if err := s.put(1, objects{"x": strings.Repeat("x", 4096)}); err != nil {
			return err
		}
		var errs []error
		for consistent, want := range map[bool]float64{true: 2, false: 1} {
			out, err := s.api.GetItem(s.ctx, &dynamodb.GetItemInput{TableName: &s.table, Key: s.key(1), ConsistentRead: &consistent, ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal})
			if err != nil {
				return err
			}
			if c := out.ConsumedCapacity; c == nil || *c.CapacityUnits != want {
				errs = append(errs, fmt.Errorf("consistent %v: %+v, want %v", consistent, c, want))
			}
		}
		return errors.Join(errs...)
	}},
	{"projections", func(s *session) error {
		if err := s.put(1, objects{"a": 1, "state": "on", "other": 2}); err != nil {
			return err
		}
		out, err := s.api.GetItem(s.ctx, &dynamodb.GetItemInput{
			TableName: &s.table, Key: s.key(1), ProjectionExpression: aws.String("a, #s, absent"), ExpressionAttributeNames: map[string]string{"#s": "state"},
		})
		if err != nil {
			return err
		}
		return same("projected", out.Item, objects{"a": 1, "state": "on"})
	}},
	{"queries by the key", func(s *session) error {
		if err := s.numbered(); err != nil {
			return err
		}
		var errs []error
		for _, c := range []struct {
			condition, filter string
			values            objects
			back              bool
			want              string
		}{
			{"pk = :p", "", objects{}, false, "1 2 3 4 5"},
			{"pk = :p", "", objects{}, true, "5 4 3 2 1"},
			{"pk = :p AND sk = :a", "", objects{":a": "3"}, false, "3"},
			{"pk = :p AND sk < :a", "", objects{":a": "3"}, false, "1 2"},
			{"pk = :p AND sk >= :a", "", objects{":a": "3"}, true, "5 4 3"},
			{"pk = :p AND sk > :a", "", objects{":a": "3"}, false, "4 5"},
			{"pk = :p AND sk BETWEEN :a AND :b", "", objects{":a": "2", ":b": "4"}, true, "4 3 2"},
			{"pk = :p AND begins_with(sk, :a)", "", objects{":a": "4"}, false, "4"},
			{"pk = :p", "x IN (:a, :b) OR contains(l, :a)", objects{":a": 1, ":b": 25}, false, "1 5"},
			{"pk = :p", "NOT x < :a AND attribute_exists(x) AND x <> :b", objects{":a": 4, ":b": 16}, false, "2 3 5"},
			{"pk = :p", "begins_with(t, :a) AND x BETWEEN :b AND :c", objects{":a": "of ", ":b": 4, ":c": 9}, false, "2 3"},
			{"pk = :p", "attribute_not_exists(x)", objects{}, false, ""},
		} {
			c.values[":p"] = s.pk
			got, err := s.asked(c.condition, c.filter, c.values, c.back)
			if err != nil || got != c.want {
				errs = append(errs, fmt.Errorf("%s / %s, back %v: %q, %v, want %q", c.condition, c.filter, c.back, got, err, c.want))
			}
		}
		return errors.Join(errs...)
	}},
	{"queries that are refused", func(s *session) error {
		for condition, values := range map[string]objects{
			"sk = :p": {":p": "1"}, "pk < :p": {":p": "1"}, "pk = :p OR sk = :p": {":p": "1"}, "pk = :p AND x = :p": {":p": "1"},
		} {
			if _, err := s.asked(condition, "", values, false); err == nil {
				return fmt.Errorf("%s was answered", condition)
			}
		}
		return nil
	}},
	{"queries by another type", func(s *session) error {
		_, err := s.asked("pk = :p", "", objects{":p": 1}, false)
		return refused("a number", err, wrong)
	}},
	{"scans", func(s *session) error {
		if err := s.numbered(); err != nil {
			return err
		}
		var got []string
		pages := dynamodb.NewScanPaginator(s.api, &dynamodb.ScanInput{
			TableName: &s.table, Limit: aws.Int32(2), FilterExpression: aws.String("pk = :p AND x > :n"), ExpressionAttributeValues: all(objects{":p": s.pk, ":n": 1}),
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(s.ctx)
			if err != nil {
				return err
			}
			for _, i := range page.Items {
				got = append(got, i["sk"].(*types.AttributeValueMemberS).Value)
			}
		}
		if want := []string{"2", "3", "4", "5"}; !slices.Equal(got, want) {
			return fmt.Errorf("%v, want %v", got, want)
		}
		return nil
	}},
}

// numbered writes five items, whose x is the square of sk.
func (s *session) numbered() error {
	var items []attrs
	for i := 1; i <= 5; i++ {
		of := s.key(i)
		of["x"], of["t"], of["l"] = attr(i*i), attr(fmt.Sprint("of ", i)), attr([]any{i, "x"})
		items = append(items, of)
	}
	return s.write(items...)
}

// asked is the sort keys of what a query gives, two to a page.
func (s *session) asked(condition, filter string, values objects, back bool) (string, error) {
	in := &dynamodb.QueryInput{
		TableName: &s.table, KeyConditionExpression: &condition, ExpressionAttributeValues: all(values), ScanIndexForward: aws.Bool(!back), Limit: aws.Int32(2),
	}
	if filter != "" {
		in.FilterExpression = &filter
	}
	var out []string
	for pages := dynamodb.NewQueryPaginator(s.api, in); pages.HasMorePages(); {
		page, err := pages.NextPage(s.ctx)
		if err != nil {
			return "", err
		}
		for _, i := range page.Items {
			out = append(out, i["sk"].(*types.AttributeValueMemberS).Value)
		}
	}
	return strings.Join(out, " "), nil
}
