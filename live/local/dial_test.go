package local

import (
	"context"
	"errors"
	"net"
	"syscall"
	"testing"

	"cnv/live/host"
)

// TestDial: who listens is reached, who does not refuses at once.
func TestDial(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c, err := dial(context.Background(), host.Or(nil), 0, "tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	l.Close()
	if _, err := dial(context.Background(), host.Or(nil), 0, "tcp", l.Addr().String()); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("nobody listens: %v, want a refusal", err)
	}
}
