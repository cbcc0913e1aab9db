package aws

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// A Lease makes one of several controllers of a deployment the leader: the one
// that owns an item of the table until it expires. The owner renews it three
// times within its term; a leader that cannot is none any more before another
// one can be.
type Lease struct {
	table *Table
	owner string
	term  time.Duration
	log   *slog.Logger

	mu   sync.Mutex
	held time.Time // until when it is ours, by our clock
}

// NewLease returns the lease of a table for an owner, whose name is its own.
func NewLease(t *Table, owner string, term time.Duration, log *slog.Logger) *Lease {
	return &Lease{table: t, owner: owner, term: term, log: log}
}

// Lead waits until the lease is ours and keeps it: the context that it returns
// ends when it is lost. Release gives it up.
func (l *Lease) Lead(ctx context.Context) (context.Context, error) {
	for first := true; ; first = false {
		owner, err := l.take(ctx)
		if err == nil {
			break
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if !errors.Is(err, errTaken) {
			return nil, err
		}
		if first {
			l.log.Info("standing by", "leader", owner)
		}
		if err := pause(ctx, l.term/5); err != nil {
			return nil, err
		}
	}
	leading, lost := context.WithCancelCause(ctx)
	go l.keep(leading, lost)
	return leading, nil
}

// keep renews the lease until it is lost.
func (l *Lease) keep(ctx context.Context, lost context.CancelCauseFunc) {
	for {
		if pause(ctx, l.term/3) != nil {
			return
		}
		call, cancel := context.WithTimeout(ctx, l.term/3)
		owner, err := l.take(call)
		cancel()
		switch {
		case errors.Is(err, errTaken):
			lost(fmt.Errorf("%s leads now", owner))
			return
		case err != nil && !time.Now().Before(l.Until()):
			lost(fmt.Errorf("the lease could not be renewed: %w", err))
			return
		case err != nil:
			l.log.Warn("the lease was not renewed, tried again", "err", err)
		}
	}
}

// Until is when the lease ends if it is not renewed.
func (l *Lease) Until() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.held
}

var errTaken = errors.New("another controller leads")

// take gets or renews the lease for one term.
func (l *Lease) take(ctx context.Context) (owner string, err error) {
	now := time.Now()
	_, err = l.table.api.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &l.table.name, Key: key("lease", "leader"),
		UpdateExpression:         aws.String("SET #o = :me, #u = :until"),
		ConditionExpression:      aws.String("attribute_not_exists(#o) OR #o = :me OR #u < :now"),
		ExpressionAttributeNames: map[string]string{"#o": "leader", "#u": "until_ms"},
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":me": text(l.owner), ":now": number(float64(now.UnixMilli())), ":until": number(float64(now.Add(l.term).UnixMilli())),
		},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	var taken *types.ConditionalCheckFailedException
	switch {
	case errors.As(err, &taken):
		if v, ok := taken.Item["leader"].(*types.AttributeValueMemberS); ok {
			owner = v.Value
		}
		return owner, errTaken
	case err != nil:
		return "", fmt.Errorf("the lease in table %s: %w", l.table.name, err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.held = now.Add(l.term)
	return l.owner, nil
}

// Release lets another controller lead at once.
func (l *Lease) Release(ctx context.Context) error {
	_, err := l.table.api.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName: &l.table.name, Key: key("lease", "leader"), ConditionExpression: aws.String("#o = :me"),
		ExpressionAttributeNames:  map[string]string{"#o": "leader"},
		ExpressionAttributeValues: map[string]types.AttributeValue{":me": text(l.owner)},
	})
	var other *types.ConditionalCheckFailedException
	if errors.As(err, &other) {
		return nil
	}
	return err
}

// pause waits.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
