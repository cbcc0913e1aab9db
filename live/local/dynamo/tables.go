package dynamo

import (
	"time"

	"go.etcd.io/bbolt"

	"cnv/live/local/iam"
)

type keyElement struct {
	AttributeName string
	KeyType       string
}

type definition struct {
	AttributeName string
	AttributeType kind
}

type tag struct{ Key, Value string }

type createTableInput struct {
	TableName            string
	BillingMode          string
	AttributeDefinitions []definition
	KeySchema            []keyElement
	Tags                 []tag
}

// onDemand is how tables are paid for.
const onDemand = "PAY_PER_REQUEST"

func (d *DB) createTable(in *createTableInput) (any, error) {
	if err := checkTableName(in.TableName); err != nil {
		return nil, err
	}
	if in.BillingMode != onDemand {
		return nil, invalid("BillingMode %q: tables of the local DynamoDB are %s", in.BillingMode, onDemand)
	}
	t := &table{Name: in.TableName, Created: unixSeconds(time.Now())}
	if err := t.setKeys(in.KeySchema, in.AttributeDefinitions); err != nil {
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
	return map[string]any{"TableDescription": t.describe(d.at, "ACTIVE", 0)}, err
}

// setKeys takes the key attributes from their schema.
func (t *table) setKeys(schema []keyElement, definitions []definition) error {
	if len(schema) < 1 || len(schema) > 2 {
		return invalid("1 validation error detected: Value at 'keySchema' failed to satisfy constraint: Member must have length less than or equal to 2, greater than or equal to 1")
	}
	defined := map[string]bool{}
	for _, a := range definitions {
		if a.AttributeType != kindString {
			return invalid("the key attribute %s has the type %q: those of the local DynamoDB are S", a.AttributeName, a.AttributeType)
		}
		defined[a.AttributeName] = true
	}
	for i, k := range schema {
		switch {
		case !defined[k.AttributeName]:
			return invalid("One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [%s]", k.AttributeName)
		case i == 0 && k.KeyType != "HASH":
			return invalid("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
		case i == 1 && k.KeyType != "RANGE":
			return invalid("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type")
		case i == 0:
			t.Hash = k.AttributeName
		case k.AttributeName == t.Hash:
			return invalid("Both the Hash Key and the Range Key element in the KeySchema have the same name")
		default:
			t.Range = k.AttributeName
		}
	}
	if len(defined) != len(schema) || len(definitions) != len(schema) {
		return invalid("One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions")
	}
	return nil
}

// describe is what AWS says of a table with n items.
func (t *table) describe(at iam.Place, status string, n int) map[string]any {
	var schema []keyElement
	var definitions []definition
	for i, name := range t.keys() {
		schema = append(schema, keyElement{name, []string{"HASH", "RANGE"}[i]})
		definitions = append(definitions, definition{name, kindString})
	}
	return map[string]any{
		"TableName": t.Name, "TableStatus": status, "CreationDateTime": t.Created, "ItemCount": n,
		"KeySchema": schema, "AttributeDefinitions": definitions, "TableArn": at.ARN("dynamodb", "table/"+t.Name),
		"BillingModeSummary": map[string]string{"BillingMode": onDemand},
	}
}

type tableInput struct{ TableName string }

// describeTable counts the items, which AWS does every six hours.
func (d *DB) describeTable(in *tableInput) (any, error) {
	var out map[string]any
	return &out, d.bolt.View(func(tx *bbolt.Tx) error {
		t, err := describe(tx, in.TableName)
		if err != nil {
			return err
		}
		out = map[string]any{"Table": t.describe(d.at, "ACTIVE", tx.Bucket(items(t.Name)).Stats().KeyN)}
		return nil
	})
}

func (d *DB) deleteTable(in *tableInput) (any, error) {
	var out map[string]any
	return &out, d.bolt.Update(func(tx *bbolt.Tx) error {
		t, err := describe(tx, in.TableName)
		if err != nil {
			return err
		}
		out = map[string]any{"TableDescription": t.describe(d.at, "DELETING", 0)}
		if err := tx.DeleteBucket(items(t.Name)); err != nil {
			return err
		}
		return tx.Bucket(tables).Delete([]byte(t.Name))
	})
}

// listTables gives all names at once.
func (d *DB) listTables(*struct{}) (any, error) {
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
	return map[string]any{"TableNames": names}, err
}
