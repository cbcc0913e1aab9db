package live

import (
	"errors"
	"net"
	"testing"
)

// TestGuardClosesOnce: who closes the listener a second time is told of no error.
func TestGuardClosesOnce(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := new(Guard)
	g.Over(l)
	if err := errors.Join(g.Close(), g.Close()); err != nil {
		t.Error(err)
	}
	if _, err := g.Accept(); err == nil {
		t.Error("it is still open")
	}
}
