package aws_test

import (
	"context"
	"fmt"
	"log/slog"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"cnv/internal/testtime"
	"cnv/live/aws"
	"cnv/live/aws/awstest"
	"cnv/live/local"
	"cnv/live/store"
)

// newTable makes a table as a deployment does.
func newTable(t *testing.T, cfg sdk.Config, name string) *aws.Table {
	t.Helper()
	api := dynamodb.NewFromConfig(cfg)
	_, err := api.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: &name, BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{
			{AttributeName: sdk.String("pk"), AttributeType: types.ScalarAttributeTypeS},
			{AttributeName: sdk.String("sk"), AttributeType: types.ScalarAttributeTypeS},
		},
		KeySchema: []types.KeySchemaElement{
			{AttributeName: sdk.String("pk"), KeyType: types.KeyTypeHash}, {AttributeName: sdk.String("sk"), KeyType: types.KeyTypeRange},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := dynamodb.NewTableExistsWaiter(api, func(o *dynamodb.TableExistsWaiterOptions) { o.MinDelay = 50 * time.Millisecond }).Wait(t.Context(), &dynamodb.DescribeTableInput{TableName: &name}, time.Minute); err != nil {
		t.Fatal(err)
	}
	return aws.NewTable(cfg, name)
}

// testTable is what all judges must agree with.
func testTable(t *testing.T, cfg sdk.Config) {
	table, ctx := newTable(t, cfg, "items"), t.Context()
	later := time.Now().Add(time.Hour).Truncate(time.Second)
	var items []store.Item
	for i := range store.BatchSize {
		items = append(items, store.Item{
			Partition: "work#spin", Sort: fmt.Sprintf("%03d", i), Expires: later,
			Numbers: map[string]float64{"work_s": float64(i) / 3, "at_ms": 1.7e12},
			Lists:   map[string][]float64{"features": {1, 0.1, -2e-9}},
		})
	}
	items[7].Texts = map[string]string{"policy": "jsq"}
	items[3].Expires = time.Now().Add(-time.Minute) // DynamoDB would delete it within days
	if left, err := table.Put(ctx, items); err != nil || len(left) != 0 {
		t.Fatalf("left %v, %v", left, err)
	}
	got, ok, err := table.Get(ctx, "work#spin", "007")
	if err != nil || !ok || !got.Expires.Equal(later) {
		t.Fatalf("%+v, %v, %v", got, ok, err)
	}
	got.Expires = later
	if !reflect.DeepEqual(got, items[7]) {
		t.Errorf("read back %+v, want %+v", got, items[7])
	}
	for _, absent := range []string{"003", "999"} {
		if _, ok, err := table.Get(ctx, "work#spin", absent); ok || err != nil {
			t.Errorf("%s: there %v, %v; want not there", absent, ok, err)
		}
	}
	recent, err := table.Recent(ctx, "work#spin", 10)
	if err != nil || len(recent) != 10 || recent[0].Sort != "024" || recent[9].Sort != "015" {
		t.Errorf("recent items %+v, %v; want 024 to 015", recent, err)
	}
	all, err := table.Recent(ctx, "work#spin", 100)
	if err != nil || len(all) != store.BatchSize-1 {
		t.Errorf("%d items, %v; want all but the expired one", len(all), err)
	}
	if used := table.Used(); used.Writes != store.BatchSize || used.Reads < 5*0.5 || used.Reads > 7*0.5 { // a query may take another page to see that there is no more
		t.Errorf("charged %+v, want %d writes and half a read unit for each of 5 reads", used, store.BatchSize)
	}
}

// Terms of leases in tests: of those that play in virtual time, and of others.
const (
	virtualTerm = 900 * time.Millisecond
	realTerm    = 5 * time.Second
)

// testLease checks that one leads, and that another takes over, whatever the term of the
// lease: judges need one that a busy machine keeps.
func testLease(t *testing.T, cfg sdk.Config, term time.Duration) {
	table, log := newTable(t, cfg, "leases"), slog.New(slog.DiscardHandler)
	ctx := testtime.Context(t) // or a judge that has died would be asked for ever
	first, second := aws.NewLease(table, "first", term, log), aws.NewLease(table, "second", term, log)
	dying, die := context.WithCancel(ctx)
	leads, err := first.Lead(dying)
	if err != nil {
		t.Fatal(err)
	}
	impatient, cancel := context.WithTimeout(t.Context(), 2*term)
	defer cancel()
	if _, err := second.Lead(impatient); err == nil {
		t.Fatal("two lead at once")
	}
	if leads.Err() != nil {
		t.Fatalf("the leader lost its lease: %v", context.Cause(leads))
	}
	if left := first.Left(); left != (aws.Use{}) {
		t.Errorf("the first leader goes on with %v", left)
	}
	first.Carry(func() (float64, time.Duration) { return 1.25, 7 * time.Minute })
	time.Sleep(term) // it renews its lease, and tells
	die()            // as kill -9 does: nothing is released
	began := time.Now()
	if _, err := second.Lead(ctx); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); term == virtualTerm && took > 2*term {
		t.Errorf("the second took over after %v, the term is %v", took, term)
	}
	if left := second.Left(); left != (aws.Use{USD: 1.25, Time: 7 * time.Minute}) {
		t.Errorf("the second leader goes on with %v", left)
	}
	if err := first.Release(t.Context()); err != nil {
		t.Errorf("release of what another has: %v", err)
	}
	if err := second.Release(t.Context()); err != nil {
		t.Error(err)
	}
	third := aws.NewLease(table, "third", term, log)
	if _, err := third.Lead(ctx); err != nil || third.Left() != (aws.Use{}) {
		t.Errorf("after a release: %v, %v", third.Left(), err)
	}
}

// TestLeaseThatCannotBeRenewed is not sure before another can have it, and is
// not lost: it is renewed when the table is back, unless another has it.
func TestLeaseThatCannotBeRenewed(t *testing.T) {
	synctest.Test(t, cannotBeRenewed)
}

func cannotBeRenewed(t *testing.T) {
	cloud, cfg := cloudInMemory(t, local.Config{})
	defer cloud.Close()
	table, log := newTable(t, cfg, "leases"), slog.New(slog.DiscardHandler)
	const term = virtualTerm
	down := func(is bool) {
		var all []local.Fault
		if is {
			all = []local.Fault{{Action: "UpdateItem", Code: "InternalServerError"}}
		}
		if err := cloud.Break(all, time.Now(), nil); err != nil {
			t.Fatal(err)
		}
	}
	wait := func(what string, is func() bool) {
		t.Helper()
		for began := time.Now(); !is(); time.Sleep(5 * time.Millisecond) {
			if time.Since(began) > 20*term {
				t.Fatalf("not in %v: %s", 20*term, what)
			}
		}
	}
	down(true)
	first, second := aws.NewLease(table, "first", term, log), aws.NewLease(table, "second", term, log)
	time.AfterFunc(2*term, func() { down(false) })
	leads, err := first.Lead(t.Context())
	if err != nil || !first.Sure() {
		t.Fatalf("while the table was down for a while: %v", err)
	}
	down(true)
	wait("not sure", func() bool { return !first.Sure() })
	if until := time.Until(first.Until()); until <= 0 {
		t.Errorf("not sure only %v after another one could lead", -until)
	}
	time.Sleep(2 * term)
	if leads.Err() != nil {
		t.Errorf("nobody else leads, and it is lost: %v", context.Cause(leads))
	}
	down(false)
	wait("sure again", first.Sure)
	down(true)
	time.Sleep(2 * term)
	alone, leave := context.WithCancel(t.Context())
	defer leave()
	go second.Lead(alone)
	down(false) // either may be the first to ask
	wait("one leads", func() bool { return first.Sure() || second.Sure() })
	time.Sleep(term)
	if first.Sure() == second.Sure() || (leads.Err() == nil) != first.Sure() {
		t.Errorf("the first leads: %v (%v); the second: %v", first.Sure(), context.Cause(leads), second.Sure())
	}
}

func TestTableOnMoto(t *testing.T) {
	cfg := awstest.Moto(t)
	testTable(t, cfg)
	testLease(t, cfg, realTerm)
}

func TestTableOnDynalite(t *testing.T) {
	cfg := awstest.Dynalite(t)
	testTable(t, cfg)
	testLease(t, cfg, realTerm)
}

// TestTableOnLocal: the local DynamoDB is judged by the same test, and keeps
// its items.
func TestTableOnLocal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		cloud, cfg := cloudInMemory(t, local.Config{Dir: dir})
		testTable(t, cfg)
		testLease(t, cfg, virtualTerm)
		if _, err := local.Start(local.Config{Dir: dir}); err == nil {
			t.Error("two clouds have the same tables open")
		}
		if err := cloud.Close(); err != nil {
			t.Fatal(err)
		}
		cloud, cfg = cloudInMemory(t, local.Config{Dir: dir})
		defer cloud.Close()
		if all, err := aws.NewTable(cfg, "items").Recent(t.Context(), "work#spin", 100); err != nil || len(all) != store.BatchSize-1 {
			t.Errorf("after a restart: %d items, %v", len(all), err)
		}
	})
}
