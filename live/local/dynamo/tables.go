package dynamo

import (
	"slices"
	"strings"
	"time"

	"go.etcd.io/bbolt"
)

type keyElement struct {
	AttributeName string
	KeyType       string
}

type definition struct {
	AttributeName string
	AttributeType kind
}

type throughput struct{ ReadCapacityUnits, WriteCapacityUnits int64 }

type tag struct{ Key, Value string }

type createTableInput struct {
	TableName                 string
	BillingMode               string
	ProvisionedThroughput     *throughput
	AttributeDefinitions      []definition
	KeySchema                 []keyElement
	Tags                      []tag
	DeletionProtectionEnabled bool
}

func (d *DB) createTable(in *createTableInput) (any, error) {
	if err := checkTableName(in.TableName); err != nil {
		return nil, err
	}
	t := &table{Name: in.TableName, Created: seconds(time.Now()), Protected: in.DeletionProtectionEnabled}
	if err := t.setKeys(in.KeySchema, in.AttributeDefinitions); err != nil {
		return nil, err
	}
	if in.BillingMode == "" {
		in.BillingMode = provisioned // AWS's default
	}
	if err := t.setBilling(in.BillingMode, in.ProvisionedThroughput); err != nil {
		return nil, err
	}
	if err := t.setTags(in.Tags); err != nil {
		return nil, err
	}
	err := d.bolt.Update(func(tx *bbolt.Tx) error {
		if b := tx.Bucket(tables); b != nil && b.Get([]byte(t.Name)) != nil {
			return failure("ResourceInUseException", "Table already exists: %s", t.Name)
		}
		if _, err := tx.CreateBucketIfNotExists(items(t.Name)); err != nil {
			return err
		}
		return t.keep(tx)
	})
	status := "ACTIVE"
	if d.o.Creating > 0 {
		status = "CREATING"
	}
	return map[string]any{"TableDescription": t.describe(status, 0)}, err
}

// setKeys takes the key attributes from their schema.
func (t *table) setKeys(schema []keyElement, definitions []definition) error {
	if len(schema) < 1 || len(schema) > 2 {
		return invalid("1 validation error detected: Value at 'keySchema' failed to satisfy constraint: Member must have length less than or equal to 2, greater than or equal to 1")
	}
	kinds := map[string]kind{}
	for _, a := range definitions {
		if err := oneOf("attributeDefinitions.member.attributeType", string(a.AttributeType), "B", "N", "S"); err != nil || a.AttributeType == "" {
			return orInvalid(err, "attribute %s has no type", a.AttributeName)
		}
		kinds[a.AttributeName] = a.AttributeType
	}
	for i, k := range schema {
		of, defined := kinds[k.AttributeName]
		switch {
		case !defined:
			return invalid("One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [%s]", k.AttributeName)
		case i == 0 && k.KeyType != "HASH":
			return invalid("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
		case i == 1 && k.KeyType != "RANGE":
			return invalid("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type")
		case i == 0:
			t.Hash, t.HashType = k.AttributeName, of
		case k.AttributeName == t.Hash:
			return invalid("Both the Hash Key and the Range Key element in the KeySchema have the same name")
		default:
			t.Range, t.RangeType = k.AttributeName, of
		}
	}
	if len(kinds) != len(schema) || len(definitions) != len(schema) {
		return invalid("One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions")
	}
	return nil
}

// orInvalid is an error, or another one in its place.
func orInvalid(err error, format string, args ...any) error {
	if err != nil {
		return err
	}
	return invalid(format, args...)
}

const provisioned = "PROVISIONED"

// setBilling takes how a table is paid for; capacity is kept, never enforced.
func (t *table) setBilling(mode string, p *throughput) error {
	if err := oneOf("billingMode", mode, provisioned, "PAY_PER_REQUEST"); err != nil {
		return err
	}
	switch {
	case mode == provisioned && p == nil:
		return invalid("One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED")
	case mode != provisioned && p != nil:
		return invalid("One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST")
	case p == nil:
		t.Billing, t.Reads, t.Writes = "", 0, 0
		return nil
	case p.ReadCapacityUnits < 1 || p.WriteCapacityUnits < 1:
		return invalid("1 validation error detected: Value at 'provisionedThroughput' failed to satisfy constraint: Member must have value greater than or equal to 1")
	}
	t.Billing, t.Reads, t.Writes = provisioned, p.ReadCapacityUnits, p.WriteCapacityUnits
	return nil
}

const arnPrefix = "arn:aws:dynamodb:us-east-1:123456789012:table/"

// describe is what AWS says of a table with n items.
func (t *table) describe(status string, n int) map[string]any {
	schema := []keyElement{{t.Hash, "HASH"}}
	definitions := []definition{{t.Hash, t.hashType()}}
	if t.Range != "" {
		schema = append(schema, keyElement{t.Range, "RANGE"})
		definitions = append(definitions, definition{t.Range, t.rangeType()})
	}
	out := map[string]any{
		"TableName": t.Name, "TableStatus": status, "CreationDateTime": t.Created, "ItemCount": n,
		"KeySchema": schema, "AttributeDefinitions": definitions, "TableArn": arnPrefix + t.Name,
		"DeletionProtectionEnabled": t.Protected,
		"ProvisionedThroughput":     map[string]int64{"ReadCapacityUnits": t.Reads, "WriteCapacityUnits": t.Writes, "NumberOfDecreasesToday": 0},
	}
	if t.Billing == "" {
		out["BillingModeSummary"] = map[string]string{"BillingMode": "PAY_PER_REQUEST"}
	}
	return out
}

type tableInput struct{ TableName string }

func (d *DB) describeTable(in *tableInput) (any, error) {
	var out map[string]any
	return &out, d.bolt.View(func(tx *bbolt.Tx) error {
		t, err := describe(tx, in.TableName)
		if err != nil {
			return err
		}
		out = map[string]any{"Table": d.describe(tx, t)}
		return nil
	})
}

// describe counts the items, which AWS does every six hours.
func (d *DB) describe(tx *bbolt.Tx, t *table) map[string]any {
	status := "ACTIVE"
	if d.creating(t) {
		status = "CREATING"
	}
	return t.describe(status, tx.Bucket(items(t.Name)).Stats().KeyN)
}

func (d *DB) deleteTable(in *tableInput) (any, error) {
	var out map[string]any
	return &out, d.bolt.Update(func(tx *bbolt.Tx) error {
		t, err := describe(tx, in.TableName)
		switch {
		case err != nil:
			return err
		case d.creating(t):
			return failure("ResourceInUseException", "Attempt to change a resource which is still in use: Table is being created: %s", t.Name)
		case t.Protected:
			return invalid("Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.")
		}
		out = map[string]any{"TableDescription": t.describe("DELETING", 0)}
		if err := tx.DeleteBucket(items(t.Name)); err != nil {
			return err
		}
		return tx.Bucket(tables).Delete([]byte(t.Name))
	})
}

type updateTableInput struct {
	TableName                 string
	BillingMode               string
	ProvisionedThroughput     *throughput
	DeletionProtectionEnabled *bool
	AttributeDefinitions      []definition // those it has
}

func (d *DB) updateTable(in *updateTableInput) (any, error) {
	var out map[string]any
	return &out, d.bolt.Update(func(tx *bbolt.Tx) error {
		t, err := describe(tx, in.TableName)
		if err != nil {
			return err
		}
		if d.creating(t) {
			return failure("ResourceInUseException", "Attempt to change a resource which is still in use: Table is being created: %s", t.Name)
		}
		if in.BillingMode == "" && in.ProvisionedThroughput == nil && in.DeletionProtectionEnabled == nil {
			return invalid("At least one of ProvisionedThroughput, BillingMode, DeletionProtectionEnabled is required (the local DynamoDB updates nothing else)")
		}
		if in.BillingMode != "" || in.ProvisionedThroughput != nil {
			mode := in.BillingMode
			if mode == "" && t.Billing == "" {
				mode = "PAY_PER_REQUEST"
			} else if mode == "" {
				mode = provisioned
			}
			if err := t.setBilling(mode, in.ProvisionedThroughput); err != nil {
				return err
			}
		}
		if in.DeletionProtectionEnabled != nil {
			t.Protected = *in.DeletionProtectionEnabled
		}
		out = map[string]any{"TableDescription": d.describe(tx, t)}
		return t.keep(tx)
	})
}

type listTablesInput struct {
	ExclusiveStartTableName string
	Limit                   *int
}

func (d *DB) listTables(in *listTablesInput) (any, error) {
	limit := 100
	if in.Limit != nil {
		limit = *in.Limit
	}
	if limit < 1 || limit > 100 {
		return nil, invalid("1 validation error detected: Value '%d' at 'limit' failed to satisfy constraint: Member must have value between 1 and 100", limit)
	}
	names := []string{}
	err := d.bolt.View(func(tx *bbolt.Tx) error {
		b := tx.Bucket(tables)
		if b == nil {
			return nil
		}
		return b.ForEach(func(name, _ []byte) error {
			names = append(names, string(name))
			return nil
		})
	})
	at, found := slices.BinarySearchFunc(names, in.ExclusiveStartTableName, strings.Compare)
	if found {
		at++
	}
	names = names[at:]
	out := map[string]any{}
	if len(names) > limit {
		names = names[:limit]
		out["LastEvaluatedTableName"] = names[limit-1]
	}
	out["TableNames"] = names
	return out, err
}
