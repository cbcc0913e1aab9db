package deploy

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	fn "github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"cnv/live/aws"
)

// A Gateway is the instance of a deployment that runs the live program, in the
// workers' network: it serves an experiment's first policy. A second one, of
// another version, stands by until the first ends.
type Gateway struct {
	Package []byte   // the zip file of PackGateway
	Type    string   // of the instance; of the workers' architecture
	Allow   string   // addresses that may call it, such as 203.0.113.0/24; "": nobody
	Flags   []string // of live, such as --max-usd 5
	Types   []string // of the instances that it may launch
	Admin   string   // addresses that may see the admin pages; "": nobody may
	Life    time.Duration
}

// GatewayPort is where a gateway listens.
const GatewayPort = 8080

// AdminPort is where it has its admin pages.
const AdminPort = 8443

// Pages are what the admin pages of a gateway ask for and are served with. They
// are in its package, and so in the code of a function and in an image: who may
// read those (lambda:GetFunction, snapshots) has them.
type Pages struct{ Token, Cert, Key []byte }

// The files of a gateway's package.
const (
	tokenFile      = "admin-token"
	certFile       = "admin-cert.pem"
	keyFile        = "admin-key.pem"
	liveFile       = "cnv-live"
	workerFile     = "worker"
	experimentFile = "experiment.toml"
)

// PackGateway makes the zip file of a gateway: the live program, the worker that
// it is to find deployed, the experiment and, unless nil, what its admin pages need.
func PackGateway(program, worker string, experiment []byte, pages *Pages) ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	add := func(name string, text []byte, err error) error {
		if err != nil {
			return err
		}
		h := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: packedAt}
		h.SetMode(0o755)
		w, err := z.CreateHeader(h)
		if err == nil {
			_, err = w.Write(text)
		}
		return err
	}
	live, err := os.ReadFile(program)
	err = add(liveFile, live, err)
	code, err2 := os.ReadFile(worker)
	err = errors.Join(err, add(workerFile, code, err2), add(experimentFile, experiment, nil))
	if pages != nil {
		err = errors.Join(err, add(tokenFile, pages.Token, nil), add(certFile, pages.Cert, nil), add(keyFile, pages.Key, nil))
	}
	err = errors.Join(err, z.Close())
	return out.Bytes(), err
}

// Version names the gateway's build and flags.
func (g *Gateway) Version() string {
	sum := sha256.Sum256(append(slices.Clone(g.Package), strings.Join(g.Flags, "\x00")...))
	return hex.EncodeToString(sum[:6])
}

// codeSHA256 is how Lambda names the package.
func (g *Gateway) codeSHA256() string {
	sum := sha256.Sum256(g.Package)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// validate finds what is out of range.
func (g *Gateway) validate() error {
	var errs []error
	if len(g.Package) == 0 || len(g.Package) > 50<<20 {
		errs = append(errs, fmt.Errorf("the gateway's zip file has %d bytes: want 1 to 50 MiB", len(g.Package)))
	}
	for _, f := range g.Flags {
		if strings.ContainsAny(f, " \n'\"\\$%") {
			errs = append(errs, fmt.Errorf("the gateway's flag %q: a systemd unit would read it otherwise", f))
		}
	}
	return errors.Join(errs...)
}

// planGateway says what the gateway lacks. It comes last: all else must be there
// when it begins.
func planGateway(s *Spec, f *Found) []Step {
	g := s.Gateway
	if g == nil {
		return nil
	}
	var p []Step
	name, image := gateway(s.Name), gateway(s.Name)+"-"+g.Version()
	step := func(there bool, do, what, name, why string) {
		if there {
			do, why = "keep", ""
		}
		p = append(p, Step{do, what, name, why})
	}
	switch {
	case f.GatewayCode == "":
		step(false, "create", "gateway code", name, "a function that is never called: images are baked from its package")
	default:
		step(f.GatewayCode == g.codeSHA256(), "update", "gateway code", name, "gateway "+g.Version())
	}
	step(f.GatewayRole != "", "create", "gateway role", name, "launches workers, calls the function, uses the table: deploy --policy runner")
	step(f.Profile, "create", "gateway profile", name, "gives the instance that role")
	step(slices.ContainsFunc(f.Images, func(i FoundImage) bool { return i.Version == g.Version() && i.State == "available" }),
		"bake", "gateway image", image, fmt.Sprintf("a %s from %s loads the gateway's package, then is terminated", s.Builder, orNone(f.Base)))
	if g.Allow != "" {
		step(slices.Contains(f.Allowed, g.Allow), "allow", "gateway", g.Allow, fmt.Sprintf("may call port %d of the gateway", GatewayPort))
	}
	if g.Admin != "" {
		step(slices.Contains(f.AllowedAdmin, g.Admin), "allow", "admin pages", g.Admin, fmt.Sprintf("may ask port %d of the gateway, with the token", AdminPort))
	}
	step(f.gateway(g.Version()) != "", "launch", "gateway", name, fmt.Sprintf("a %s, runs until its budget or %v are over", g.Type, g.Life))
	for _, i := range f.Instances {
		if i.Role == "gateway" && i.Version != g.Version() {
			p = append(p, Step{"terminate", "old gateway", i.ID, "version " + i.Version + ": the new one takes over its workers"})
		}
	}
	return p
}

// gateway is the instance that runs a version of the gateway; "": none.
func (f *Found) gateway(version string) string {
	for _, i := range f.Instances {
		if i.Role == "gateway" && i.Version == version && i.State != "shutting-down" && i.State != "stopping" && i.State != "stopped" {
			return i.ID
		}
	}
	return ""
}

// applyGateway carries out a step of planGateway.
func (c *Clients) applyGateway(ctx context.Context, s *Spec, f *Found, step Step) error {
	switch step.Do + " " + step.What {
	case "create gateway code":
		return c.createGatewayCode(ctx, s, f, step.Name)
	case "update gateway code":
		_, err := c.Lambda.UpdateFunctionCode(ctx, &lambda.UpdateFunctionCodeInput{FunctionName: &step.Name, ZipFile: s.Gateway.Package})
		return c.updated(ctx, step.Name, err)
	case "create gateway role":
		return c.createGatewayRole(ctx, s, f, step.Name)
	case "create gateway profile":
		return c.createProfile(ctx, s, step.Name)
	case "bake gateway image":
		return c.bake(ctx, s, f, s.gatewayKit(step.Name))
	case "allow gateway":
		return c.allow(ctx, f, step.Name, GatewayPort)
	case "allow admin pages":
		return c.allow(ctx, f, step.Name, AdminPort)
	case "launch gateway":
		return c.launchGateway(ctx, s, f)
	case "terminate old gateway":
		_, err := c.EC2.TerminateInstances(ctx, &ec2.TerminateInstancesInput{InstanceIds: []string{step.Name}})
		return err
	}
	return fmt.Errorf("no such step") // a defect: every step that Plan gives is above
}

// allow lets addresses in at a port of the gateway.
func (c *Clients) allow(ctx context.Context, f *Found, addresses string, port int32) error {
	_, err := c.EC2.AuthorizeSecurityGroupIngress(ctx, &ec2.AuthorizeSecurityGroupIngressInput{
		GroupId: &f.Gateway, IpPermissions: []types.IpPermission{{
			IpProtocol: sdk.String("tcp"), FromPort: &port, ToPort: &port, IpRanges: []types.IpRange{{CidrIp: &addresses}},
		}},
	})
	return unlessAllowed(err)
}

// createGatewayCode makes the function that holds the package.
func (c *Clients) createGatewayCode(ctx context.Context, s *Spec, f *Found, name string) error {
	seconds, memory, none := int32(3), int32(128), int32(0)
	err := c.untilRoleIsKnown(ctx, func() error {
		_, err := c.Lambda.CreateFunction(ctx, &lambda.CreateFunctionInput{
			FunctionName: &name, Runtime: fn.RuntimeProvidedal2023, Handler: sdk.String("none"), Role: &f.Role,
			Architectures: []fn.Architecture{fn.Architecture(s.Arch)}, MemorySize: &memory, Timeout: &seconds,
			Code: &fn.FunctionCode{ZipFile: s.Gateway.Package}, Tags: s.tags(),
		})
		return err
	})
	if err != nil {
		return err
	}
	if err := c.active(ctx, name, nil); err != nil {
		return err
	}
	_, err = c.Lambda.PutFunctionConcurrency(ctx, &lambda.PutFunctionConcurrencyInput{FunctionName: &name, ReservedConcurrentExecutions: &none})
	return err
}

// createGatewayRole makes the role that the gateway's instance has: what a
// runner may do, and no more.
func (c *Clients) createGatewayRole(ctx context.Context, s *Spec, f *Found, name string) error {
	out, err := c.IAM.CreateRole(ctx, &iam.CreateRoleInput{
		RoleName: &name, AssumeRolePolicyDocument: sdk.String(trustEC2), Description: sdk.String("cnv: the gateway of deployment " + s.Name),
		Tags: iamTags(s.tags()),
	})
	if err != nil {
		return err
	}
	f.GatewayRole = sdk.ToString(out.Role.Arn)
	policy := Policies(s.Name, s.Region, accountOf(f.GatewayRole), s.Gateway.Types)["runner"]
	_, err = c.IAM.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: &name, PolicyName: sdk.String("runner"), PolicyDocument: &policy})
	return err
}

// createProfile makes what gives an instance its role.
func (c *Clients) createProfile(ctx context.Context, s *Spec, name string) error {
	if _, err := c.IAM.CreateInstanceProfile(ctx, &iam.CreateInstanceProfileInput{InstanceProfileName: &name, Tags: iamTags(s.tags())}); err != nil {
		return err
	}
	_, err := c.IAM.AddRoleToInstanceProfile(ctx, &iam.AddRoleToInstanceProfileInput{InstanceProfileName: &name, RoleName: &name})
	return err
}

// launchGateway launches it in the first zone that has room. It needs a public
// address to reach the services; who may reach it is the security group's say.
func (c *Clients) launchGateway(ctx context.Context, s *Spec, f *Found) error {
	if err := c.images(ctx, f); err != nil {
		return err
	}
	g, image := s.Gateway, ""
	for _, i := range f.Images {
		if i.Version == g.Version() && i.State == "available" {
			image = i.ID
		}
	}
	tags := map[string]string{aws.TagDeployment: s.Name, aws.TagVersion: g.Version(), aws.TagRole: "gateway", "Name": gateway(s.Name)}
	var err error
	for _, subnet := range f.Subnets {
		err = c.untilProfileIsKnown(ctx, func() error {
			_, err := c.EC2.RunInstances(ctx, &ec2.RunInstancesInput{
				ImageId: &image, InstanceType: types.InstanceType(g.Type), MinCount: sdk.Int32(1), MaxCount: sdk.Int32(1),
				IamInstanceProfile:                &types.IamInstanceProfileSpecification{Name: sdk.String(gateway(s.Name))},
				InstanceInitiatedShutdownBehavior: types.ShutdownBehaviorTerminate,
				MetadataOptions:                   &types.InstanceMetadataOptionsRequest{HttpTokens: types.HttpTokensStateRequired, HttpPutResponseHopLimit: sdk.Int32(1)},
				NetworkInterfaces: []types.InstanceNetworkInterfaceSpecification{{
					DeviceIndex: sdk.Int32(0), SubnetId: sdk.String(subnet.ID), Groups: []string{f.Gateway}, AssociatePublicIpAddress: sdk.Bool(true),
				}},
				CreditSpecification: aws.Credits(g.Type),
				TagSpecifications:   aws.AtLaunch(tags),
			})
			return err
		})
		if !aws.NoCapacity(err) {
			break
		}
	}
	return err
}

// untilProfileIsKnown tries again while a new profile has not reached EC2.
func (c *Clients) untilProfileIsKnown(ctx context.Context, f func() error) error {
	for began := time.Now(); ; {
		err := f()
		if err == nil || !strings.Contains(err.Error(), "iamInstanceProfile") && !strings.Contains(err.Error(), "IAM Instance Profile") || time.Since(began) > time.Minute {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(3 * time.Second):
		}
	}
}

// findGateway looks for what the gateway has.
func (c *Clients) findGateway(ctx context.Context, f *Found) error {
	name := gateway(f.Name)
	code, err := c.Lambda.GetFunction(ctx, &lambda.GetFunctionInput{FunctionName: &name})
	if err == nil {
		f.GatewayCode = sdk.ToString(code.Configuration.CodeSha256)
		err = owned(f.Name, "function", name, code.Tags[aws.TagDeployment])
	}
	if err != nil && !absent(err) {
		return err
	}
	r, err := c.IAM.GetRole(ctx, &iam.GetRoleInput{RoleName: &name})
	if err == nil {
		f.GatewayRole = sdk.ToString(r.Role.Arn)
		err = owned(f.Name, "role", name, iamTag(r.Role.Tags))
	}
	if err != nil && !absent(err) {
		return err
	}
	p, err := c.IAM.GetInstanceProfile(ctx, &iam.GetInstanceProfileInput{InstanceProfileName: &name})
	if err == nil {
		f.Profile = true
		err = owned(f.Name, "profile", name, iamTag(p.InstanceProfile.Tags))
	}
	if err != nil && !absent(err) {
		return err
	}
	return nil
}

// deleteProfile removes the profile, which must be empty first.
func (c *Clients) deleteProfile(ctx context.Context, name string) error {
	_, err := c.IAM.RemoveRoleFromInstanceProfile(ctx, &iam.RemoveRoleFromInstanceProfileInput{InstanceProfileName: &name, RoleName: &name})
	if err != nil && !absent(err) {
		return err
	}
	_, err = c.IAM.DeleteInstanceProfile(ctx, &iam.DeleteInstanceProfileInput{InstanceProfileName: &name})
	return err
}
