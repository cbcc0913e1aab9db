package dynamo_test

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"net/http/httptest"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"cnv/internal/testtime"
	"cnv/live/local/dynamo"
	"cnv/live/local/iam"
)

// A session is the SDK's client of somebody's DynamoDB, and a table of it with
// two strings as its key.
type session struct {
	ctx   context.Context
	api   *dynamodb.Client
	table string
	pk    string // of the items of one probe
}

// connect makes the unmodified SDK a client of url.
func connect(t testing.TB, url string) *session {
	t.Helper()
	ctx := testtime.Context(t)
	cfg, err := config.LoadDefaultConfig(ctx, config.WithRegion("us-east-1"), config.WithBaseEndpoint(url), config.WithRetryMaxAttempts(1),
		config.WithSharedConfigFiles(nil), config.WithSharedCredentialsFiles(nil),
		config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider("local", "local", "")))
	if err != nil {
		t.Fatal(err)
	}
	return &session{ctx: ctx, api: dynamodb.NewFromConfig(cfg), table: "probes", pk: t.Name()}
}

// open serves a new DB.
func open(t testing.TB) *session {
	t.Helper()
	d, err := dynamo.Open(filepath.Join(t.TempDir(), "tables.db"), iam.In("us-east-1"))
	if err != nil {
		t.Fatal(err)
	}
	s, stop := serve(t, d)
	t.Cleanup(stop)
	return s
}

// serve serves a DB until it is told to stop, and then closes it.
func serve(t testing.TB, d *dynamo.DB) (s *session, stop func()) {
	t.Helper()
	server := httptest.NewServer(d)
	return connect(t, server.URL), func() {
		server.Close()
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}
}

// create makes a table with the keys pk and sk.
func (s *session) create(name string) error {
	key := func(name string) types.AttributeDefinition {
		return types.AttributeDefinition{AttributeName: &name, AttributeType: types.ScalarAttributeTypeS}
	}
	in := &dynamodb.CreateTableInput{
		TableName: &name, BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{key("pk"), key("sk")},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("pk"), KeyType: types.KeyTypeHash}, {AttributeName: aws.String("sk"), KeyType: types.KeyTypeRange}},
		Tags:                 []types.Tag{{Key: aws.String("made"), Value: aws.String("here")}},
	}
	if _, err := s.api.CreateTable(s.ctx, in); err != nil {
		return err
	}
	return dynamodb.NewTableExistsWaiter(s.api, func(o *dynamodb.TableExistsWaiterOptions) { o.MinDelay = 20 * time.Millisecond }).
		Wait(s.ctx, &dynamodb.DescribeTableInput{TableName: &name}, time.Minute)
}

type (
	num     string // a number as text
	attrs   = map[string]types.AttributeValue
	objects = map[string]any
)

// attr is an attribute value of a Go value.
func attr(x any) types.AttributeValue {
	switch x := x.(type) {
	case string:
		return &types.AttributeValueMemberS{Value: x}
	case int:
		return &types.AttributeValueMemberN{Value: fmt.Sprint(x)}
	case num:
		return &types.AttributeValueMemberN{Value: string(x)}
	case []any:
		l := []types.AttributeValue{}
		for _, e := range x {
			l = append(l, attr(e))
		}
		return &types.AttributeValueMemberL{Value: l}
	}
	panic(fmt.Sprintf("no attribute for %T", x))
}

func all(x objects) attrs {
	out := attrs{}
	for name, e := range x {
		out[name] = attr(e)
	}
	return out
}

// plain is what an attribute says: numbers by value.
func plain(v types.AttributeValue) any {
	switch v := v.(type) {
	case *types.AttributeValueMemberN:
		r, ok := new(big.Rat).SetString(v.Value)
		if !ok {
			return "no number: " + v.Value
		}
		return r.RatString()
	case *types.AttributeValueMemberL:
		out := []any{}
		for _, e := range v.Value {
			out = append(out, plain(e))
		}
		return out
	}
	return v
}

func plainAll(i attrs) any {
	out := map[string]any{}
	for name, v := range i {
		out[name] = plain(v)
	}
	return out
}

// same compares items by what they say.
func same(what string, got attrs, want objects) error {
	if !reflect.DeepEqual(plainAll(got), plainAll(all(want))) {
		return fmt.Errorf("%s: %v, want %v", what, plainAll(got), plainAll(all(want)))
	}
	return nil
}

func (s *session) key(sk int) attrs { return all(objects{"pk": s.pk, "sk": fmt.Sprint(sk)}) }

// put writes an item of the probe.
func (s *session) put(sk int, more objects) error {
	i := s.key(sk)
	for name, x := range more {
		i[name] = attr(x)
	}
	return s.write(i)
}

// write writes items.
func (s *session) write(items ...attrs) error {
	var puts []types.WriteRequest
	for _, i := range items {
		puts = append(puts, types.WriteRequest{PutRequest: &types.PutRequest{Item: i}})
	}
	_, err := s.api.BatchWriteItem(s.ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{s.table: puts}})
	return err
}

// get reads an item of the probe, without its key.
func (s *session) get(sk int) (attrs, error) {
	out, err := s.api.GetItem(s.ctx, &dynamodb.GetItemInput{TableName: &s.table, Key: s.key(sk), ConsistentRead: aws.Bool(true)})
	if err != nil {
		return nil, err
	}
	delete(out.Item, "pk")
	delete(out.Item, "sk")
	return out.Item, nil
}

// refused wants an error with a code, whose text has all the parts.
func refused(what string, err error, code string, parts ...string) error {
	var api smithy.APIError
	if !errors.As(err, &api) || api.ErrorCode() != code {
		return fmt.Errorf("%s: %v, want %s", what, err, code)
	}
	for _, p := range parts {
		if !strings.Contains(api.ErrorMessage(), p) {
			return fmt.Errorf("%s: it says %q, want %q", what, api.ErrorMessage(), p)
		}
	}
	return nil
}

const wrong = "ValidationException"
