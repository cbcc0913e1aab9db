// Package local answers the calls of EC2, Lambda, DynamoDB, IAM and CloudWatch
// Logs that this project makes, on loopback, behind the unmodified SDK.
// Instances and function environments are real processes of the real worker;
// what they lack is a cloud's machines: they share this one's cores.
//
// It proves code, not clouds: nobody checks signatures, rules of security
// groups or roles, and nothing is billed.
package local

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"cnv/live/local/dynamo"
	"cnv/live/local/ec2"
	"cnv/live/local/lambda"
)

// A Config says what the cloud is like. Zero values mean the defaults.
type Config struct {
	Dir         string                       // kept between runs, for the tables; "": a temporary one
	Boot        func(n uint64) time.Duration // of the n-th instance launched, until it runs: 2 s
	Cold        func(n uint64) time.Duration // of the n-th environment, beside what its process takes: 200 ms
	KeepAlive   time.Duration                // of an idle environment: 10 min
	VCPUs       int                          // of the account, on demand and spot each: 256
	Concurrency int                          // of the account's functions: 1,000
	Hidden      time.Duration                // a new instance is not described for so long: 0
	Faults      []Fault
	Log         *slog.Logger
	Grace       time.Duration // between asking a process to end and killing it: 5 s
}

// A Cloud is one account in one region, on loopback.
type Cloud struct {
	cfg    Config
	temp   string // folder to remove
	server *http.Server
	url    string
	ec2    *ec2.Cloud
	lambda *lambda.Service
	tables *dynamo.DB
	stubs  *stubs
	faults *faults
	stop   context.CancelFunc
}

// Start begins to serve on a free port.
func Start(cfg Config) (*Cloud, error) {
	cfg.fill()
	temp, err := os.MkdirTemp("", "cnv-local-")
	if err != nil {
		return nil, err
	}
	if cfg.Dir == "" {
		cfg.Dir = temp
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		os.RemoveAll(temp)
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	c := &Cloud{cfg: cfg, temp: temp, url: l.Addr().String(), stubs: newStubs(), stop: stop}
	c.faults = newFaults(cfg.Faults)
	if c.tables, err = dynamo.Open(filepath.Join(cfg.Dir, "tables.db")); err != nil {
		l.Close()
		os.RemoveAll(temp)
		return nil, err
	}
	c.ec2 = ec2.New(ec2.Options{
		Dir: temp, Boot: cfg.Boot, VCPUs: cfg.VCPUs, Hidden: cfg.Hidden, Fetch: fetch, Unpack: unpack,
		Room: c.faults.room, Log: cfg.Log, Grace: cfg.Grace,
	})
	c.lambda = lambda.New(lambda.Options{
		Dir: temp, Unpack: unpack, Cold: cfg.Cold, KeepAlive: cfg.KeepAlive, Concurrency: cfg.Concurrency, Log: cfg.Log, Grace: cfg.Grace,
	}, c.url)
	c.server = &http.Server{Handler: c.routes(), ReadHeaderTimeout: 10 * time.Second}
	go c.server.Serve(l)
	go c.faults.kill(ctx, c.ec2)
	return c, nil
}

func (c *Config) fill() {
	after := func(d time.Duration) func(uint64) time.Duration { return func(uint64) time.Duration { return d } }
	if c.Boot == nil {
		c.Boot = after(2 * time.Second)
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
	if c.Grace == 0 {
		c.Grace = 5 * time.Second
	}
}

// URL is the endpoint of all services.
func (c *Cloud) URL() string { return "http://" + c.url }

// Close ends all processes, waits for them, and ends the services.
func (c *Cloud) Close() error {
	c.stop()
	c.lambda.Close()
	c.ec2.Close()
	c.server.Close()
	err := c.tables.Close()
	os.RemoveAll(c.temp)
	return err
}

// Kill ends the worker of an instance at once, "" of the one that has run
// longest, and says which.
func (c *Cloud) Kill(instance string) string { return c.ec2.Kill(instance) }

// Processes is how many instances and environments there are.
func (c *Cloud) Processes() (instances, environments int) {
	return c.ec2.Running(), c.lambda.Environments()
}

// routes tells the services apart: Lambda by its paths, those that speak JSON
// by X-Amz-Target, and those with a form by its version.
func (c *Cloud) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /packages/{name}", c.lambda.Package)
	mux.HandleFunc("GET /runtime/{environment}/2018-06-01/runtime/invocation/next", c.lambda.Next)
	mux.HandleFunc("POST /runtime/{environment}/2018-06-01/runtime/invocation/{call}/response", c.lambda.Answer)
	mux.HandleFunc("POST /runtime/{environment}/2018-06-01/runtime/invocation/{call}/error", c.lambda.Error)
	mux.HandleFunc("POST /runtime/{environment}/2018-06-01/runtime/init/error", c.lambda.InitError)
	for _, version := range []string{"2015-03-31", "2016-08-19", "2017-10-31", "2019-09-30", "2020-06-30"} {
		mux.HandleFunc("/"+version+"/", func(w http.ResponseWriter, r *http.Request) {
			if code, ok := c.faults.strike(lambdaAction(r)); ok {
				lambda.Fail(w, status(code), code, "a fault that was asked for")
				return
			}
			c.lambda.Serve(w, r)
		})
	}
	mux.HandleFunc("POST /{$}", c.post)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, "the local cloud does not know "+r.Method+" "+r.URL.Path, http.StatusNotFound)
	})
	return mux
}

// lambdaAction names a call of Lambda for faults.
func lambdaAction(r *http.Request) string {
	if strings.HasSuffix(r.URL.Path, "/invocations") {
		return "Invoke"
	}
	return "Lambda"
}

// post serves what is posted to the root.
func (c *Cloud) post(w http.ResponseWriter, r *http.Request) {
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		c.json(w, r, target)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
	if err := r.ParseForm(); err != nil {
		ec2.Fail(w, http.StatusBadRequest, "MalformedQueryString", err.Error())
		return
	}
	action := r.Form.Get("Action")
	if code, ok := c.faults.strike(action); ok {
		ec2.Fail(w, status(code), code, "a fault that was asked for")
		return
	}
	switch version := r.Form.Get("Version"); version {
	case "2016-11-15":
		c.ec2.Serve(w, r.Form)
	case "2010-05-08":
		c.stubs.iam(w, r.Form)
	case "2011-06-15":
		c.stubs.sts(w, r.Form)
	default:
		ec2.Fail(w, http.StatusBadRequest, "InvalidAction", fmt.Sprintf("the local cloud does not know version %q (action %q)", version, action))
	}
}

// json serves the services that speak JSON.
func (c *Cloud) json(w http.ResponseWriter, r *http.Request, target string) {
	service, action, _ := strings.Cut(target, ".")
	if code, ok := c.faults.strike(action); ok {
		dynamo.Fail(w, status(code), code, "a fault that was asked for")
		return
	}
	switch service {
	case "DynamoDB_20120810":
		c.tables.ServeHTTP(w, r)
	case "Logs_20140328":
		c.stubs.logs(w, r, action)
	default:
		dynamo.Fail(w, http.StatusBadRequest, "UnknownOperationException", "the local cloud does not know "+target)
	}
}

// fetch loads a package from this machine.
func fetch(url string) ([]byte, error) {
	client := http.Client{Timeout: 30 * time.Second}
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
