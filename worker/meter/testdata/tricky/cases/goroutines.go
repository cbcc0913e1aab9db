package cases

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

func worker(i int, to chan<- int) int {
	to <- fib(i % 10)
	return 0
}

type counter struct{ n atomic.Int64 }

func (c *counter) add(k ...int) {
	for _, k := range k {
		c.n.Add(int64(fib(k)))
	}
}

type adder interface{ add(...int) }

type reporter chan<- int

func (r reporter) add(k ...int) {
	t := 0
	for _, k := range k {
		t += fib(k)
	}
	r <- t
}

// start is one block, but starts a goroutine.
func start(wg *sync.WaitGroup, f func()) { wg.Go(f) }

// goroutines starts them in all ways there are.
func goroutines(n int) int {
	var wg sync.WaitGroup
	var c counter
	work := func(k int) {
		defer wg.Done()
		c.add(k % 12)
	}
	for i := range n {
		wg.Add(3)
		go func() {
			defer wg.Done()
			c.add(i % 5)
		}()
		go work(i)
		start(&wg, func() { c.add(i % 7) })
		wg.Go(func() { c.add((i + 1) % 12) })
		go func(k int) int {
			work(k)
			return k
		}(i + 2)
	}
	to := make(chan int, 2*n)
	for i := range n {
		go worker(i, to)
	}
	t := 0
	for range n {
		t += <-to
	}
	for _, a := range []adder{&c, reporter(to)} {
		switch a.(type) {
		case reporter:
			go a.add(5, 6)
			t += <-to
		default:
			a.add(5)
		}
	}
	wg.Wait()
	time.AfterFunc(0, func() { to <- fib(9) })
	ctx, cancel := context.WithCancel(context.Background())
	context.AfterFunc(ctx, func() { to <- fib(8) })
	cancel()
	t += <-to + <-to
	return t + int(c.n.Load())
}

func groups(n int) int {
	var g errgroup.Group
	g.SetLimit(3)
	out := make([]int, n)
	for i := range n {
		g.Go(func() error {
			out[i] = fib(i % 12)
			return nil
		})
	}
	if g.Wait() != nil {
		return -1
	}
	t := 0
	for _, x := range out {
		t += x
	}
	return t
}

func selects(n int) int {
	a, b, done := make(chan int), make(chan int), make(chan bool)
	go func() {
		defer close(done)
		for i := range n {
			if i%2 == 0 {
				a <- i
			} else {
				b <- i
			}
		}
	}()
	t := 0
wait:
	for {
		select {
		case x := <-a:
			t += x
			if t > 1e6 {
				break
			}
			t++
		case x, ok := <-b:
			if !ok {
				break wait
			}
			t -= x
		case <-done:
			break wait
		}
	}
	select {
	case <-a:
	default:
		t++
	}
	return t
}
