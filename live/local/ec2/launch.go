package ec2

import (
	"context"
	"encoding/base64"
	"fmt"
	"net"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"cnv/live/local/child"
	"cnv/policy/catalog"
)

// An order is what a RunInstances call asks for.
type order struct {
	kind     catalog.Instance
	zone     zone
	image    *image
	min, max int
	spot     bool
	stops    bool
	script   string
	tags     map[string]string
}

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
	if err != nil {
		return nil, err
	}
	if err := c.dryRun(f); err != nil {
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
	if unread := f.unread(); len(unread) > 0 { // before anything is launched
		return nil, failure("UnknownParameter", "the local EC2 does not know %s of RunInstances", strings.Join(unread, ", "))
	}
	var ids []string
	for range n {
		i := c.launch(o, token)
		ids = append(ids, i.id)
	}
	if token != "" {
		c.tokens[token] = launched{parameters, ids}
	}
	return c.reservation(ids), nil
}

// dryRun ends a call that only asks whether it would be allowed.
func (c *Cloud) dryRun(f *form) error {
	if f.text("DryRun") == "true" {
		return failure("DryRunOperation", "Request would have succeeded, but DryRun flag is set.")
	}
	return nil
}

// order reads the parameters.
func (c *Cloud) order(f *form) (*order, error) {
	kind, err := catalog.Lookup(f.text("InstanceType"))
	if err != nil {
		return nil, failure("InvalidParameterValue", "%v", err)
	}
	o := &order{kind: kind, stops: true}
	if o.min, err = f.number("MinCount", 0); err != nil {
		return nil, err
	}
	if o.max, err = f.number("MaxCount", 0); err != nil {
		return nil, err
	}
	if o.min < 1 || o.max < o.min {
		return nil, failure("InvalidParameterValue", "MinCount %d and MaxCount %d: want 1 <= MinCount <= MaxCount", o.min, o.max)
	}
	id := f.text("ImageId")
	at := slices.IndexFunc(c.images, func(m *image) bool { return m.id == id })
	if at < 0 {
		return nil, failure("InvalidAMIID.NotFound", "The image id '[%s]' does not exist", id)
	}
	o.image = c.images[at]
	if err := c.network(f, o); err != nil {
		return nil, err
	}
	if o.tags, err = f.specified("instance"); err != nil {
		return nil, err
	}
	script, err := base64.StdEncoding.DecodeString(f.text("UserData"))
	if err != nil || len(script) > 16<<10 {
		return nil, failure("InvalidUserData.Malformed", "user data: want at most 16 KiB in base64")
	}
	o.script = string(script)
	o.stops = f.text("InstanceInitiatedShutdownBehavior") != "terminate"
	o.spot = f.text("InstanceMarketOptions.MarketType") == "spot"
	for _, ignored := range []string{
		"MetadataOptions.HttpTokens", "MetadataOptions.HttpPutResponseHopLimit", "CreditSpecification.CpuCredits",
		"InstanceMarketOptions.SpotOptions.SpotInstanceType",
	} {
		f.text(ignored) // there are no metadata, credits or spot prices here
	}
	return o, nil
}

// network reads where an instance goes.
func (c *Cloud) network(f *form, o *order) error {
	subnet, groups := f.text("SubnetId"), f.list("SecurityGroupId")
	if f.has("NetworkInterface.1.") {
		f.text("NetworkInterface.1.DeviceIndex")
		f.text("NetworkInterface.1.AssociatePublicIpAddress") // nothing here has one
		subnet, groups = f.text("NetworkInterface.1.SubnetId"), f.list("NetworkInterface.1.SecurityGroupId")
	}
	o.zone = zones[0]
	if subnet != "" {
		at := slices.IndexFunc(zones, func(z zone) bool { return z.subnet == subnet })
		if at < 0 {
			return failure("InvalidSubnetID.NotFound", "The subnet ID '%s' does not exist", subnet)
		}
		o.zone = zones[at]
	}
	for _, g := range groups {
		if !slices.ContainsFunc(c.groups, func(have *group) bool { return have.id == g }) {
			return failure("InvalidGroup.NotFound", "The security group '%s' does not exist", g)
		}
	}
	return nil
}

// vcpus are those in use of one market.
func (c *Cloud) vcpus(spot bool) int {
	n := 0
	for _, i := range c.instances {
		if i.state == "pending" || i.state == "running" {
			if i.spot == spot {
				n += i.kind.VCPUs
			}
		}
	}
	return n
}

// launch begins an instance, which runs after the boot.
func (c *Cloud) launch(o *order, token string) *instance {
	i := &instance{
		id: c.id("i"), image: o.image.id, state: "pending", token: token, script: o.script, kind: o.kind, zone: o.zone,
		spot: o.spot, stops: o.stops, launched: time.Now(), tags: o.tags, program: o.image.program,
	}
	c.launches++
	i.address = c.address(c.launches)
	if i.address == "127.0.0.1" {
		i.tags["cnv:port"] = strconv.Itoa(freePort())
	}
	c.instances = append(c.instances, i)
	time.AfterFunc(c.o.Boot(c.launches), func() { c.booted(i) })
	return i
}

// address is an instance's own on loopback. Linux has all of 127.0.0.0/8, of
// which each process takes another part; elsewhere instances differ by port.
func (c *Cloud) address(n uint64) string {
	if runtime.GOOS != "linux" {
		return "127.0.0.1"
	}
	n %= 250 * 250
	return fmt.Sprintf("127.%d.%d.%d", 1+os.Getpid()%250, n/250+1, n%250+2)
}

func freePort() int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 8000
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// booted makes an instance run: its image's worker, or its own script.
func (c *Cloud) booted(i *instance) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if i.state != "pending" || c.closed {
		return
	}
	i.state = "running"
	switch {
	case i.program != "":
		c.work(i)
	case i.script != "":
		go c.runScript(i)
	}
}

// work starts an instance's worker; c.mu is held. An instance lives as long.
func (c *Cloud) work(i *instance) {
	port := "8000"
	if p := i.tags["cnv:port"]; p != "" {
		port = p
	}
	out := &child.Tail{}
	process, err := child.Start(out, nil, i.program, "--listen", net.JoinHostPort(i.address, port),
		"--concurrency", strconv.Itoa(i.kind.VCPUs), "--queue", "100000", "--wait", "1h", "--cpu", "kernels", "--notice", "0s", "--die-with-parent")
	if err != nil {
		i.console = err.Error()
		c.off(i)
		return
	}
	i.process = process
	go func() {
		<-process.Done()
		c.mu.Lock()
		defer c.mu.Unlock()
		i.console = out.String()
		c.off(i)
	}()
}

// what a builder's script loads: see the bake script of live/aws/deploy.
var (
	location = regexp.MustCompile(`--output worker\.zip '([^']+)'`)
	checksum = regexp.MustCompile(`echo '([0-9a-f]{64})  worker\.zip' \| sha256sum`)
)

// runScript does what a builder's script does here: it loads the package,
// checks it, installs it as the program of an image, and powers off. Any other
// script is not run.
func (c *Cloud) runScript(i *instance) {
	at, sum := location.FindStringSubmatch(i.script), checksum.FindStringSubmatch(i.script)
	if at == nil || sum == nil {
		c.o.Log.Warn("the local EC2 runs no scripts but the one that bakes images", "instance", i.id)
		return
	}
	program, err := c.install(context.Background(), i.id, at[1], sum[1])
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		i.console = "cnv: baking failed: " + err.Error()
		return // and does not power off, as the script would not
	}
	i.program = program
	c.off(i)
}

// off powers an instance off; c.mu is held.
func (c *Cloud) off(i *instance) {
	if i.state == "terminated" {
		return
	}
	i.state = "terminated"
	if i.stops && i.process == nil {
		i.state = "stopped"
	}
}

// end ends an instance; c.mu is held.
func (c *Cloud) end(i *instance) {
	if i.process == nil {
		i.state = "terminated"
		return
	}
	if i.state != "terminated" {
		i.state = "shutting-down"
		i.process.Stop(c.o.Grace)
	}
}

// Kill ends a random-looking but given instance's process at once, as a
// failing machine does; "" takes the one that has run longest. It says which.
func (c *Cloud) Kill(id string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, i := range c.instances {
		if i.process != nil && i.state == "running" && (id == "" || i.id == id) {
			i.process.Kill()
			return i.id
		}
	}
	return ""
}
