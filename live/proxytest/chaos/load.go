package main

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// A row is what became of the requests of one class of faults through one proxy.
type row struct {
	class string
	gets  tally
	posts tally
}

// A tally is of the requests of one method.
type tally struct {
	lost   int // got no whole answer
	unrun  int // of those: were never executed
	extra  int // executions beyond the first
	others int // of the lost: met no fault themselves
}

// between is how many requests without a fault come between two with one.
const between = 9

// play sends each faulty requests of a method, with others between them, and counts.
func play(proxy, fault, method string, each int) (tally, error) {
	b, stop, err := proxies[proxy].begin()
	if err != nil {
		return tally{}, err
	}
	defer stop.all()
	if crowd := crowds[fault]; crowd != nil {
		defer crowd(stop.address)()
	}
	tr := &http.Transport{MaxIdleConnsPerHost: 100}
	defer tr.CloseIdleConnections()
	client := &http.Client{Transport: tr, Timeout: 20 * time.Second}
	total := each * (between + 1)
	got := make([]bool, total)
	next := make(chan int)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for i := range next {
				id := fmt.Sprint(i)
				r, _ := http.NewRequest(method, "http://"+stop.address+"/spin", strings.NewReader(map[string]string{"POST": "hello"}[method]))
				r.Header.Set("X-Id", id)
				if i%(between+1) == between/2 {
					r.Header.Set("X-Fault", fault)
				}
				a, err := client.Do(r)
				if err != nil {
					note("%s %s: %v", fault, method, err)
					continue
				}
				text, err := io.ReadAll(a.Body)
				a.Body.Close()
				if a.StatusCode != 200 || err != nil {
					note("%s %s %d: %d %v %s %s fault %v", fault, method, i, a.StatusCode, err, a.Header.Get("Cnv-Reason"), a.Header.Get("Cnv-Attempt"), r.Header.Get("X-Fault") != "")
				}
				got[i] = err == nil && a.StatusCode == 200 && string(text) == answerOf(id)
			}
		})
	}
	pace := time.Duration(0)
	if strings.Contains(fault, "killed") {
		pace = restartAfter / (between + 1) // one worker is away at a time, some of the time two
	}
	for i := range total {
		next <- i
		time.Sleep(pace)
	}
	close(next)
	group.Wait()
	var t tally
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := range total {
		id := fmt.Sprint(i)
		if n := b.ran[id]; n > 1 {
			t.extra += n - 1
		}
		if got[i] {
			continue
		}
		t.lost++
		if b.ran[id] == 0 {
			t.unrun++
		}
		if i%(between+1) != between/2 {
			t.others++
		}
	}
	return t, nil
}

// note is told of each request that was lost; nothing, unless somebody looks for why.
var note = func(format string, args ...any) {}
