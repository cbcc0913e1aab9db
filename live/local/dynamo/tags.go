package dynamo

import (
	"maps"
	"slices"
	"strings"

	"go.etcd.io/bbolt"
)

// mostTags is AWS's limit of a table.
const mostTags = 50

// setTags takes the tags of a new table.
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

// listTags gives all tags of the table of an ARN at once.
func (d *DB) listTags(in *struct{ ResourceArn string }) (any, error) {
	prefix := d.at.ARN("dynamodb", "table/")
	name, ok := strings.CutPrefix(in.ResourceArn, prefix)
	if !ok {
		return nil, invalid("Invalid TableArn: Invalid ResourceArn provided as input %s (tables here are %sNAME)", in.ResourceArn, prefix)
	}
	tags := []tag{}
	err := d.bolt.View(func(tx *bbolt.Tx) error {
		t, err := describe(tx, name)
		if err != nil {
			return err
		}
		for _, k := range slices.Sorted(maps.Keys(t.Tags)) {
			tags = append(tags, tag{k, t.Tags[k]})
		}
		return nil
	})
	return map[string]any{"Tags": tags}, err
}
