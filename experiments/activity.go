package main

import (
	"fmt"
	"time"
)

// during tells every lineEvery what goes on, for how long and, if that is known, how far it
// is, until stop is called.
func (c *console) during(what string, far func() string) (stop func()) {
	return c.telling(what, far, lineEvery)
}

func (c *console) telling(what string, far func() string, every time.Duration) (stop func()) {
	over, ended := make(chan struct{}), make(chan struct{})
	go func() { // ends with stop
		defer close(ended)
		start := time.Now()
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-over:
				return
			case <-tick.C:
				text := ""
				if far != nil {
					text = ", " + far()
				}
				fmt.Fprintf(c.err, "%s: %v%s\n", what, time.Since(start).Round(time.Second), text)
			}
		}
	}()
	return func() {
		close(over)
		<-ended
	}
}
