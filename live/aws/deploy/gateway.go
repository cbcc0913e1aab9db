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
	for _, a := range []string{g.Allow, g.Admin} {
		if a != "" {
			errs = append(errs, CheckAddresses(a))
		}
	}
	for _, f := range g.Flags {
		if strings.ContainsAny(f, " \n'\"\\$%") {
			errs = append(errs, fmt.Errorf("the gateway's flag %q: a systemd unit would read it as something else", f))
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
	name, with := gateway(s.Name), runner(f.Name, f.Region)
	step := func(there bool, do, what, name, why string) {
		if there {
			do, why = "keep", ""
		}
		p = append(p, Step{do, what, name, why})
	}
	switch {
	case !f.GatewayLog:
		step(false, "create", "gateway log", gatewayLog(s.Name), fmt.Sprintf("of its instance, kept for %d days", s.LogDays))
	default:
		step(f.GatewayDays == s.LogDays, "update", "gateway log", gatewayLog(s.Name), fmt.Sprintf("kept for %d days, not %d", s.LogDays, f.GatewayDays))
	}
	switch {
	case f.GatewayCode == "":
		step(false, "create", "gateway code", name, "a function that is never called: images are baked from its package")
	case f.GatewayCode == g.codeSHA256():
		step(f.CodeClosed, "update", "gateway code", name, "is not to be called: its limit of 0 calls at once is missing")
	default:
		step(false, "update", "gateway code", name, "gateway "+g.Version())
	}
	switch {
	case f.GatewayRole == "":
		step(false, "create", "gateway role", with, "launches workers, calls the function, uses the table: deploy --policy runner")
	case f.GatewayBoundary != f.Boundary:
		step(false, "update", "gateway role", with, unbound)
	default:
		step(samePolicy(f.RunnerPolicy, s.runnerPolicy(f)), "update", "gateway role", with, "its policy is missing or another: launches "+strings.Join(g.Types, ", "))
	}
	switch {
	case !f.Profile:
		step(false, "create", "gateway profile", with, "gives the instance that role")
	default:
		step(f.ProfileRole == with, "update", "gateway profile", with, "has no role: gives the instance that of the gateway")
	}
	p = append(p, planImage(f, "gateway image", gateway(s.Name)+"-"+g.Version(), g.Version(),
		fmt.Sprintf("a %s from %s loads the gateway's package, then is terminated", s.Builder, orNone(f.Base)))...)
	p = append(p, planAllowed("gateway", f.Allowed, g.Allow, fmt.Sprintf("may call port %d of the gateway", GatewayPort))...)
	p = append(p, planAllowed("admin pages", f.AllowedAdmin, g.Admin, fmt.Sprintf("may ask port %d of the gateway, with the token", AdminPort))...)
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
	case "create gateway log":
		return c.createLogGroup(ctx, s, step.Name)
	case "update gateway log":
		return c.retain(ctx, s, step.Name)
	case "create gateway code":
		return c.createGatewayCode(ctx, s, f, step.Name)
	case "update gateway code":
		return c.updateGatewayCode(ctx, s, f, step.Name)
	case "create gateway role":
		return c.createGatewayRole(ctx, s, f, step.Name)
	case "update gateway role":
		return c.allowRunner(ctx, s, f)
	case "create gateway profile":
		return c.createProfile(ctx, s, f, step.Name)
	case "update gateway profile":
		return c.fillProfile(ctx, f, step.Name)
	case "bake gateway image":
		return c.bake(ctx, s, f, s.gatewayKit(step.Name))
	case "wait gateway image":
		return c.ready(ctx, f, step.Name)
	case "delete gateway image":
		return c.deleteImage(ctx, f, step.Name)
	case "allow gateway":
		return c.allow(ctx, f, step.Name, GatewayPort)
	case "allow admin pages":
		return c.allow(ctx, f, step.Name, AdminPort)
	case "revoke gateway":
		return c.revoke(ctx, f, step.Name, GatewayPort)
	case "revoke admin pages":
		return c.revoke(ctx, f, step.Name, AdminPort)
	case "launch gateway":
		return c.launchGateway(ctx, s, f)
	case "terminate old gateway":
		return c.terminate(ctx, step.Name)
	}
	return fmt.Errorf("no such step") // a defect: every step that Plan gives is above
}

// createGatewayCode makes the function that holds the package.
func (c *Clients) createGatewayCode(ctx context.Context, s *Spec, f *Found, name string) error {
	seconds, memory := int32(3), int32(128)
	err := again(ctx, roleUnknown, func() error {
		_, err := c.Lambda.CreateFunction(ctx, &lambda.CreateFunctionInput{
			FunctionName: &name, Runtime: fn.RuntimeProvidedal2023, Handler: sdk.String("none"), Role: &f.Role,
			Architectures: []fn.Architecture{fn.Architecture(s.Arch)}, MemorySize: &memory, Timeout: &seconds,
			Code: &fn.FunctionCode{ZipFile: s.Gateway.Package}, Tags: s.tags(),
		})
		return err
	})
	if err := unless(ctx, err, f, c.findGateway, func() bool { return f.GatewayCode == s.Gateway.codeSHA256() }); err != nil {
		return err
	}
	if err := c.active(ctx, name, nil); err != nil {
		return err
	}
	return c.closeCode(ctx, name)
}

// updateGatewayCode makes it that of this gateway, which nobody can call.
func (c *Clients) updateGatewayCode(ctx context.Context, s *Spec, f *Found, name string) error {
	if f.GatewayCode != s.Gateway.codeSHA256() {
		err := c.update(ctx, name, func() error {
			_, err := c.Lambda.UpdateFunctionCode(ctx, &lambda.UpdateFunctionCodeInput{FunctionName: &name, ZipFile: s.Gateway.Package})
			return err
		})
		if err != nil || f.CodeClosed {
			return err
		}
	}
	return c.closeCode(ctx, name)
}

// closeCode lets nobody call it.
func (c *Clients) closeCode(ctx context.Context, name string) error {
	_, err := c.Lambda.PutFunctionConcurrency(ctx, &lambda.PutFunctionConcurrencyInput{FunctionName: &name, ReservedConcurrentExecutions: sdk.Int32(0)})
	return err
}

// createGatewayRole makes the role that the gateway's instance has: what a
// runner may do, and no more.
func (c *Clients) createGatewayRole(ctx context.Context, s *Spec, f *Found, name string) error {
	out, err := c.IAM.CreateRole(ctx, &iam.CreateRoleInput{
		RoleName: &name, AssumeRolePolicyDocument: sdk.String(trusted(placeOf(f.Role, f.Region).ec2Service())), Description: sdk.String("cnv: the gateway of deployment " + s.Name),
		Tags: iamTags(s.tags()), PermissionsBoundary: &f.Boundary,
	})
	if err == nil {
		f.GatewayRole, f.GatewayBoundary = sdk.ToString(out.Role.Arn), f.Boundary
	}
	if err := unless(ctx, err, f, c.findGateway, func() bool { return f.GatewayRole != "" }); err != nil {
		return err
	}
	return c.allowRunner(ctx, s, f)
}

// runnerPolicy is what the gateway's role may do.
func (s *Spec) runnerPolicy(f *Found) string {
	return document(operators{s.Name, placeOf(f.GatewayRole, f.Region), s.Gateway.Types}.runner(f.ground())...)
}

// allowRunner gives the gateway's role its policy, in place of that of another
// experiment.
func (c *Clients) allowRunner(ctx context.Context, s *Spec, f *Found) error {
	if err := c.bind(ctx, f, runner(f.Name, f.Region), f.GatewayBoundary); err != nil {
		return err
	}
	return c.putPolicy(ctx, runner(f.Name, f.Region), runnerPolicy, s.runnerPolicy(f))
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
	for _, subnet := range f.launchIn() {
		err = again(ctx, profileUnknown, func() error {
			_, err := c.EC2.RunInstances(ctx, &ec2.RunInstancesInput{
				ImageId: &image, InstanceType: types.InstanceType(g.Type), MinCount: sdk.Int32(1), MaxCount: sdk.Int32(1),
				IamInstanceProfile:                &types.IamInstanceProfileSpecification{Name: sdk.String(runner(f.Name, f.Region))},
				InstanceInitiatedShutdownBehavior: types.ShutdownBehaviorTerminate,
				MetadataOptions:                   &types.InstanceMetadataOptionsRequest{HttpTokens: types.HttpTokensStateRequired, HttpPutResponseHopLimit: sdk.Int32(1)},
				NetworkInterfaces: []types.InstanceNetworkInterfaceSpecification{{
					DeviceIndex: sdk.Int32(0), SubnetId: sdk.String(subnet.ID), Groups: []string{f.Gateway}, AssociatePublicIpAddress: f.public(subnet.ID), DeleteOnTermination: sdk.Bool(true),
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

// findGateway looks for what the gateway has.
func (c *Clients) findGateway(ctx context.Context, f *Found) error {
	name, with := gateway(f.Name), runner(f.Name, f.Region)
	code, err := c.Lambda.GetFunction(ctx, &lambda.GetFunctionInput{FunctionName: &name})
	if err == nil {
		f.GatewayCode = sdk.ToString(code.Configuration.CodeSha256)
		if err = ownedFunction(f.Name, name, code); err != nil {
			return err
		}
		var limit *lambda.GetFunctionConcurrencyOutput
		if limit, err = c.Lambda.GetFunctionConcurrency(ctx, &lambda.GetFunctionConcurrencyInput{FunctionName: &name}); err == nil {
			f.CodeClosed = limit.ReservedConcurrentExecutions != nil && *limit.ReservedConcurrentExecutions == 0
		}
	}
	if err != nil && !absent(err) {
		return err
	}
	r, err := c.IAM.GetRole(ctx, &iam.GetRoleInput{RoleName: &with})
	if err == nil {
		f.GatewayRole, f.GatewayBoundary = sdk.ToString(r.Role.Arn), boundaryOf(r.Role)
		if err = owned(f.Name, "role", with, iamTag(r.Role.Tags)); err != nil {
			return err
		}
		f.RunnerPolicy, err = c.rolePolicy(ctx, with, runnerPolicy)
	}
	if err != nil && !absent(err) {
		return err
	}
	p, err := c.IAM.GetInstanceProfile(ctx, &iam.GetInstanceProfileInput{InstanceProfileName: &with})
	if err == nil {
		f.Profile = true
		for _, r := range p.InstanceProfile.Roles {
			f.ProfileRole = sdk.ToString(r.RoleName)
		}
		err = owned(f.Name, "profile", with, iamTag(p.InstanceProfile.Tags))
	}
	if err != nil && !absent(err) {
		return err
	}
	return nil
}
