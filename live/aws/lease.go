package aws

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// A Lease makes one of several controllers of a deployment the leader: the one
// that owns an item of the table. The owner renews it three times within its term;
// another takes it when it has seen it unchanged for a term. A leader that cannot
// renew it is not sure to lead any more before another one can, and is again when
// it has renewed it: it has lost it only when another has it.
type Lease struct {
	table *Table
	owner string
	term  time.Duration
	log   *slog.Logger
	now   func() time.Time   // the wall clock, which others read: it does not decide who leads
	seen  sighting           // while we stand by
	stop  context.CancelFunc // ends keeping it; nil: it was never ours
	kept  chan struct{}      // closed when nobody keeps it any more

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
	return &Lease{table: t, owner: owner, term: term, log: log, now: time.Now}
}

// Lead waits until the lease is ours and keeps it until ctx ends or Release. The
// context that it returns also ends when another has it. A table that does not
// answer is asked again.
func (l *Lease) Lead(ctx context.Context) (context.Context, error) {
	said := ""
	for {
		call, cancel := context.WithTimeout(ctx, l.term/2)
		owner, err := l.take(call)
		cancel()
		switch {
		case err == nil:
			held, lost := context.WithCancelCause(ctx)
			l.stop, l.kept = func() { lost(errReleased) }, make(chan struct{})
			go l.keep(held, lost)
			return held, nil
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case errors.Is(err, errTaken):
			if said != owner {
				l.log.Info("standing by", "leader", owner)
			}
			said = owner
		case !Transient(err):
			return nil, err
		default:
			l.log.Warn("whether another gateway leads is not known, asked again", "err", err)
		}
		if err := pause(ctx, l.term/5); err != nil {
			return nil, err
		}
	}
}

// Transient says whether an error may be another time's success: throttles,
// failures of the service, and of the way there.
func Transient(err error) bool {
	return err != nil && (errors.Is(err, context.DeadlineExceeded) || retry.NewStandard().IsErrorRetryable(err))
}

// keep renews the lease until another has it.
func (l *Lease) keep(ctx context.Context, lost context.CancelCauseFunc) {
	defer close(l.kept)
	for wait := l.term / 3; pause(ctx, wait) == nil; {
		call, cancel := context.WithTimeout(ctx, l.term/3)
		owner, err := l.take(call)
		cancel()
		wait = l.term / 3
		switch {
		case ctx.Err() != nil:
		case errors.Is(err, errTaken):
			l.mu.Lock()
			l.held = time.Time{}
			l.mu.Unlock()
			lost(fmt.Errorf("%s leads now", owner))
		case err != nil:
			wait = l.term / 6
			l.log.Warn("the lease was not renewed, tried again", "sure", l.Sure(), "err", err)
		}
	}
}

// Sure says whether nobody else can lead now: clocks differ, and calls take
// their time, so a sixth of the term before the lease ends it is not sure.
func (l *Lease) Sure() bool { return time.Until(l.Until()) > l.term/6 }

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

var (
	errTaken    = errors.New("another controller leads")
	errReleased = errors.New("the lease was given up")
)

// take gets or renews the lease for one term.
func (l *Lease) take(ctx context.Context) (owner string, err error) {
	set, names := "SET #o = :me, #u = :until", map[string]string{"#o": "leader", "#u": "until_ms"}
	values := map[string]types.AttributeValue{":me": text(l.owner)}
	free := "attribute_not_exists(#o) OR #o = :me" // whoever leads next changes everything
	if used, leads := l.used(); leads {            // else what is there is another's, and not read yet
		set += ", #d = :usd, #t = :used"
		names["#d"], names["#t"] = "used_usd", "used_ms"
		values[":usd"], values[":used"] = number(used.USD), number(float64(used.Time.Milliseconds()))
	} else {
		owner, until, err := holder(ctx, l.table)
		if err != nil {
			return "", err
		}
		if l.seen.see(owner, until, time.Now()); !l.seen.free(l.term, time.Now()) && owner != l.owner {
			return owner, errTaken
		}
		if owner != "" {
			free = "#o = :owner AND #u = :seen"
			values[":owner"], values[":seen"] = text(owner), &types.AttributeValueMemberN{Value: until}
		}
	}
	now, wall := time.Now(), l.now()
	values[":until"] = number(float64(wall.Add(l.term).UnixMilli()))
	was, err := l.table.api.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &l.table.name, Key: key("lease", "leader"), UpdateExpression: &set,
		ConditionExpression:      &free,
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
	return l.owner, l.inherit(was.Attributes, wall)
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

// Leader is who has the lease of a table, and until when, by the clocks of both;
// "": nobody.
func Leader(ctx context.Context, t *Table) (owner string, until time.Time, err error) {
	owner, text, err := holder(ctx, t)
	if owner == "" || err != nil {
		return "", until, err
	}
	ms, err := strconv.ParseFloat(text, 64)
	if until = time.UnixMilli(int64(ms)); !time.Now().Before(until) {
		owner = ""
	}
	return owner, until, err
}

// Release lets another controller lead at once.
func (l *Lease) Release(ctx context.Context) error {
	if l.stop != nil { // or a renewal on its way would take it again
		l.stop()
		<-l.kept
	}
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
