package ec2

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"cnv/live/local/child"
)

// booted makes an instance run; its program begins later, at once if begin is 0, and
// its network is deaf for a part of that.
func (c *Cloud) booted(i *instance, begin, silence time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if i.state != "pending" || c.closed {
		return
	}
	i.state = "running"
	if begin == 0 {
		c.begin(i)
		return
	}
	if silence > 0 {
		var err error
		if i.deaf, err = c.o.Host.Deafen(i.endpoint()); err != nil {
			c.o.Log.Warn("connections to a booting instance are refused here from the beginning", "instance", i.id, "err", err)
		}
		time.AfterFunc(c.o.Clock.Real(silence), func() {
			c.mu.Lock()
			defer c.mu.Unlock()
			i.hears()
		})
	}
	time.AfterFunc(c.o.Clock.Real(begin), func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		i.hears()
		if i.state == "running" && !c.closed {
			c.begin(i)
		}
	})
}

// begin starts what an instance runs: its image's worker, or its own script;
// c.mu is held.
func (c *Cloud) begin(i *instance) {
	switch {
	case i.program != "":
		c.work(i)
	case i.script != "":
		c.scripts.Go(func() { c.runScript(i) })
	}
}

// work starts an instance's worker; c.mu is held. As the image is made so, a
// worker that ends powers its instance off.
func (c *Cloud) work(i *instance) {
	metadata, err := serveMetadata(c.o.Host, i.address, func(name string) (string, bool) { return c.about(i, name) })
	if err != nil {
		i.console = err.Error()
		c.off(i)
		return
	}
	out := &child.Tail{}
	args := []string{"--listen", i.endpoint(),
		"--concurrency", strconv.Itoa(i.kind.VCPUs), "--queue", "100000", "--wait", "1h", "--cpu", "kernels", "--notice", "0s", "--die-with-parent"}
	env := []string{"AWS_EC2_METADATA_SERVICE_ENDPOINT=" + metadata.url}
	if c.o.Worker != nil {
		env = append(env, c.o.Worker(i.kind.Name)...)
	}
	if i.command != "" {
		args, env = c.gatewayArgs(i), append(env, "CNV_ENDS_WITH_PARENT=1", "CNV_ENDPOINT="+c.o.URL(i.profile, i.id)) // not an argument, which all can read
	}
	process, err := c.o.Host.Start(out, env, i.program, args...)
	if err != nil {
		c.o.Log.Warn("the program of an instance does not start here", "instance", i.id, "err", err)
		metadata.server.Close()
		i.console = err.Error()
		c.off(i)
		return
	}
	i.process, i.metadata, i.said = process, metadata, out
	go func() {
		<-process.Done()
		metadata.server.Close()
		c.mu.Lock()
		defer c.mu.Unlock()
		i.process, i.metadata, i.said = nil, nil, nil
		i.console = out.String()
		c.off(i)
	}()
}

// hears has an instance's network up; c.mu is held.
func (i *instance) hears() {
	if i.deaf != nil {
		i.deaf.Close() // nothing depends on how
		i.deaf = nil
	}
}

// off takes in that an instance has no power; c.mu is held.
func (c *Cloud) off(i *instance) {
	i.hears()
	switch {
	case i.state == "terminated":
	case i.stops && i.state != "shutting-down":
		i.state = "stopped"
	default:
		i.state, i.ended = "terminated", time.Now()
	}
}

// idleShutdown is how long an instance takes to end that runs nothing of ours.
const idleShutdown = 50 * time.Millisecond

// shutDown asks an instance's process to end; c.mu is held. It is in the state
// until it has.
func (c *Cloud) shutDown(i *instance, state string) {
	if i.process != nil {
		i.process.Stop(c.o.Grace)
	} else if i.state != state {
		time.AfterFunc(idleShutdown, func() {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.off(i)
		})
	}
	i.state = state
}

// Kill ends an instance's process at once, as a failing machine does; "" takes
// the one that has run longest. It says which; "" if there is none.
func (c *Cloud) Kill(id string) string { return c.strike(id, c.fail) }

// Hang stops an instance's process, as a machine does that is stuck: it takes
// connections and answers nothing. The rest is as for Kill.
func (c *Cloud) Hang(id string) string {
	return c.strike(id, func(i *instance) { i.process.Hang() })
}

// Resume has an instance go on that hangs. The rest is as for Kill.
func (c *Cloud) Resume(id string) string {
	return c.strike(id, func(i *instance) { i.process.Resume() })
}

// strike does something to a running instance, "" the one that has run longest.
func (c *Cloud) strike(id string, do func(*instance)) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, i := range c.instances {
		if i.process != nil && i.state == "running" && (id == "" || i.id == id) {
			do(i)
			return i.id
		}
	}
	return ""
}

// KillZone ends all that runs in a zone, and says how many instances that was.
func (c *Cloud) KillZone(zone string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := 0
	for _, i := range c.instances {
		if i.zone.name == zone && (i.state == "running" || i.state == "pending") {
			c.fail(i)
			n++
		}
	}
	return n
}

// fail takes an instance away without asking; c.mu is held.
func (c *Cloud) fail(i *instance) {
	i.stops = false
	if i.process == nil {
		c.off(i)
		return
	}
	i.process.Kill()
}

// what a builder's script loads: see the bake script of live/aws/deploy.
var (
	location = regexp.MustCompile(`--output worker\.zip '([^']+)'`)
	checksum = regexp.MustCompile(`echo '([0-9a-f]{64})  worker\.zip' \| sha256sum`)
)

// service is the command line of a gateway's service.
var service = regexp.MustCompile(`(?m)^ExecStart=/opt/cnv/cnv-live (.*)$`)

// gatewayArgs is the command line of a gateway with the paths and the address
// that it has here.
func (c *Cloud) gatewayArgs(i *instance) []string {
	text := strings.NewReplacer("/opt/cnv/", filepath.Dir(i.program)+"/", "%d/", filepath.Dir(i.program)+"/", // the service's credentials
		"0.0.0.0", i.address, "/var/lib/cnv", filepath.Join(c.o.Dir, i.id)).Replace(i.command)
	return strings.Fields(text)
}

// powersOff is a script that does nothing but power its instance off: that of smoke.
var powersOff = regexp.MustCompile(`^#!/bin/bash\n(#.*\n)*systemctl poweroff\n$`)

// runScript does what a builder's script does here: it loads the package,
// checks it, installs it as the program of an image, and powers off. Another script is not
// run, but for one that only powers off.
func (c *Cloud) runScript(i *instance) {
	if powersOff.MatchString(i.script) {
		c.mu.Lock()
		defer c.mu.Unlock()
		if i.state == "running" {
			c.shutDown(i, map[bool]string{true: "stopping", false: "shutting-down"}[i.stops])
		}
		return
	}
	at, sum := location.FindStringSubmatch(i.script), checksum.FindStringSubmatch(i.script)
	if at == nil || sum == nil {
		c.o.Log.Warn("the local EC2 runs no scripts but those that bake images or only power off", "instance", i.id)
		return
	}
	program, err := c.install(i.id, at[1], sum[1])
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		i.console = "cnv: baking failed: " + err.Error()
		return // and does not power off, as the script would not
	}
	i.program = program
	if gateway := service.FindStringSubmatch(i.script); gateway != nil {
		i.program, i.command = filepath.Join(filepath.Dir(program), "cnv-live"), gateway[1]
	}
	c.off(i)
}

// install makes a builder's package the program of its image.
func (c *Cloud) install(id, location, hash string) (string, error) {
	zip, err := c.o.Fetch(location)
	if err != nil {
		return "", err
	}
	dir := filepath.Join(c.o.Dir, "images", id)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	return filepath.Join(dir, "bootstrap"), c.o.Unpack(zip, dir, hash)
}
