package local_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"cnv/live/local"
	"cnv/worker/lambdafn/event"
)

// spin is a call that takes a worker no time.
const spin = `{"path":"/spin","query":{"ms":"1"}}`

// answered is what a worker has given.
func answered(t *testing.T, out *lambda.InvokeOutput) event.Answer {
	t.Helper()
	var a event.Answer
	if err := json.Unmarshal(out.Payload, &a); err != nil || out.FunctionError != nil {
		t.Fatalf("%v: %s", err, out.Payload)
	}
	return a
}

// environments waits until there are so many.
func (s *session) environments(n int) {
	s.Helper()
	s.until(fmt.Sprint(n, " environments"), func() bool { _, have := s.cloud.Processes(); return have == n })
}

func TestFunctionsAreTheirPackages(t *testing.T) {
	t.Parallel()
	const cold = 300 * time.Millisecond
	s := start(t, local.Config{KeepAlive: 2 * time.Second, Cold: func(uint64) time.Duration { return cold }})
	code := must(worker())(t)
	s.function("f", code, nil)
	f := must(s.lambda.GetFunction(s.ctx, &lambda.GetFunctionInput{FunctionName: sdk.String("f")}))(t)
	link := must(http.Get(*f.Code.Location))(t)
	defer link.Body.Close()
	if back := must(io.ReadAll(link.Body))(t); string(back) != string(code) {
		t.Errorf("the code's link gives %d bytes, want the %d uploaded", len(back), len(code))
	}

	began := time.Now()
	first := must(s.invoke("f", spin))(t)
	if took := time.Since(began); took < cold {
		t.Errorf("a cold start took %v, want at least %v", took, cold)
	}
	second := must(s.invoke("f", spin))(t)
	a, b := answered(t, first), answered(t, second)
	if a.Headers["Cnv-Cold"] != "true" || b.Headers["Cnv-Cold"] != "false" || a.Headers["Cnv-Instance"] != b.Headers["Cnv-Instance"] {
		t.Errorf("called twice: %v and %v; want one environment, first cold", a.Headers, b.Headers)
	}
	for i, out := range []*lambda.InvokeOutput{first, second} {
		log := string(must(base64.StdEncoding.DecodeString(*out.LogResult))(t))
		report := regexp.MustCompile(`REPORT RequestId: \S+\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 256 MB(\tInit Duration: [\d.]+ ms)?\n`).FindStringSubmatch(log)
		if report == nil || (report[1] != "") != (i == 0) {
			t.Errorf("log of call %d:\n%s", i, log)
		}
	}
	if *first.ExecutedVersion != "$LATEST" {
		t.Errorf("version %s was called", *first.ExecutedVersion)
	}
	s.environments(0) // after the keep-alive
	if took := time.Since(began); took < 700*time.Millisecond {
		t.Errorf("an environment idled only for %v", took)
	}
}

// TestVersions: a call runs what its qualifier names, also when there is newer
// code; an alias leads to one version after the other.
func TestVersions(t *testing.T) {
	t.Parallel()
	s := start(t, local.Config{})
	name := sdk.String("f")
	s.function("f", must(worker())(t), nil)
	publish := func() string {
		return *must(s.lambda.PublishVersion(s.ctx, &lambda.PublishVersionInput{FunctionName: name}))(t).Version
	}
	one := publish()
	must(s.lambda.CreateAlias(s.ctx, &lambda.CreateAliasInput{FunctionName: name, Name: sdk.String("live"), FunctionVersion: &one}))(t)
	must(s.lambda.UpdateFunctionConfiguration(s.ctx, &lambda.UpdateFunctionConfigurationInput{FunctionName: name, MemorySize: sdk.Int32(512)}))(t)
	two := publish()
	for _, c := range []struct{ qualifier, version string }{{"", "$LATEST"}, {one, "1"}, {two, "2"}, {"live", "1"}} {
		in := &lambda.InvokeInput{FunctionName: name, Payload: []byte(spin)}
		if c.qualifier != "" {
			in.Qualifier = &c.qualifier
		}
		out := must(s.data.Invoke(s.ctx, in))(t)
		if answered(t, out); *out.ExecutedVersion != c.version {
			t.Errorf("f:%s ran %s, want %s", c.qualifier, *out.ExecutedVersion, c.version)
		}
	}
	must(s.lambda.UpdateAlias(s.ctx, &lambda.UpdateAliasInput{FunctionName: name, Name: sdk.String("live"), FunctionVersion: &two}))(t)
	out := must(s.invoke("f:live", spin))(t)
	if *out.ExecutedVersion != "2" {
		t.Errorf("the alias leads to %s, want 2", *out.ExecutedVersion)
	}
	s.environments(3)
	must(s.lambda.DeleteFunction(s.ctx, &lambda.DeleteFunctionInput{FunctionName: name}))(t)
	s.environments(0)
}

// TestFunctionsThatFail: and are whole again at the next call.
func TestFunctionsThatFail(t *testing.T) {
	t.Parallel()
	s := start(t, local.Config{})
	s.function("crash", must(pack([]byte("#!/bin/sh\necho no luck\nexit 3\n")))(t), nil)
	s.function("hang", must(pack([]byte("#!/bin/sh\nexec cat\n")))(t), func(in *lambda.CreateFunctionInput) { in.Timeout = sdk.Int32(1) })
	s.function("works", must(worker())(t), nil)
	for _, c := range []struct{ name, says string }{{"crash", "no luck"}, {"hang", "Task timed out after 1.00 seconds"}} {
		for range 2 {
			out := must(s.invoke(c.name, spin))(t)
			if out.FunctionError == nil || *out.FunctionError != "Unhandled" || !strings.Contains(string(out.Payload), c.says) {
				t.Errorf("%s gave %s", c.name, out.Payload)
			}
		}
	}
	s.environments(0)
	out := must(s.invoke("works", `{"path":"/sleep","query":{"ms":"1"}}`))(t)
	answered(t, out)
	_, err := s.invoke("works", `"`+strings.Repeat("x", 6<<20)+`"`)
	if code(err) != "RequestTooLargeException" {
		t.Errorf("a payload of more than 6 MiB: %v", err)
	}
	_, err = s.data.Invoke(s.ctx, &lambda.InvokeInput{FunctionName: sdk.String("works"), InvocationType: types.InvocationTypeEvent})
	if code(err) != "InvalidParameterValueException" {
		t.Errorf("an asynchronous call: %v; want it refused, as nobody here queues it", err)
	}
}

// TestLimits: functions with a limit of their own do not take from the others,
// and each throttled call says by which limit.
func TestLimits(t *testing.T) {
	t.Parallel()
	s := start(t, local.Config{Concurrency: 104})
	s.function("free", must(pack([]byte("#!/bin/sh\n")))(t), nil)
	s.function("own", must(worker())(t), nil)
	s.function("none", must(pack([]byte("#!/bin/sh\n")))(t), nil)
	reserve := func(name string, n int32) {
		must(s.lambda.PutFunctionConcurrency(s.ctx, &lambda.PutFunctionConcurrencyInput{FunctionName: &name, ReservedConcurrentExecutions: &n}))(t)
	}
	reserve("own", 2)
	reserve("none", 0)
	var group sync.WaitGroup
	var mu sync.Mutex
	results := map[string]int{}
	for _, name := range []string{"own", "own", "own", "own", "free", "none"} {
		group.Go(func() {
			_, err := s.invoke(name, `{"path":"/sleep","query":{"ms":"1500"}}`)
			mu.Lock()
			defer mu.Unlock()
			results[name+" "+code(err)]++
		})
	}
	group.Wait()
	for what, want := range map[string]int{"own ": 2, "own TooManyRequestsException": 2, "free ": 1, "none TooManyRequestsException": 1} {
		if results[what] != want {
			t.Errorf("%q happened %d times, want %d: %v", what, results[what], want, results)
		}
	}
	settings := must(s.lambda.GetAccountSettings(s.ctx, &lambda.GetAccountSettingsInput{}))(t)
	if got := *settings.AccountLimit.UnreservedConcurrentExecutions; got != 102 {
		t.Errorf("%d are not reserved, want 102", got)
	}
}

// TestProvisioned: environments are there before the first call, stay when
// idle, are replaced when they die, and end when they are no longer wanted.
func TestProvisioned(t *testing.T) {
	t.Parallel()
	s := start(t, local.Config{KeepAlive: 50 * time.Millisecond})
	s.function("f", must(worker())(t), func(in *lambda.CreateFunctionInput) { in.Publish = true })
	name, version := sdk.String("f"), sdk.String("1")
	must(s.lambda.PutProvisionedConcurrencyConfig(s.ctx, &lambda.PutProvisionedConcurrencyConfigInput{
		FunctionName: name, Qualifier: version, ProvisionedConcurrentExecutions: sdk.Int32(2),
	}))(t)
	ready := func() bool {
		out := must(s.lambda.GetProvisionedConcurrencyConfig(s.ctx, &lambda.GetProvisionedConcurrencyConfigInput{FunctionName: name, Qualifier: version}))(t)
		return out.Status == types.ProvisionedConcurrencyStatusEnumReady && *out.AvailableProvisionedConcurrentExecutions == 2
	}
	s.until("2 are ready", ready)
	out := must(s.invoke("f:1", spin))(t)
	if a := answered(t, out); a.Headers["Cnv-Cold"] != "true" && a.Headers["Cnv-Cold"] != "false" {
		t.Errorf("cold is %q", a.Headers["Cnv-Cold"])
	}
	log := string(must(base64.StdEncoding.DecodeString(*out.LogResult))(t))
	if strings.Contains(log, "Init Duration") {
		t.Errorf("a call waited for a provisioned environment's start:\n%s", log)
	}
	time.Sleep(200 * time.Millisecond)
	s.environments(2)
	must(s.lambda.DeleteProvisionedConcurrencyConfig(s.ctx, &lambda.DeleteProvisionedConcurrencyConfigInput{FunctionName: name, Qualifier: version}))(t)
	s.environments(0)
	_, err := s.lambda.PutProvisionedConcurrencyConfig(s.ctx, &lambda.PutProvisionedConcurrencyConfigInput{
		FunctionName: name, Qualifier: sdk.String("$LATEST"), ProvisionedConcurrentExecutions: sdk.Int32(1),
	})
	if code(err) != "InvalidParameterValueException" {
		t.Errorf("provisioned for $LATEST: %v", err)
	}
}
