package memnet

import (
	"context"
	"io"
	"testing"
)

// TestNothingIsWrittenAfterClose is the law that a kill needs: an answer that a
// handler writes because its connection was closed never reaches the other end.
func TestNothingIsWrittenAfterClose(t *testing.T) {
	n := &Net{}
	l := n.Listen("a:80")
	defer l.Close()
	for range 20000 {
		answered := make(chan error, 1)
		go func() {
			c, err := l.Accept()
			if err != nil {
				answered <- nil
				return
			}
			go c.Close()
			c.Read(make([]byte, 1))
			_, err = c.Write([]byte("200"))
			answered <- err
		}()
		c, err := n.Dial(context.Background(), "mem", "a:80")
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := io.ReadAll(c); len(got) != 0 {
			t.Fatalf("%q was read from a connection that was closed before it was written", got)
		}
		if err := <-answered; err == nil {
			t.Fatal("a write to a closed connection succeeded")
		}
		c.Close()
	}
}
