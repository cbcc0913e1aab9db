package ec2

import (
	"fmt"
	"maps"
	"net"
	"os"
	"runtime"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"cnv/live/host"
)

// A launched is what a client token stands for.
type launched struct {
	parameters string
	ids        []string
}

// remembered is how long terminated instances are described.
const remembered = time.Hour

func (c *Cloud) runInstances(f *form) (any, error) {
	token := f.text("ClientToken")
	parameters := f.values.Encode()
	if before, ok := c.tokens[token]; ok && token != "" {
		if before.parameters != parameters {
			return nil, failure("IdempotentParameterMismatch", "the same client token with other parameters")
		}
		for k := range f.values {
			f.read[k] = true
		}
		return c.reservation(before.ids), nil
	}
	o, err := c.order(f)
	if err == nil {
		err = f.end()
	}
	if err != nil {
		return nil, err
	}
	n := o.max
	if c.o.VCPUs > 0 {
		n = min(n, (c.o.VCPUs-c.vcpus(o.spot))/o.kind.VCPUs)
	}
	if n < o.min {
		code := "VcpuLimitExceeded"
		if o.spot {
			code = "MaxSpotInstanceCountExceeded"
		}
		return nil, failure(code, "You have requested more vCPU capacity than your current vCPU limit of %d allows", c.o.VCPUs)
	}
	if c.o.Room != nil && !c.o.Room(o.kind.Name, o.zone.name, o.spot) {
		return nil, failure("InsufficientInstanceCapacity", "We currently do not have sufficient %s capacity in the Availability Zone you requested (%s)", o.kind.Name, o.zone.name)
	}
	c.instances = slices.DeleteFunc(c.instances, func(i *instance) bool {
		return i.state == "terminated" && time.Since(i.ended) > remembered
	})
	var ids []string
	reservation := c.id("r")
	for range n {
		i := c.launch(o, token, reservation)
		ids = append(ids, i.id)
		f.wait = max(f.wait, drawn(c.o.Call, c.launches, i))
	}
	if token != "" {
		c.tokens[token] = launched{parameters, ids}
	}
	return c.reservation(ids), nil
}

// vcpus are those in use of one market.
func (c *Cloud) vcpus(spot bool) int {
	n := 0
	for _, i := range c.instances {
		if (i.state == "pending" || i.state == "running") && (i.spot != nil) == spot {
			n += i.kind.VCPUs
		}
	}
	return n
}

// launch begins an instance, which runs after the boot.
func (c *Cloud) launch(o *order, token, reservation string) *instance {
	i := &instance{
		id: c.id("i"), reservation: reservation, image: o.image, state: "pending", token: token, script: o.script,
		kind: o.kind, zone: o.zone, groups: o.groups, profile: o.profile, stops: o.stops, sealed: o.sealed, launched: time.Now(), tags: maps.Clone(o.tags["instance"]), program: o.image.program, command: o.image.command,
	}
	i.diskTags, i.cardTags = maps.Clone(o.tags["volume"]), maps.Clone(o.tags["network-interface"])
	if o.spot {
		i.spot = &spotRequest{id: c.id("sir"), status: "fulfilled"}
	}
	var port string
	if i.address, port = address(c.o.Host); port != workerPort {
		i.tags["cnv:port"] = port
	}
	c.instances = append(c.instances, i)
	c.launches++
	begin, deaf := drawn(c.o.Begin, c.launches, i), drawn(c.o.Deaf, c.launches, i)
	time.AfterFunc(c.o.Clock.Real(drawn(c.o.Boot, c.launches, i)), func() { c.booted(i, begin, deaf) })
	return i
}

// drawn is a part of the n-th launch; nil draws 0.
func drawn(part func(uint64, string) time.Duration, n uint64, i *instance) time.Duration {
	if part == nil {
		return 0
	}
	return part(n, i.kind.Name)
}

// endpoint is where an instance's worker listens.
func (i *instance) endpoint() string {
	port := workerPort
	if p := i.tags["cnv:port"]; p != "" {
		port = p
	}
	return net.JoinHostPort(i.address, port)
}

// workerPort is where workers listen, if they have an address of their own.
const workerPort = "8000"

// addresses are those given so far, by all clouds of this process.
var addresses atomic.Uint64

// address is an instance's own on loopback. Linux has all of 127.0.0.0/8, of
// which each process begins at another part, and passes over what another one
// has taken; elsewhere instances differ by port.
func address(h host.Host) (ip, port string) {
	const perProcess = 250 * 250
	for range perProcess {
		if runtime.GOOS != "linux" {
			break
		}
		n := addresses.Add(1) % perProcess
		ip := fmt.Sprintf("127.%d.%d.%d", 1+os.Getpid()%250, n/250+1, n%250+2)
		if l, err := h.Listen(net.JoinHostPort(ip, workerPort)); err == nil {
			l.Close()
			return ip, workerPort
		}
	}
	l, err := h.Listen("127.0.0.1:0")
	if err != nil {
		return "127.0.0.1", workerPort // the worker will say why not
	}
	defer l.Close()
	return "127.0.0.1", strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}
