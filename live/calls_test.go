package live

import (
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestCallsAreHeldToTheBudget: instances, warm environments and calls together
// cost no more per hour than is allowed, whoever comes first.
func TestCallsAreHeldToTheBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBudget(Limits{USDPerHour: 1}, []BudgetPool{{USDPerHour: 0.2}}, BudgetFunctions{CallUSDPerHour: 0.1, WarmUSDPerHour: 0.1})
		b.Reserve(0, 2)
		inside, most := 0, 0
		var mu sync.Mutex
		c := &Calls{Budget: b, Function: roundTrip(func(*http.Request) (*http.Response, error) {
			mu.Lock()
			inside++
			most = max(most, inside)
			mu.Unlock()
			time.Sleep(time.Second)
			mu.Lock()
			inside--
			mu.Unlock()
			return nil, nil
		})}
		call := func(n int) (throttled int) {
			var group sync.WaitGroup
			for range n {
				group.Go(func() {
					if _, err := c.RoundTrip(nil); errors.Is(err, ErrThrottled) && errors.Is(err, ErrBudget) {
						mu.Lock()
						throttled++
						mu.Unlock()
					} else if err != nil {
						t.Error(err)
					}
				})
			}
			synctest.Wait()
			if got, _ := b.Reserve(0, 1); got != 0 {
				t.Error("an instance was granted while calls cost what is left")
			}
			group.Wait()
			return throttled
		}
		if n := call(8); n != 3 || most != 5 || c.Refused() != 3 { // 1 - 2·0.2 - 0.1 = 5·0.1
			t.Errorf("of 8 calls %d at once and %d throttled, %d told, want 5, 3 and 3", most, n, c.Refused())
		}
		b.End(0, time.Now())
		most = 0
		if n := call(8); n != 1 || most != 7 {
			t.Errorf("with one instance less %d at once and %d throttled, want 7 and 1", most, n)
		}
	})
}
