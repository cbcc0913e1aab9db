package local_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/smithy-go"

	"cnv/internal/testtime"
	"cnv/live/aws"
	"cnv/live/local"
)

// folder is where the worker is built.
var folder string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		var err error
		if folder, err = os.MkdirTemp("", "cnv-worker-"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(folder)
		return m.Run()
	}())
}

// worker is the package of the program, built once.
var worker = sync.OnceValues(func() ([]byte, error) {
	program := filepath.Join(folder, "worker")
	if out, err := exec.Command("go", "build", "-ldflags=-s -w", "-o", program, "cnv/worker/cmd").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, out)
	}
	text, err := os.ReadFile(program)
	if err != nil {
		return nil, err
	}
	return pack(text)
})

// pack is a package of a program.
func pack(program []byte) ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	h := &zip.FileHeader{Name: "bootstrap"}
	h.SetMode(0o755)
	w, err := z.CreateHeader(h)
	if err == nil {
		_, err = w.Write(program)
	}
	err = errors.Join(err, z.Close())
	return out.Bytes(), err
}

// A session is a cloud and the SDK's clients of it.
type session struct {
	*testing.T
	ctx    context.Context
	cloud  *local.Cloud
	ec2    *ec2.Client
	lambda *lambda.Client
	data   *lambda.Client // for Invoke: it tries once
	role   string
}

// start starts a cloud. At its end no process is left.
func start(t *testing.T, cfg local.Config) *session {
	t.Helper()
	after := func(d time.Duration) func(uint64) time.Duration { return func(uint64) time.Duration { return d } }
	if cfg.Boot == nil {
		cfg.Boot = func(uint64, string) time.Duration { return 50 * time.Millisecond }
	}
	if cfg.Cold == nil {
		cfg.Cold = after(20 * time.Millisecond)
	}
	c, err := local.Start(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		if _, n := c.Processes(); n != 0 {
			t.Errorf("%d environments are left", n)
		}
	})
	account, err := aws.Local(c.URL()).Config(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return connect(t, c, account)
}

func connect(t *testing.T, c *local.Cloud, account sdk.Config) *session {
	return &session{
		T: t, ctx: testtime.Context(t), cloud: c, ec2: ec2.NewFromConfig(account), lambda: lambda.NewFromConfig(account),
		data: lambda.NewFromConfig(account, func(o *lambda.Options) { o.RetryMaxAttempts = 1 }),
		role: "arn:aws:iam::123456789012:role/r",
	}
}

// code is what an error is called on AWS.
func code(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}

// must is for calls that cannot fail.
func must[T any](out T, err error) func(t testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
}

// until waits for something to become so.
func (s *session) until(what string, so func() bool) {
	s.Helper()
	testtime.Until(s, what, so)
}

// function makes a function of a package.
func (s *session) function(name string, code []byte, change func(*lambda.CreateFunctionInput)) {
	s.Helper()
	in := &lambda.CreateFunctionInput{
		FunctionName: &name, Role: &s.role, Runtime: types.RuntimeProvidedal2023, Handler: sdk.String("bootstrap"),
		Code: &types.FunctionCode{ZipFile: code}, MemorySize: sdk.Int32(256), Timeout: sdk.Int32(20),
	}
	if change != nil {
		change(in)
	}
	must(s.lambda.CreateFunction(s.ctx, in))(s)
}

func (s *session) invoke(name, event string) (*lambda.InvokeOutput, error) {
	return s.data.Invoke(s.ctx, &lambda.InvokeInput{FunctionName: &name, Payload: []byte(event), LogType: types.LogTypeTail})
}

// base is the image to begin with.
func (s *session) base() string {
	s.Helper()
	out := must(s.ec2.DescribeImages(s.ctx, &ec2.DescribeImagesInput{
		Owners: []string{"amazon"}, Filters: []ec2types.Filter{named("name", "al2023-ami-2023*arm64")},
	}))(s)
	if len(out.Images) == 0 {
		s.Fatal("there is no image of Amazon Linux")
	}
	return *out.Images[0].ImageId
}

func named(name string, values ...string) ec2types.Filter {
	return ec2types.Filter{Name: &name, Values: values}
}

// order is a launch of n instances that end when they power off.
func (s *session) order(image string, n int32) *ec2.RunInstancesInput {
	return &ec2.RunInstancesInput{
		ImageId: &image, InstanceType: "c7g.medium", MinCount: &n, MaxCount: &n,
		InstanceInitiatedShutdownBehavior: ec2types.ShutdownBehaviorTerminate,
		TagSpecifications: []ec2types.TagSpecification{{
			ResourceType: ec2types.ResourceTypeInstance, Tags: []ec2types.Tag{{Key: sdk.String("role"), Value: sdk.String("worker")}},
		}},
	}
}

// bake makes an image of the worker, as a deployment does: a builder loads the
// function's package and powers off.
func (s *session) bake() string {
	s.Helper()
	s.function("baked", must(worker())(s), nil)
	f := must(s.lambda.GetFunction(s.ctx, &lambda.GetFunctionInput{FunctionName: sdk.String("baked")}))(s)
	sum := must(base64.StdEncoding.DecodeString(*f.Configuration.CodeSha256))(s)
	script := fmt.Sprintf("curl --output worker.zip '%s'\necho '%s  worker.zip' | sha256sum --check\n", *f.Code.Location, hex.EncodeToString(sum))
	in := s.order(s.base(), 1)
	in.InstanceInitiatedShutdownBehavior = ec2types.ShutdownBehaviorStop
	in.UserData = sdk.String(base64.StdEncoding.EncodeToString([]byte(script)))
	builder := *must(s.ec2.RunInstances(s.ctx, in))(s).Instances[0].InstanceId
	s.until("the builder has powered off", func() bool { return s.state(builder) == "stopped" })
	image := must(s.ec2.CreateImage(s.ctx, &ec2.CreateImageInput{InstanceId: &builder, Name: sdk.String("baked")}))(s)
	must(s.ec2.TerminateInstances(s.ctx, &ec2.TerminateInstancesInput{InstanceIds: []string{builder}}))(s)
	return *image.ImageId
}

// describe is one instance, which may be too new to be described.
func (s *session) describe(id string) (i ec2types.Instance) {
	s.Helper()
	s.until(id+" is described", func() bool {
		out, err := s.ec2.DescribeInstances(s.ctx, &ec2.DescribeInstancesInput{InstanceIds: []string{id}})
		if err == nil {
			i = out.Reservations[0].Instances[0]
		}
		return err == nil
	})
	return i
}

func (s *session) state(id string) string {
	s.Helper()
	return string(s.describe(id).State.Name)
}
