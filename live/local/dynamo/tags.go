package dynamo

import (
	"maps"
	"slices"
	"strings"

	"go.etcd.io/bbolt"
)

// mostTags is AWS's limit of a table.
const mostTags = 50

// setTags adds tags or changes their values.
func (t *table) setTags(tags []tag) error {
	for _, x := range tags {
		if x.Key == "" || len(x.Key) > 128 || len(x.Value) > 256 {
			return invalid("a tag's key has 1 to 128 characters and its value at most 256: %q", x.Key)
		}
		if t.Tags == nil {
			t.Tags = map[string]string{}
		}
		t.Tags[x.Key] = x.Value
	}
	if len(t.Tags) > mostTags {
		return invalid("Too many tags: %d, at most %d", len(t.Tags), mostTags)
	}
	return nil
}

// tagged changes or reads the table of an ARN.
func (d *DB) tagged(arn string, f func(*table) error) (any, error) {
	name, ok := strings.CutPrefix(arn, arnPrefix)
	if !ok {
		return nil, invalid("Invalid TableArn: Invalid ResourceArn provided as input %s (tables here are %sNAME)", arn, arnPrefix)
	}
	return struct{}{}, d.bolt.Update(func(tx *bbolt.Tx) error {
		t, err := describe(tx, name)
		if err == nil {
			err = f(t)
		}
		if err != nil {
			return err
		}
		return t.keep(tx)
	})
}

func (d *DB) tagResource(in *struct {
	ResourceArn string
	Tags        []tag
}) (any, error) {
	return d.tagged(in.ResourceArn, func(t *table) error { return t.setTags(in.Tags) })
}

func (d *DB) untagResource(in *struct {
	ResourceArn string
	TagKeys     []string
}) (any, error) {
	return d.tagged(in.ResourceArn, func(t *table) error {
		maps.DeleteFunc(t.Tags, func(k, _ string) bool { return slices.Contains(in.TagKeys, k) })
		return nil
	})
}

// listTags gives all tags at once.
func (d *DB) listTags(in *struct{ ResourceArn string }) (any, error) {
	tags := []tag{}
	_, err := d.tagged(in.ResourceArn, func(t *table) error {
		for _, k := range slices.Sorted(maps.Keys(t.Tags)) {
			tags = append(tags, tag{k, t.Tags[k]})
		}
		return nil
	})
	return map[string]any{"Tags": tags}, err
}
