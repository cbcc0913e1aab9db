package host

import (
	"errors"
	"net"

	"syscall"
	"testing"
	"time"
)

// TestDeafAddress: packets to a deaf address are lost, so that a connection is neither
// made nor refused; a packet that is sent again after it has ended is refused.
func TestDeafAddress(t *testing.T) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	free.Close()
	d, err := deafen(address)
	if err != nil {
		t.Fatal(err)
	}
	if c, err := net.DialTimeout("tcp", address, 300*time.Millisecond); !timedOut(err) {
		t.Errorf("a deaf address: connection %v, error %v; want none within 0.3 s", c, err)
	}
	time.AfterFunc(300*time.Millisecond, func() { d.Close() })
	began := time.Now()
	_, err = net.DialTimeout("tcp", address, 10*time.Second)
	if took := time.Since(began); !errors.Is(err, syscall.ECONNREFUSED) || took < 900*time.Millisecond {
		t.Errorf("after %v: %v; want a refusal of the packet that is sent again after 1 s", took, err)
	}
}

func timedOut(err error) bool {
	var e net.Error
	return errors.As(err, &e) && e.Timeout()
}
