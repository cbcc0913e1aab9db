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
	use  func() (usd float64, time time.Duration)
	left Use
}

// Use is what a run has used of its budget.
type Use struct {
	USD  float64
	Time time.Duration
}

// Lonely is how long a worker waits for a word of a gateway before it ends: the
// run of a leader that has died may go on within this time, and has ended after it.
const Lonely = 15 * time.Minute

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

// Carry makes the lease tell from its next renewal on what the run has used, for
// the leader that follows if this one dies.
func (l *Lease) Carry(use func() (usd float64, time time.Duration)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.use = use
}

// Left is what the run that this leader goes on with had used: that of the
// leader before it, if that has died, not released the lease, less than Lonely ago.
func (l *Lease) Left() Use {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.left
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
	set, names := "SET #o = :me, #u = :until", map[string]string{"#o": "leader", "#u": "until_ms"}
	values := map[string]types.AttributeValue{
		":me": text(l.owner), ":now": number(float64(now.UnixMilli())), ":until": number(float64(now.Add(l.term).UnixMilli())),
	}
	if used, leads := l.used(); leads { // else what is there is another's, and not read yet
		set += ", #d = :usd, #t = :used"
		names["#d"], names["#t"] = "used_usd", "used_ms"
		values[":usd"], values[":used"] = number(used.USD), number(float64(used.Time.Milliseconds()))
	}
	was, err := l.table.api.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &l.table.name, Key: key("lease", "leader"), UpdateExpression: &set,
		ConditionExpression:      aws.String("attribute_not_exists(#o) OR #o = :me OR #u < :now"),
		ExpressionAttributeNames: names, ExpressionAttributeValues: values, ReturnValues: types.ReturnValueAllOld,
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
	return l.owner, l.inherit(was.Attributes, now)
}

// used is what our run has used; false: we do not lead yet.
func (l *Lease) used() (u Use, leads bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if u = l.left; l.use != nil {
		u.USD, u.Time = l.use()
	}
	return u, !l.held.IsZero()
}

// inherit reads what a leader that has died had used; l.mu is held.
func (l *Lease) inherit(was map[string]types.AttributeValue, now time.Time) error {
	if owner, ok := was["leader"].(*types.AttributeValueMemberS); !ok || owner.Value == l.owner {
		return nil // nobody's, or ours already
	}
	item, err := fromAttributes(was)
	if err != nil {
		return fmt.Errorf("the lease in table %s: %w", l.table.name, err)
	}
	if n := item.Numbers; now.Sub(time.UnixMilli(int64(n["until_ms"]))) < Lonely {
		l.left = Use{USD: n["used_usd"], Time: time.Duration(n["used_ms"]) * time.Millisecond}
	}
	return nil
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
