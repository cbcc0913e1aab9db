package dynamo

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"go.etcd.io/bbolt"
)

// mostTransacted is AWS's limit of the changes of a transaction.
const mostTransacted = 100

type transactInput struct {
	ClientRequestToken string
	accounted
	TransactItems []transacted
}

// A transacted change is exactly one of these.
type transacted struct {
	Put *struct {
		conditional
		Item item
	}
	Delete, ConditionCheck *struct {
		conditional
		Key item
	}
	Update *struct {
		conditional
		Key              item
		UpdateExpression *string
	}
}

// change reads one change of a transaction.
func (x *transacted) change() (*change, error) {
	n := 0
	for _, is := range []bool{x.Put != nil, x.Delete != nil, x.Update != nil, x.ConditionCheck != nil} {
		if is {
			n++
		}
	}
	switch {
	case n != 1:
		return nil, invalid("TransactItems can only contain one of Check, Put, Update or Delete")
	case x.Put != nil:
		return x.Put.put(x.Put.Item)
	case x.Update != nil:
		if x.Update.UpdateExpression == nil {
			return nil, invalid("The parameter 'UpdateExpression' is required but was not present in the request")
		}
		return x.Update.of(x.Update.Key, x.Update.UpdateExpression)
	case x.Delete != nil:
		w, err := x.Delete.of(x.Delete.Key, nil)
		if w != nil {
			w.gone = true
		}
		return w, err
	}
	if x.ConditionCheck.ConditionExpression == nil {
		return nil, invalid("The parameter 'ConditionExpression' is required but was not present in the request")
	}
	w, err := x.ConditionCheck.of(x.ConditionCheck.Key, nil)
	if w != nil {
		w.stays = true
	}
	return w, err
}

// transact makes all changes or none. A ClientRequestToken that was used
// within ten minutes changes nothing again; a restart forgets tokens.
func (d *DB) transact(in *transactInput) (any, error) {
	if err := in.accounted.check(); err != nil {
		return nil, err
	}
	if n := len(in.TransactItems); n < 1 || n > mostTransacted {
		return nil, invalid("1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100, greater than or equal to 1: %d", n)
	}
	var changes []*change
	for i := range in.TransactItems {
		w, err := in.TransactItems[i].change()
		if err != nil {
			return nil, err
		}
		changes = append(changes, w)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	done, err := d.repeated(in)
	if err != nil || done {
		return struct{}{}, err
	}
	units := map[string]float64{}
	if err := d.bolt.Update(func(tx *bbolt.Tx) error { return d.applyAll(tx, changes, units) }); err != nil {
		return nil, err
	}
	if in.ClientRequestToken != "" {
		d.tokens[in.ClientRequestToken] = token{in.digest(), time.Now()}
	}
	out := map[string]any{}
	in.chargeAll(out, units)
	return out, nil
}

// applyAll makes the changes; if one of them cannot be made it gives the
// reasons of all, and the transaction ends without effect.
func (d *DB) applyAll(tx *bbolt.Tx, changes []*change, units map[string]float64) error {
	seen := map[string]bool{}
	for _, w := range changes {
		t, _, err := d.active(tx, w.TableName)
		if err != nil {
			return err
		}
		key, err := w.place(t)
		if err != nil {
			return err
		}
		id := t.Name + ":" + string(key)
		if seen[id] {
			return invalid("Transaction request cannot include multiple operations on one item")
		}
		seen[id] = true
	}
	reasons, codes, failed := []any{}, []string{}, false
	for _, w := range changes {
		old, now, err := w.apply(d, tx)
		var known *apiError
		if err != nil && !errors.As(err, &known) {
			return err
		}
		units[w.TableName] += 2 * writeUnits(old, now) // prepared and committed
		reason := map[string]any{"Code": "None"}
		if known != nil {
			failed = true
			reason = map[string]any{"Code": strings.TrimSuffix(strings.Replace(known.code, "ValidationException", "ValidationError", 1), "Exception"), "Message": known.text}
			for name, v := range known.fields {
				reason[name] = v
			}
		}
		reasons, codes = append(reasons, reason), append(codes, reason["Code"].(string))
	}
	if !failed {
		return nil
	}
	return &apiError{
		code: "TransactionCanceledException", fields: map[string]any{"CancellationReasons": reasons},
		text: "Transaction cancelled, please refer cancellation reasons for specific reasons [" + strings.Join(codes, ", ") + "]",
	}
}

// A token is a transaction that was made.
type token struct {
	digest [sha256.Size]byte // of what was asked
	at     time.Time
}

// tokenLife is how long a token is remembered.
const tokenLife = 10 * time.Minute

// digest tells transactions apart, whatever the order of their JSON.
func (in *transactInput) digest() [sha256.Size]byte {
	text, err := json.Marshal(in)
	if err != nil {
		return [sha256.Size]byte{} // values that were read can be written
	}
	return sha256.Sum256(text)
}

// repeated says whether a transaction was made before; the caller holds mu.
func (d *DB) repeated(in *transactInput) (bool, error) {
	for k, t := range d.tokens {
		if time.Since(t.at) > tokenLife {
			delete(d.tokens, k)
		}
	}
	t, ok := d.tokens[in.ClientRequestToken]
	if ok && t.digest != in.digest() {
		return false, failure("IdempotentParameterMismatchException", "The request uses the same client token as a previous, but non-identical request.")
	}
	return ok, nil
}
