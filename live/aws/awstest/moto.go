// Package awstest gives tests somebody else's idea of AWS to be judged by.
package awstest

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go/middleware"

	"cnv/internal/judges"
	"cnv/live/aws"
	"cnv/live/local/child"
)

// Moto starts a moto server and returns the configuration of an account
// there, where it judges: see judges.Find.
func Moto(t *testing.T) sdk.Config {
	t.Helper()
	cfg := start(t, "moto_server", "pip install 'moto[server]'", "/moto-api/config", `{"lambda":{"use_docker":false}}`,
		"-H", "127.0.0.1", "-p")
	cfg.APIOptions = append(cfg.APIOptions, func(s *middleware.Stack) error {
		return s.Initialize.Add(middleware.InitializeMiddlewareFunc("moto", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
			spare(in.Parameters)
			return next.HandleInitialize(ctx, in)
		}), middleware.Before)
	})
	return cfg
}

// spare changes a request that AWS takes and moto does not: tags of an image's
// snapshots are not implemented there, and a volume needs a size although its
// image has one.
func spare(request any) {
	switch in := request.(type) {
	case *ec2.CreateImageInput:
		in.TagSpecifications = slices.DeleteFunc(in.TagSpecifications, func(x types.TagSpecification) bool { return x.ResourceType == types.ResourceTypeSnapshot })
	case *ec2.RunInstancesInput:
		for _, d := range in.BlockDeviceMappings {
			d.Ebs.VolumeSize = sdk.Int32(8)
		}
	}
}

// Dynalite starts a dynalite, which knows DynamoDB only, likewise.
func Dynalite(t *testing.T) sdk.Config {
	t.Helper()
	return start(t, "dynalite", "npm install dynalite", "/", "{}", "--host", "127.0.0.1", "--createTableMs", "10", "--port")
}

// start starts a program, posts to a path of it, and is its account.
func start(t *testing.T, name, install, path, body string, args ...string) sdk.Config {
	t.Helper()
	url := Run(t, name, install, args...)
	r, err := http.Post(url+path, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	cfg, err := aws.Local(url).Config(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// Run starts a server of somebody else's on a free port, its last argument, and
// returns its address. It ends with the test. See judges.Find for where it is not.
func Run(t *testing.T, name, install string, args ...string) (url string) {
	t.Helper()
	program := judges.Find(t, name, install)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	server, err := child.Start(nil, []string{"MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION=1", "MOTO_ENABLE_AMI_VALIDATION=1"}, program, append(args, fmt.Sprint(port))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		server.Kill()
		<-server.Done()
	})
	url = fmt.Sprintf("http://127.0.0.1:%d", port)
	for range 300 {
		if r, err := http.Get(url); err == nil {
			r.Body.Close()
			return url
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("%s did not answer at %s within 30 s", name, url)
	return ""
}
