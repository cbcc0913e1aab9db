package dynamo

import (
	"io"
	"strings"

	"go.etcd.io/bbolt"
)

type keyElement struct{ AttributeName, KeyType string }

func (d *DB) createTable(r io.Reader) (any, error) {
	var in struct {
		TableName                 string
		BillingMode               string
		AttributeDefinitions      []struct{ AttributeName, AttributeType string }
		KeySchema                 []keyElement
		Tags                      any
		DeletionProtectionEnabled bool
	}
	if err := read(r, &in); err != nil {
		return nil, err
	}
	t := &table{Name: in.TableName, Created: now(), Protected: in.DeletionProtectionEnabled}
	for _, a := range in.AttributeDefinitions {
		if a.AttributeType != "S" {
			return nil, failure("ValidationException", "attribute %s: the local DynamoDB has keys of type S only", a.AttributeName)
		}
	}
	for _, k := range in.KeySchema {
		if k.KeyType == "HASH" {
			t.Hash = k.AttributeName
		} else {
			t.Range = k.AttributeName
		}
	}
	if t.Name == "" || t.Hash == "" || strings.ContainsAny(t.Name, "/:\x00") {
		return nil, failure("ValidationException", "a table needs a name and a HASH key")
	}
	return map[string]any{"TableDescription": t.describe(0)}, d.bolt.Update(func(tx *bbolt.Tx) error {
		if _, err := describe(tx, t.Name); err == nil {
			return failure("ResourceInUseException", "Table already exists: %s", t.Name)
		}
		if _, err := tx.CreateBucketIfNotExists(items(t.Name)); err != nil {
			return err
		}
		return keep(tx, t)
	})
}

func (t *table) describe(n int) map[string]any {
	schema := []keyElement{{t.Hash, "HASH"}}
	definitions := []map[string]string{{"AttributeName": t.Hash, "AttributeType": "S"}}
	if t.Range != "" {
		schema = append(schema, keyElement{t.Range, "RANGE"})
		definitions = append(definitions, map[string]string{"AttributeName": t.Range, "AttributeType": "S"})
	}
	return map[string]any{
		"TableName": t.Name, "TableStatus": "ACTIVE", "CreationDateTime": t.Created, "ItemCount": n,
		"KeySchema": schema, "AttributeDefinitions": definitions, "TableArn": "arn:aws:dynamodb:us-east-1:123456789012:table/" + t.Name,
		"BillingModeSummary": map[string]string{"BillingMode": "PAY_PER_REQUEST"}, "DeletionProtectionEnabled": t.Protected,
	}
}

func (d *DB) describeTable(r io.Reader) (any, error) {
	var out map[string]any
	return &out, d.named(r, false, func(tx *bbolt.Tx, t *table) error {
		out = map[string]any{"Table": t.describe(tx.Bucket(items(t.Name)).Stats().KeyN)}
		return nil
	})
}

func (d *DB) deleteTable(r io.Reader) (any, error) {
	var out map[string]any
	return &out, d.named(r, true, func(tx *bbolt.Tx, t *table) error {
		if t.Protected {
			return failure("ValidationException", "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.")
		}
		out = map[string]any{"TableDescription": t.describe(0)}
		if err := tx.DeleteBucket(items(t.Name)); err != nil {
			return err
		}
		return tx.Bucket(tables).Delete([]byte(t.Name))
	})
}

// named does something with the table that a call names.
func (d *DB) named(r io.Reader, change bool, f func(*bbolt.Tx, *table) error) error {
	var in struct{ TableName string }
	if err := read(r, &in); err != nil {
		return err
	}
	do := func(tx *bbolt.Tx) error {
		t, err := describe(tx, in.TableName)
		if err != nil {
			return err
		}
		return f(tx, t)
	}
	if change {
		return d.bolt.Update(do)
	}
	return d.bolt.View(do)
}

func (d *DB) updateTTL(r io.Reader) (any, error) {
	var in struct {
		TableName               string
		TimeToLiveSpecification struct {
			AttributeName string
			Enabled       bool
		}
	}
	if err := read(r, &in); err != nil {
		return nil, err
	}
	return map[string]any{"TimeToLiveSpecification": in.TimeToLiveSpecification}, d.bolt.Update(func(tx *bbolt.Tx) error {
		t, err := describe(tx, in.TableName)
		if err != nil {
			return err
		}
		if t.TTL = ""; in.TimeToLiveSpecification.Enabled {
			t.TTL = in.TimeToLiveSpecification.AttributeName
		}
		return keep(tx, t)
	})
}

// describeTTL says what was asked for. Items are never deleted here: readers
// must look at the expiry, as DynamoDB too deletes days later.
func (d *DB) describeTTL(r io.Reader) (any, error) {
	var out map[string]any
	return &out, d.named(r, false, func(_ *bbolt.Tx, t *table) error {
		ttl := map[string]string{"TimeToLiveStatus": "DISABLED"}
		if t.TTL != "" {
			ttl = map[string]string{"TimeToLiveStatus": "ENABLED", "AttributeName": t.TTL}
		}
		out = map[string]any{"TimeToLiveDescription": ttl}
		return nil
	})
}
