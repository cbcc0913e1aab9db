package deploy

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"

	"cnv/internal/testtime"
	"cnv/live"
	"cnv/live/aws"
	"cnv/live/host"
	"cnv/live/local"
	"cnv/live/memnet"
	"cnv/worker/workertest"
)

// worker is the path of the worker program, built once.
var worker = sync.OnceValues(func() (string, error) {
	program := filepath.Join(folder, "worker")
	out, err := exec.Command("go", "build", "-ldflags=-s -w", "-o", program, "cnv/worker/cmd").CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, out)
	}
	return program, err
})

// folder is where it is built.
var folder string

func TestMain(m *testing.M) {
	var err error
	if folder, err = os.MkdirTemp("", "cnv-worker-"); err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(folder)
	os.Exit(code)
}

// packed is a package of the worker; other versions differ by what is added. Each is made
// once, as it takes a second to compress.
func packed(t *testing.T, more string) []byte {
	t.Helper()
	if testing.Short() {
		t.Skip("builds and packs the worker, which is not built as this test is")
	}
	program, err := worker()
	if err != nil {
		t.Fatal(err)
	}
	packages.Lock()
	defer packages.Unlock()
	if zip, ok := packages.of[more]; ok {
		return bytes.Clone(zip)
	}
	code, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(t.TempDir(), "worker")
	if err := os.WriteFile(other, append(code, more...), 0o755); err != nil {
		t.Fatal(err)
	}
	zip, err := Pack(other)
	if err != nil {
		t.Fatal(err)
	}
	packages.of[more] = zip
	return bytes.Clone(zip)
}

// light is a package of a program that nobody runs, for machines in memory.
func light(t *testing.T, more string) []byte {
	t.Helper()
	program := filepath.Join(t.TempDir(), "worker")
	if err := os.WriteFile(program, []byte("#!/bin/sh\n# "+more+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	zip, err := Pack(program)
	if err != nil {
		t.Fatal(err)
	}
	return zip
}

var packages = struct {
	sync.Mutex
	of map[string][]byte
}{of: map[string][]byte{}}

// inMemory is a machine in memory whose programs do nothing until they are asked to end:
// clouds there play in virtual time.
func inMemory() *memnet.Machine {
	return machine(func(p *memnet.Program, _ io.Writer, _, _ []string) (func(), error) {
		return func() { <-p.Asked.Done() }, nil
	})
}

// withWorkers is a machine in memory whose programs are workers in goroutines.
func withWorkers() *memnet.Machine {
	var m *memnet.Machine
	m = machine(func(p *memnet.Program, out io.Writer, env, args []string) (func(), error) {
		return workertest.Prepare(workertest.Program{
			Out: out, Env: env, Args: args, Asked: p.Asked, End: p.End, Listen: p.Listen, Client: &http.Client{Transport: host.Transport(m)},
		})
	})
	return m
}

// machine is a machine in memory whose programs are prepared so.
func machine(prepare func(p *memnet.Program, out io.Writer, env, args []string) (func(), error)) *memnet.Machine {
	m := &memnet.Machine{}
	m.Run = func(out io.Writer, env []string, _ string, args ...string) (host.Process, error) {
		return m.Begin(func(p *memnet.Program) (func(), error) { return prepare(p, out, env, args) })
	}
	return m
}

// cloud starts a local cloud and checks that nothing of it is left behind.
func cloud(t *testing.T, cfg local.Config) (*local.Cloud, sdk.Config) {
	t.Helper()
	if cfg.Boot == nil {
		cfg.Boot = func(uint64, string) time.Duration { return 200 * time.Millisecond }
	}
	if cfg.Cold == nil {
		cfg.Cold = func(uint64) time.Duration { return 50 * time.Millisecond }
	}
	cfg.Settle = 200 * time.Millisecond
	c, err := local.Start(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	at := aws.Local(c.URL())
	if cfg.Host != nil {
		at.Dial = cfg.Host.Dial
	}
	account, err := at.Config(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return c, account
}

func TestDeploymentOnLocal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, cfg := cloud(t, local.Config{Host: inMemory()})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		lifecycle(ctx, t, cfg, light(t, "1"), light(t, "2"))
	})
}

// deployed is a deployment of a package on a local cloud.
func deployed(ctx context.Context, t *testing.T, cfg sdk.Config, zip []byte) (*Spec, *Found) {
	t.Helper()
	s, c := testSpec(zip), Connect(cfg)
	f, err := c.Find(ctx, s.Name, s.Arch)
	if err == nil {
		err = c.Apply(ctx, s, f, Plan(s, f), func(Step) {})
	}
	if err == nil {
		f, err = c.Find(ctx, s.Name, s.Arch)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s, f
}

func TestInstancesAreRealWorkers(t *testing.T) {
	ctx := testtime.Context(t)
	c, cfg := cloud(t, local.Config{VCPUs: 6})
	s, f := deployed(ctx, t, cfg, packed(t, ""))
	template, err := s.Template(f, []aws.Pool{{Name: "vm", Type: "c7g.large"}})
	if err != nil {
		t.Fatal(err)
	}
	fleet := aws.NewInstances(cfg, template)
	got, err := fleet.Launch(ctx, 0, 5, "a")
	if len(got) != 3 || err == nil || !strings.Contains(err.Error(), "VcpuLimitExceeded") {
		t.Fatalf("%d instances of 2 vCPUs within 6, %v", len(got), err)
	}
	again, err := fleet.Launch(ctx, 0, 5, "a")
	if len(again) != 3 || again[0].ID != got[0].ID {
		t.Errorf("the same token gave %v, %v", again, err)
	}
	var a *http.Response
	testtime.Until(t, "an answer of the first instance", func() bool {
		a, err = http.Get("http://" + got[0].Address + "/spin?ms=1")
		return err == nil
	})
	body, _ := io.ReadAll(a.Body)
	a.Body.Close()
	if a.StatusCode != http.StatusOK || a.Header.Get("Cnv-Cpu-Us") == "" {
		t.Errorf("%s: %s", a.Status, body)
	}
	killed := c.Kill("")
	testtime.Until(t, "the end of "+killed+", which was killed", func() bool {
		list, err := fleet.List(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return slices.ContainsFunc(list, func(i live.Instance) bool { return i.ID == killed && i.State == live.Ended })
	})
}

// call asks a function.
func call(ctx context.Context, fn *aws.Functions, path string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://gw"+path, nil)
	if err != nil {
		return nil, err
	}
	return fn.RoundTrip(r)
}

func TestFunctionsAreRealWorkers(t *testing.T) {
	ctx := testtime.Context(t)
	_, cfg := cloud(t, local.Config{})
	s, f := deployed(ctx, t, cfg, packed(t, ""))
	fn := aws.NewFunctions(cfg, s.Function(), s.FunctionVersion(f), 20, time.Minute)
	for i, cold := range []string{"true", "false"} {
		a, err := call(ctx, fn, "/spin?ms=1")
		if err != nil {
			t.Fatal(err)
		}
		if a.StatusCode != 200 || a.Header.Get("Cnv-Cold") != cold || a.Header.Get("Cnv-Instance") == "" {
			t.Errorf("call %d: %s %v", i, a.Status, a.Header)
		}
	}
	if a, err := call(ctx, fn, "/bake"); err != nil || a.StatusCode != 404 {
		t.Errorf("an unknown kernel: %v, %v", a, err)
	}
}

// TestEnvironmentsOfAFunction: no more than may run at once, others are throttled; after
// the keep-alive only those are left that were provisioned or are to be kept.
func TestEnvironmentsOfAFunction(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := t.Context()
		c, cfg := cloud(t, local.Config{Host: withWorkers(), Concurrency: 4, KeepAlive: time.Second})
		s, f := deployed(ctx, t, cfg, light(t, ""))
		fn := aws.NewFunctions(cfg, s.Function(), s.FunctionVersion(f), 20, time.Minute)
		var group sync.WaitGroup
		var mu sync.Mutex
		ok, throttled := 0, 0
		for range 12 {
			group.Go(func() {
				a, err := call(ctx, fn, "/sleep?ms=500")
				mu.Lock()
				defer mu.Unlock()
				switch {
				case errors.Is(err, live.ErrThrottled):
					throttled++
				case err == nil && a.StatusCode == 200:
					ok++
				default:
					t.Errorf("%v, %v", a, err)
				}
			})
		}
		group.Wait()
		if ok != 4 || throttled != 8 {
			t.Errorf("%d answered and %d throttled, want 4 and 8", ok, throttled)
		}
		environments := func(want int, why string) {
			t.Helper()
			time.Sleep(2500 * time.Millisecond)
			if _, n := c.Processes(); n != want {
				t.Errorf("%d environments, want the %d %s", n, want, why)
			}
		}
		environments(0, "after the keep-alive")
		if err := fn.Provision(ctx, 2); err != nil {
			t.Error(err)
		}
		environments(2, "provisioned")
		if err := errors.Join(fn.Keep(ctx, 4), fn.Keep(ctx, 1)); err != nil { // as policies command
			t.Error(err)
		}
		environments(1, "of the last command")
		if err := fn.Keep(ctx, 0); err != nil {
			t.Error(err)
		}
	})
}

func TestFaultsOfTheLocalCloud(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := t.Context()
		_, cfg := cloud(t, local.Config{Host: withWorkers(), Hidden: 500 * time.Millisecond, Faults: []local.Fault{
			{Action: "zone", Code: "us-east-1a"}, {Action: "Invoke", Code: "TooManyRequestsException", Next: 2},
			{Action: "BatchWriteItem", Code: "ProvisionedThroughputExceededException", Next: 1},
		}})
		s, f := deployed(ctx, t, cfg, light(t, ""))
		template, err := s.Template(f, []aws.Pool{{Name: "vm", Type: "c7g.large"}})
		if err != nil {
			t.Fatal(err)
		}
		fleet := aws.NewInstances(cfg, template)
		got, err := fleet.Launch(ctx, 0, 2, "a")
		if err != nil || len(got) != 2 || got[0].Zone == 0 {
			t.Errorf("with a zone lost: %v, %v; want both from another one", got, err)
		}
		if list, err := fleet.List(ctx); err != nil || len(list) != 0 {
			t.Errorf("just launched, listed: %v, %v", list, err)
		}
		time.Sleep(600 * time.Millisecond)
		if list, err := fleet.List(ctx); err != nil || len(list) != 2 {
			t.Errorf("later: %v, %v", list, err)
		}
		fn := aws.NewFunctions(cfg, s.Function(), s.FunctionVersion(f), 20, time.Minute)
		for i := range 3 {
			if _, err := call(ctx, fn, "/spin?ms=1"); errors.Is(err, live.ErrThrottled) != (i < 2) {
				t.Errorf("call %d: %v; want the first two throttled", i, err)
			}
		}
	})
}

func TestTheLocalCloudRefusesLoudly(t *testing.T) {
	c, _ := cloud(t, local.Config{Log: slog.New(slog.DiscardHandler)})
	for _, x := range []struct{ about, target, form, want string }{
		{"an unknown call of EC2", "", "Action=RebootInstances&Version=2016-11-15", "does not know RebootInstances"},
		{"an unknown parameter", "", "Action=DescribeVpcs&Version=2016-11-15&Fancy=1", "does not know Fancy"},
		{"an unknown type", "", "Action=RunInstances&Version=2016-11-15&InstanceType=c7g.lage&MinCount=1&MaxCount=1", "c7g.large"},
		{"an unknown filter", "", "Action=DescribeVpcs&Version=2016-11-15&Filter.1.Name=x&Filter.1.Value.1=y", "is invalid"},
		{"an unknown version", "", "Action=X&Version=2099-01-01", "2099-01-01"},
		{"an unknown call of DynamoDB", "DynamoDB_20120810.PutItem", "{}", "does not know PutItem"},
		{"an unknown field", "DynamoDB_20120810.GetItem", `{"TableName":"t","Hint":1}`, "Hint"},
		{"an unknown service", "Kinesis_20131202.PutRecord", "{}", "does not know Kinesis"},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.URL()+"/", strings.NewReader(x.form))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if x.target != "" {
			r.Header.Set("X-Amz-Target", x.target)
		}
		a, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(a.Body)
		a.Body.Close()
		if a.StatusCode/100 != 4 || !strings.Contains(string(text), x.want) {
			t.Errorf("%s: %s %s; want %q", x.about, a.Status, text, x.want)
		}
	}
}
