package memnet

import (
	"context"
	"errors"
	"net"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// TestMachineListens: an address has one listener at a time, free ports differ, and who
// has closed is not reached.
func TestMachineListens(t *testing.T) {
	m := &Machine{}
	a, err := m.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b, err := m.Listen("127.0.0.1:0")
	if err != nil || a.Addr().String() == b.Addr().String() {
		t.Fatalf("two free ports: %v and %v, %v", a.Addr(), b.Addr(), err)
	}
	if _, err := m.Listen(a.Addr().String()); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("an address that is taken: %v", err)
	}
	a.Close()
	if _, err := m.Dial(t.Context(), "tcp", a.Addr().String()); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("an address that was closed: %v", err)
	}
	if _, err := m.Listen(a.Addr().String()); err != nil {
		t.Errorf("an address that is free again: %v", err)
	}
}

// TestMachineIsDeaf as a kernel's address is whose packets are lost: see TestDeafAddress of
// live/host.
func TestMachineIsDeaf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &Machine{}
		d, err := m.Deafen("127.0.0.1:80")
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		var late net.Error
		if _, err := m.Dial(ctx, "tcp", "127.0.0.1:80"); !errors.As(err, &late) || !late.Timeout() {
			t.Errorf("a deaf address: %v, want none within 0.3 s", err)
		}
		time.AfterFunc(300*time.Millisecond, func() { d.Close() })
		began := time.Now()
		_, err = m.Dial(t.Context(), "tcp", "127.0.0.1:80")
		if took := time.Since(began); !errors.Is(err, syscall.ECONNREFUSED) || took != time.Second {
			t.Errorf("after %v: %v; want a refusal of the packet that is sent again after 1 s", took, err)
		}
	})
}
