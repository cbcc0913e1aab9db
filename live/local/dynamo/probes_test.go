package dynamo_test

import (
	"errors"
	"fmt"
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
		i := objects{
			"s": "é", "empty": "", "n": num("-1.50"), "b": []byte{0, 255}, "yes": true, "no": false, "nil": nil,
			"ss": strs{"b", "a"}, "ns": nums{"2", "1.0"}, "bs": bins{{1}, {0}}, "l": []any{1, "x", []any{}}, "m": objects{"a": objects{}},
		}
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
	{"sets have no duplicates and are not empty", func(s *session) error {
		return errors.Join(
			refused("SS", s.put(1, objects{"x": strs{"a", "a"}}), wrong), refused("empty", s.put(1, objects{"x": strs{}}), wrong),
			refused("NS", s.put(1, objects{"x": nums{"1", "1.0"}}), wrong), refused("BS", s.put(1, objects{"x": bins{{1}, {1}}}), wrong),
		)
	}},
	{"items of 400 KiB", func(s *session) error {
		return errors.Join(s.put(1, objects{"x": strings.Repeat("x", 395<<10)}),
			refused("more", s.put(2, objects{"x": strings.Repeat("x", 400<<10)}), wrong, "Item size has exceeded the maximum allowed size"))
	}},
	{"keys have their types", func(s *session) error {
		put := func(i objects) error {
			_, err := s.api.PutItem(s.ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: all(i)})
			return err
		}
		return errors.Join(
			refused("sk S", put(objects{"pk": "p", "sk": "1"}), wrong, "Type mismatch for key sk expected: N actual: S"),
			refused("no sk", put(objects{"pk": "p"}), wrong, "Missing the key sk in the item"),
			refused("empty pk", put(objects{"pk": "", "sk": 1}), wrong, "empty string"),
		)
	}},
	{"a key has nothing else", func(s *session) error {
		get := func(k objects) error {
			_, err := s.api.GetItem(s.ctx, &dynamodb.GetItemInput{TableName: &s.table, Key: all(k)})
			return err
		}
		return errors.Join(
			refused("more", get(objects{"pk": "p", "sk": 1, "x": 1}), wrong, "The provided key element does not match the schema"),
			refused("less", get(objects{"pk": "p"}), wrong), refused("type", get(objects{"pk": "p", "sk": "1"}), wrong),
		)
	}},
	{"no table", func(s *session) error {
		_, err := s.api.GetItem(s.ctx, &dynamodb.GetItemInput{TableName: aws.String("absent"), Key: s.key(1)})
		return refused("get", err, "ResourceNotFoundException")
	}},
	{"a put returns what was there", func(s *session) error {
		put := func(n int) (*dynamodb.PutItemOutput, error) {
			i := s.key(1)
			i["x"] = attr(n)
			return s.api.PutItem(s.ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: i, ReturnValues: types.ReturnValueAllOld})
		}
		first, err := put(1)
		if err != nil {
			return err
		}
		second, err := put(2)
		if err != nil {
			return err
		}
		if len(first.Attributes) > 0 {
			return fmt.Errorf("the first returned %v", first.Attributes)
		}
		return same("the second", second.Attributes, objects{"pk": s.pk, "sk": 1, "x": 1})
	}},
	{"a put cannot return what is new", func(s *session) error {
		_, err := s.api.PutItem(s.ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: s.key(1), ReturnValues: types.ReturnValueAllNew})
		return refused("ALL_NEW", err, wrong)
	}},
	{"a failed condition changes nothing", func(s *session) error {
		put := func(x int, again bool) error {
			i := s.key(1)
			i["x"] = attr(x)
			in := &dynamodb.PutItemInput{TableName: &s.table, Item: i, ConditionExpression: aws.String("attribute_not_exists(pk)")}
			if again {
				in.ReturnValuesOnConditionCheckFailure = types.ReturnValuesOnConditionCheckFailureAllOld
			}
			_, err := s.api.PutItem(s.ctx, in)
			return err
		}
		if err := put(1, false); err != nil {
			return err
		}
		err := put(2, false)
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
		return same("item", failed.Item, objects{"pk": s.pk, "sk": 1, "x": 1})
	}},
	{"a delete of nothing is none", func(s *session) error {
		_, err := s.api.DeleteItem(s.ctx, &dynamodb.DeleteItemInput{TableName: &s.table, Key: s.key(1)})
		return err
	}},
	{"consumed capacity of writes", func(s *session) error {
		i := s.key(1)
		i["x"] = attr(strings.Repeat("x", 2048))
		out, err := s.api.PutItem(s.ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: i, ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal})
		if err != nil {
			return err
		}
		if out.ConsumedCapacity == nil || *out.ConsumedCapacity.CapacityUnits != 3 {
			return fmt.Errorf("2 KiB and a key are %+v units, want 3", out.ConsumedCapacity)
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
		i := objects{"a": 1, "l": []any{1, 2, 3}, "m": objects{"k": "v", "other": 1}}
		return s.projects(i, "m.#k, l[0], absent, l[9]", objects{"m": objects{"k": "v"}, "l": []any{1}})
	}},
	{"projections into lists", func(s *session) error {
		i := objects{"l": []any{1, 2, objects{"k": 3, "y": 4}, 5}}
		return s.projects(i, "l[3], l[2].#k, l[0]", objects{"l": []any{1, objects{"k": 3}, 5}})
	}},
}

// projects reads a part of an item; #k is k.
func (s *session) projects(i objects, paths string, want objects) error {
	if err := s.put(1, i); err != nil {
		return err
	}
	out, err := s.api.GetItem(s.ctx, &dynamodb.GetItemInput{
		TableName: &s.table, Key: s.key(1), ProjectionExpression: &paths, ExpressionAttributeNames: map[string]string{"#k": "k"},
	})
	if err != nil {
		return err
	}
	return same(paths, out.Item, want)
}
