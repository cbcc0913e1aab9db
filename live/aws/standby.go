package aws

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// A sighting is the lease as one who stands by sees it. Each renewal changes it, so
// what has not changed for a term, by the clock of him who looks, has not been
// renewed for as long: whether clocks agree does not matter.
type sighting struct {
	owner string // "": nobody has it
	until string // as the table has it
	since time.Time
}

// see takes in what a look has found.
func (s *sighting) see(owner, until string, now time.Time) {
	if owner != s.owner || until != s.until {
		*s = sighting{owner, until, now}
	}
}

// free says whether it may be taken.
func (s *sighting) free(term time.Duration, now time.Time) bool {
	return s.owner == "" || now.Sub(s.since) > term
}

// holder reads who has the lease of a table, and until when; "": nobody.
func holder(ctx context.Context, t *Table) (owner, until string, err error) {
	out, err := t.api.GetItem(ctx, &dynamodb.GetItemInput{TableName: &t.name, Key: key("lease", "leader"), ConsistentRead: aws.Bool(true)})
	if err != nil {
		return "", "", fmt.Errorf("the lease in table %s: %w", t.name, err)
	}
	o, _ := out.Item["leader"].(*types.AttributeValueMemberS)
	u, _ := out.Item["until_ms"].(*types.AttributeValueMemberN)
	if o == nil || u == nil {
		return "", "", nil
	}
	return o.Value, u.Value, nil
}
