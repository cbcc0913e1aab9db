package local

import (
	"cmp"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"cnv/live/clock"
	"cnv/live/host"
	"cnv/live/local/dynamo"
	"cnv/live/local/ec2"
	"cnv/live/local/iam"
	"cnv/live/local/lambda"
	"cnv/live/local/scheduler"
)

// A Config says what the cloud is like. Zero values mean the defaults. Boots, cold
// starts, keep-alive, the time-outs of functions, and faults are in the time of Clock.
type Config struct {
	Clock       clock.Slow
	Region      string                                    // "": us-east-1
	Network     ec2.Network                               // what VPC the account has
	Beside      []*Cloud                                  // other regions of the account, whose roles are this one's: calls that are signed for them are theirs, with any key of this one
	Dir         string                                    // kept between runs, for the tables; "": a temporary one
	Boot        func(n uint64, kind string) time.Duration // of the n-th instance launched, of a type, until it runs: 2 s
	Begin       func(n uint64, kind string) time.Duration // from then until its program is started: at once
	Deaf        func(n uint64, kind string) time.Duration // of Begin, until its network is up: packets are lost before (Linux only); refused from there: 0
	Call        func(n uint64, kind string) time.Duration // of Boot, until the launch call is answered: 0
	Cold        func(n uint64) time.Duration              // of the n-th environment, or as long as its process takes, if that is longer: 200 ms
	Worker      func(kind string) []string                // environment variables of the workers of a type; nil: none
	Function    func(memoryMB int) []string               // likewise of functions
	KeepAlive   time.Duration                             // of an idle environment: 10 min
	VCPUs       int                                       // of the account, on demand and spot each: 256
	Concurrency int                                       // of the account's functions: 1,000
	Settle      time.Duration                             // a new function is pending for so long, and a change of one in progress: 0
	Hidden      time.Duration                             // a new instance is not described for so long: 0
	Late        time.Duration                             // what was made is not there for calls that name it for so long; instances have Hidden: 0
	AnyArch     bool                                      // types of another architecture than an image's run it too
	Faults      []Fault
	Log         *slog.Logger
	Grace       time.Duration // between asking a process to end and killing it: 5 s
	Host        host.Host     // where it runs: this machine
}

// DefaultRegion is where a cloud is that is not told.
const DefaultRegion = "us-east-1"

// A Cloud is one account in one region, on loopback.
type Cloud struct {
	cfg    Config
	temp   string // folder to remove
	server *http.Server
	url    string // without the key
	key    string
	place  iam.Place
	principals
	ec2       *ec2.Cloud
	lambda    *lambda.Service
	tables    *dynamo.DB
	schedules *scheduler.Service
	stubs     *stubs
	global    *Cloud // beside which this is: that has the roles of the account; nil: this one
	faults    faults
	late      late
	serves    http.Handler // of calls whose caller is known
}

// Start begins to serve on a free port.
func Start(cfg Config) (*Cloud, error) {
	cfg.fill()
	temp, err := newFolder()
	if err != nil {
		return nil, err
	}
	if err := runs(temp); err != nil {
		os.RemoveAll(temp)
		return nil, err
	}
	if cfg.Dir == "" {
		cfg.Dir = temp
	}
	l, err := cfg.Host.Listen("127.0.0.1:0")
	if err != nil {
		os.RemoveAll(temp)
		return nil, err
	}
	c := &Cloud{faults: faults{clock: cfg.Clock}, late: late{delay: cfg.Late}, cfg: cfg, temp: temp, url: l.Addr().String(), place: iam.In(cfg.Region), stubs: newStubs(iam.In(cfg.Region), cfg.VCPUs)}
	c.key = c.principals.add(&principal{arn: c.place.Global("root"), root: true})
	if err = c.faults.begin(cfg.Faults, time.Now()); err == nil {
		c.tables, err = dynamo.Open(filepath.Join(cfg.Dir, "tables.db"), c.place)
	}
	if err != nil {
		l.Close()
		os.RemoveAll(temp)
		return nil, err
	}
	if aside := c.tables.Aside(); aside != "" {
		cfg.Log.Warn("the file of what earlier runs have measured was damaged: it was set aside, and a new one begun", "aside", aside)
	}
	c.ec2 = ec2.New(ec2.Options{
		Dir: temp, Place: c.place, Network: cfg.Network, Beside: cfg.beside(), URL: c.instanceURL, Role: c.roleOf, Boot: cfg.Boot, Begin: cfg.Begin, Deaf: cfg.Deaf, Call: cfg.Call, Clock: cfg.Clock, Worker: cfg.Worker, VCPUs: cfg.VCPUs, Hidden: cfg.Hidden, Fetch: c.fetch, Unpack: unpack,
		Room: c.faults.room, AnyArch: cfg.AnyArch, Log: cfg.Log, Grace: cfg.Grace, Host: cfg.Host,
	})
	c.lambda = lambda.New(lambda.Options{
		Dir: temp, Place: c.place, URL: c.url, Unpack: unpack, Cold: cfg.Cold, Clock: cfg.Clock, Function: cfg.Function, KeepAlive: cfg.KeepAlive, Concurrency: cfg.Concurrency, Settle: cfg.Settle, Log: cfg.Log, Grace: cfg.Grace, Host: cfg.Host,
	})
	c.schedules = scheduler.New(scheduler.Options{Place: c.place, Act: c.act, Log: cfg.Log, Trusts: func(role string) bool { return c.iam().trusts(role, "scheduler.amazonaws.com") }})
	for _, other := range cfg.Beside {
		other.global = c
	}
	c.serves = c.routes()
	c.server = &http.Server{Handler: c.known(), ReadHeaderTimeout: 10 * time.Second}
	go c.server.Serve(l)
	c.faults.schedule(c.ec2, c.logFault)
	return c, nil
}

// beside are the names of the account's other regions.
func (c *Config) beside() (out []string) {
	for _, other := range c.Beside {
		out = append(out, other.place.Region)
	}
	return out
}

func (c *Config) fill() {
	after := func(d time.Duration) func(uint64) time.Duration { return func(uint64) time.Duration { return d } }
	c.Region = cmp.Or(c.Region, DefaultRegion)
	if c.Boot == nil {
		c.Boot = func(uint64, string) time.Duration { return 2 * time.Second }
	}
	if c.Worker == nil {
		c.Worker = func(string) []string { return nil }
	}
	if c.Function == nil {
		c.Function = func(int) []string { return nil }
	}
	if c.Cold == nil {
		c.Cold = after(200 * time.Millisecond)
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.KeepAlive == 0 {
		c.KeepAlive = 10 * time.Minute
	}
	if c.VCPUs == 0 {
		c.VCPUs = 256
	}
	if c.Concurrency == 0 {
		c.Concurrency = 1000
	}
	c.Host = host.Or(c.Host)
	if c.Grace == 0 {
		c.Grace = 5 * time.Second
	}
}

// URL is the endpoint of all services, with the access key that they want in
// place of a user's name: see aws.Local.
func (c *Cloud) URL() string { return c.urlOf(c.key) }

// Starts are the cold starts of functions so far.
func (c *Cloud) Starts() lambda.Starts { return c.lambda.Starts() }

// Close ends all processes, waits for them, and ends the services.
func (c *Cloud) Close() error {
	c.faults.stop()
	c.schedules.Close()
	c.lambda.Close()
	c.ec2.Close()
	c.server.Close()
	err := c.tables.Close()
	os.RemoveAll(c.temp)
	return err
}

// Break lets things go wrong from now on, in place of what Start was given, at times
// that count from an instant, and tells what happens to instances; tell may be nil:
// then the log has it.
func (c *Cloud) Break(faults []Fault, from time.Time, tell func(at time.Duration, text string)) error {
	if tell == nil {
		tell = c.logFault
	}
	err := c.faults.begin(faults, from)
	if err == nil {
		c.faults.schedule(c.ec2, tell)
	}
	return err
}

func (c *Cloud) logFault(at time.Duration, text string) {
	c.cfg.Log.Info("a fault that was asked for", "at", at.String(), "what", text)
}

// Kill ends the worker of an instance at once, "" of the one that has run
// longest, and says which; "" if there is none.
func (c *Cloud) Kill(instance string) string { return c.ec2.Kill(instance) }

// Hang stops the worker of an instance, which then takes connections and answers
// nothing, "" the one that has run longest, and says which; "" if there is none.
func (c *Cloud) Hang(instance string) string { return c.ec2.Hang(instance) }

// Resume has the worker of an instance go on that hangs. The rest is as for Kill.
func (c *Cloud) Resume(instance string) string { return c.ec2.Resume(instance) }

// Interrupt gives a spot instance notice that it is taken away so much later,
// "" the one that has run longest, and says which; "" if there is none.
func (c *Cloud) Interrupt(instance string, notice time.Duration) string {
	return c.ec2.Interrupt(instance, notice)
}

// Logged are the lines of a log group, of all its streams, stream by stream.
func (c *Cloud) Logged(group string) (lines []string) { return c.stubs.logged(group) }

// Metadata is where an instance finds its metadata service, version 2; ""
// while it runs no worker.
func (c *Cloud) Metadata(instance string) string { return c.ec2.Metadata(instance) }

// Processes is how many instances and environments there are.
func (c *Cloud) Processes() (instances, environments int) {
	return c.ec2.Running(), c.lambda.Environments()
}

// fetch loads a package from this machine.
func (c *Cloud) fetch(url string) ([]byte, error) {
	client := http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{DisableKeepAlives: true, DialContext: c.cfg.Host.Dial}}
	a, err := client.Get(url)
	if err != nil {
		return nil, err
	}
	defer a.Body.Close()
	if a.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answered %s", url, a.Status)
	}
	return io.ReadAll(io.LimitReader(a.Body, 100<<20))
}
