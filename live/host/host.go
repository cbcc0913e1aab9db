package host

import (
	"context"
	"io"
	"net"
	"net/http"
	"time"

	"cnv/live/local/child"
)

// A Host is a machine. It is safe for concurrent use.
type Host interface {
	// Listen takes connections at an address (host:port); port 0 takes a free one.
	Listen(address string) (net.Listener, error)
	// Dial opens a connection; it is a DialContext of http.Transport.
	Dial(ctx context.Context, network, address string) (net.Conn, error)
	// Start runs a program as child.Start does.
	Start(out io.Writer, env []string, program string, args ...string) (Process, error)
	// Deafen has an address drop the packets of those who connect, as that of an instance
	// does whose network is not up, until what it returns is closed.
	Deafen(address string) (io.Closer, error)
}

// A Process is a program that runs.
type Process interface {
	Done() <-chan struct{}    // closed when it has ended
	Stop(grace time.Duration) // asks it to end, and kills it after the grace; does not wait
	Hang()                    // it stays there and does nothing more
	Resume()                  // it goes on, if it hangs
	Kill()                    // ends it at once
}

// Or is a host, or this machine if it is nil.
func Or(h Host) Host {
	if h == nil {
		return machine{}
	}
	return h
}

// machine is the one that this program runs on.
type machine struct{}

func (machine) Listen(address string) (net.Listener, error) {
	var plain net.ListenConfig
	plain.SetMultipathTCP(false) // a listener of it cannot refuse new connections only (live.Shutdown)
	return plain.Listen(context.Background(), "tcp", address)
}

func (machine) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	d := net.Dialer{KeepAlive: 15 * time.Second}
	return d.DialContext(ctx, network, address)
}

func (machine) Start(out io.Writer, env []string, program string, args ...string) (Process, error) {
	c, err := child.Start(out, env, program, args...)
	if err != nil {
		return nil, err // not a nil *child.Child in it
	}
	return c, nil
}

func (machine) Deafen(address string) (io.Closer, error) {
	d, err := deafen(address)
	if err != nil {
		return nil, err
	}
	return d, nil
}

// Transport is for HTTP over the host's network, with a connection for each request; nil
// of this machine, where http.Transport's own way to connect serves.
func Transport(h Host) http.RoundTripper {
	if h == nil {
		return nil
	}
	return &http.Transport{DisableKeepAlives: true, DialContext: h.Dial}
}
