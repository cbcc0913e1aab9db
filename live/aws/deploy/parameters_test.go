package deploy

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	table "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedules "github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"cnv/live/aws"
	"cnv/live/local"
	"cnv/live/store"
	"cnv/policy"
)

// A recording is what the SDK was asked to send, in order. The local cloud and
// moto let most of it pass unseen, so that tests look at it here.
type recording struct {
	mu  sync.Mutex
	all []any // *ec2.RunInstancesInput and so on
}

// record notes the requests of an account from now on.
func record(cfg *sdk.Config) *recording {
	r := &recording{}
	hear(cfg, func(_ context.Context, input any) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.all = append(r.all, input)
	})
	return r
}

// sent are the requests of one operation.
func sent[T any](r *recording) (out []*T) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, in := range r.all {
		if one, ok := in.(*T); ok {
			out = append(out, one)
		}
	}
	return out
}

// served is a spec with a gateway whose instances are of kinds with credits.
func served(t *testing.T) *Spec {
	t.Helper()
	program := idle(t)
	s := testSpec(light(t, ""))
	s.Builder = "t4g.small"
	s.Gateway = &Gateway{Type: "t4g.small", Allow: "203.0.113.0/24", Admin: "203.0.113.7/32", Types: []string{"c7g.large", "t4g.small"}, Life: time.Hour}
	var err error
	s.Gateway.Package, err = PackGateway(program, program, []byte("question = \"q\"\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestParameters: a whole deployment, and launches of workers on demand and
// spot, ask for what keeps them safe and cheap.
func TestParameters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
		defer cancel()
		_, cfg := cloud(t, local.Config{Host: inMemory()})
		r := record(&cfg)
		s, c := served(t), Connect(cfg)
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
		template, err := s.Template(f, []aws.Pool{{Name: "vm", Type: "c7g.large"}, {Name: "spot", Type: "t4g.small", Spot: true, Most: 0.01}})
		if err != nil {
			t.Fatal(err)
		}
		fleet := aws.NewInstances(cfg, template)
		for p := range template.Pools {
			if _, err := fleet.Launch(ctx, policy.PoolID(p), 1, fmt.Sprint(p)); err != nil {
				t.Fatal(err)
			}
		}
		checkLaunches(t, s, f, sent[ec2.RunInstancesInput](r))
		checkRules(t, f, sent[ec2.AuthorizeSecurityGroupIngressInput](r))
		checkRoles(t, s, f, r)
		checkTags(t, r)
		checkExpiry(ctx, t, cfg, r)
		checkDisks(ctx, t, c, 4) // two workers' and two images'; the gateway may have ended
	})
}

// checkDisks: what is encrypted, by what the cloud says.
func checkDisks(ctx context.Context, t *testing.T, c *Clients, least int) {
	t.Helper()
	own := []types.Filter{filter("tag:"+aws.TagDeployment, "test")}
	disks, err := c.EC2.DescribeVolumes(ctx, &ec2.DescribeVolumesInput{Filters: own})
	if err != nil {
		t.Fatal(err)
	}
	snapshots, err := c.EC2.DescribeSnapshots(ctx, &ec2.DescribeSnapshotsInput{Filters: own, OwnerIds: []string{"self"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range disks.Volumes {
		if !sdk.ToBool(v.Encrypted) {
			t.Errorf("the volume %s (%s) is not encrypted", *v.VolumeId, tag(v.Tags, aws.TagRole))
		}
	}
	for _, s := range snapshots.Snapshots {
		if !sdk.ToBool(s.Encrypted) {
			t.Errorf("the snapshot %s is not encrypted", *s.SnapshotId)
		}
	}
	if n := len(disks.Volumes) + len(snapshots.Snapshots); n < least {
		t.Errorf("%d volumes and snapshots, want %d", n, least)
	}
}

// checkLaunches looks at what is asked for by role.
func checkLaunches(t *testing.T, s *Spec, f *Found, launches []*ec2.RunInstancesInput) {
	t.Helper()
	n := map[string]int{}
	for _, in := range launches {
		role := tag(in.TagSpecifications[0].Tags, aws.TagRole)
		n[role]++
		var card types.InstanceNetworkInterfaceSpecification
		if len(in.NetworkInterfaces) == 1 {
			card = in.NetworkInterfaces[0]
		}
		m := in.MetadataOptions
		if m == nil || m.HttpTokens != types.HttpTokensStateRequired || sdk.ToInt32(m.HttpPutResponseHopLimit) != 1 {
			t.Errorf("%s: the metadata service wants no token, or answers beyond the instance: %+v", role, m)
		}
		credits := ""
		if in.CreditSpecification != nil {
			credits = sdk.ToString(in.CreditSpecification.CpuCredits)
		}
		if want := map[bool]string{true: "standard"}[strings.HasPrefix(string(in.InstanceType), "t")]; credits != want {
			t.Errorf("%s: a %s with credits %q, want %q", role, in.InstanceType, credits, want)
		}
		profile := ""
		if in.IamInstanceProfile != nil {
			profile = sdk.ToString(in.IamInstanceProfile.Name)
		}
		got := fmt.Sprintf("shutdown %s, public %v, groups %v, profile %q, key %q, user data %v", in.InstanceInitiatedShutdownBehavior,
			sdk.ToBool(card.AssociatePublicIpAddress), card.Groups, profile, sdk.ToString(in.KeyName), in.UserData != nil)
		if want := map[string]string{
			"worker":  fmt.Sprintf(`shutdown terminate, public false, groups [%s], profile "", key "", user data false`, f.Workers),
			"gateway": fmt.Sprintf(`shutdown terminate, public true, groups [%s], profile "cnv-test-us-east-1-gateway", key "", user data false`, f.Gateway),
			"builder": fmt.Sprintf(`shutdown stop, public true, groups [%s], profile "", key "", user data true`, f.Gateway),
		}[role]; got != want || card.AssociatePublicIpAddress == nil {
			t.Errorf("%s:\n%s, want\n%s", role, got, want)
		}
		for _, what := range []types.ResourceType{types.ResourceTypeInstance, types.ResourceTypeVolume, types.ResourceTypeNetworkInterface} {
			at := slices.IndexFunc(in.TagSpecifications, func(x types.TagSpecification) bool { return x.ResourceType == what })
			if at < 0 || tag(in.TagSpecifications[at].Tags, aws.TagDeployment) != s.Name {
				t.Errorf("%s: its %s has no tag of the deployment", role, what)
			}
		}
		if in.InstanceMarketOptions != nil && sdk.ToString(in.InstanceMarketOptions.SpotOptions.MaxPrice) != "0.01" {
			t.Errorf("%s: a spot instance may cost anything", role)
		}
	}
	if n["worker"] != 2 || n["gateway"] != 1 || n["builder"] != 2 {
		t.Errorf("launched %v, want 2 workers, a gateway, 2 builders", n)
	}
}

// checkRules compares what security groups let in.
func checkRules(t *testing.T, f *Found, asked []*ec2.AuthorizeSecurityGroupIngressInput) {
	t.Helper()
	var got []string
	for _, in := range asked {
		for _, p := range in.IpPermissions {
			from := ""
			for _, x := range p.UserIdGroupPairs {
				from += " " + sdk.ToString(x.GroupId)
			}
			for _, x := range p.IpRanges {
				from += " " + sdk.ToString(x.CidrIp)
			}
			if len(p.Ipv6Ranges)+len(p.PrefixListIds) > 0 {
				from += " and others"
			}
			got = append(got, fmt.Sprintf("%s %s %d-%d%s", sdk.ToString(in.GroupId), sdk.ToString(p.IpProtocol), sdk.ToInt32(p.FromPort), sdk.ToInt32(p.ToPort), from))
		}
	}
	want := []string{
		f.Workers + " tcp 8000-8000 " + f.Gateway,
		f.Gateway + " tcp 8080-8080 203.0.113.0/24",
		f.Gateway + " tcp 8443-8443 203.0.113.7/32",
	}
	if !slices.Equal(got, want) {
		t.Errorf("let in:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// checkRoles looks at who may take a role on, and what it may.
func checkRoles(t *testing.T, s *Spec, f *Found, r *recording) {
	t.Helper()
	trust, may := map[string]string{}, map[string]string{}
	for _, in := range sent[iam.CreateRoleInput](r) {
		trust[*in.RoleName] = *in.AssumeRolePolicyDocument
		if got := sdk.ToString(in.PermissionsBoundary); got != "arn:aws:iam::123456789012:policy/cnv-test-us-east-1-boundary" {
			t.Errorf("the role %s has the boundary %q", *in.RoleName, got)
		}
	}
	for _, in := range sent[iam.PutRolePolicyInput](r) {
		may[*in.RoleName] += *in.PolicyDocument
	}
	for name, want := range map[string][2]string{
		role(s.Name, s.Region):     {trusted(lambdaService), functionPolicy(In(s.Region, "123456789012"), logGroup(s.Name))},
		deadline(s.Name, s.Region): {trustedBy("123456789012"), deadlinePolicy(s.Name, In(s.Region, "123456789012"))},
		runner(s.Name, s.Region):   {trusted("ec2.amazonaws.com"), document(operators{s.Name, In(s.Region, "123456789012"), s.Gateway.Types}.runner(f.ground())...)},
	} {
		if trust[name] != want[0] || may[name] != want[1] {
			t.Errorf("the role %s is taken on by %s and may %s", name, trust[name], may[name])
		}
	}
	for _, in := range sent[iam.AddRoleToInstanceProfileInput](r) {
		if *in.RoleName != runner(s.Name, s.Region) || *in.InstanceProfileName != runner(s.Name, s.Region) {
			t.Errorf("the profile %s gives the role %s", *in.InstanceProfileName, *in.RoleName)
		}
	}
	if len(trust) != 3 || len(may) != 3 || len(sent[iam.AddRoleToInstanceProfileInput](r)) != 1 {
		t.Errorf("%d roles, %d policies", len(trust), len(may))
	}
	for _, in := range sent[lambda.CreateFunctionInput](r) {
		if !strings.HasSuffix(*in.Role, role(s.Name, s.Region)) {
			t.Errorf("the function %s has the role %s", *in.FunctionName, *in.Role)
		}
	}
	limits := sent[lambda.PutFunctionConcurrencyInput](r) // what is never to be called cannot be
	if len(limits) != 1 || *limits[0].FunctionName != gateway(s.Name) || *limits[0].ReservedConcurrentExecutions != 0 {
		t.Errorf("the function of the gateway's package can be called: %v", limits)
	}
}

// checkTags: what is not EC2's has the deployment's tag too.
func checkTags(t *testing.T, r *recording) {
	t.Helper()
	n := 0
	check := func(what, got string) {
		if n++; got != "test" {
			t.Errorf("%s is of deployment %q", what, got)
		}
	}
	for _, in := range sent[lambda.CreateFunctionInput](r) {
		check("the function "+*in.FunctionName, in.Tags[aws.TagDeployment])
	}
	for _, in := range sent[iam.CreateRoleInput](r) {
		check("the role "+*in.RoleName, iamTag(in.Tags))
	}
	for _, in := range sent[iam.CreatePolicyInput](r) {
		check("the policy "+*in.PolicyName, iamTag(in.Tags))
	}
	for _, in := range sent[iam.CreateInstanceProfileInput](r) {
		check("the profile "+*in.InstanceProfileName, iamTag(in.Tags))
	}
	for _, in := range sent[cloudwatchlogs.CreateLogGroupInput](r) {
		check("the log group", in.Tags[aws.TagDeployment])
	}
	for _, in := range sent[dynamodb.CreateTableInput](r) {
		at := slices.IndexFunc(in.Tags, func(x table.Tag) bool { return *x.Key == aws.TagDeployment })
		check("the table", *in.Tags[max(0, at)].Value)
	}
	for _, in := range sent[scheduler.CreateScheduleGroupInput](r) {
		at := slices.IndexFunc(in.Tags, func(x schedules.Tag) bool { return *x.Key == aws.TagDeployment })
		check("the schedules", *in.Tags[max(0, at)].Value)
	}
	for _, in := range sent[ec2.CreateSecurityGroupInput](r) {
		check("the group "+*in.GroupName, tag(in.TagSpecifications[0].Tags, aws.TagDeployment))
	}
	for _, in := range sent[ec2.CreateImageInput](r) {
		for _, x := range in.TagSpecifications {
			check(fmt.Sprintf("the %s of %s", x.ResourceType, *in.Name), tag(x.Tags, aws.TagDeployment))
		}
	}
	if n != 17 {
		t.Errorf("%d things were looked at, want 17", n)
	}
	for _, in := range sent[cloudwatchlogs.PutRetentionPolicyInput](r) {
		if *in.RetentionInDays == 7 {
			return
		}
	}
	t.Error("the log group is kept for ever")
}

// checkExpiry: the attribute by which the table deletes items is the one that
// says when an item's time has come.
func checkExpiry(ctx context.Context, t *testing.T, cfg sdk.Config, r *recording) {
	t.Helper()
	at := time.Now().Add(time.Hour)
	if _, err := aws.NewTable(cfg, Table("test")).Put(ctx, []store.Item{{Partition: "p", Sort: "s", Expires: at}}); err != nil {
		t.Fatal(err)
	}
	attribute := ""
	for _, in := range sent[dynamodb.BatchWriteItemInput](r) {
		for name, v := range in.RequestItems[Table("test")][0].PutRequest.Item {
			if n, is := v.(*table.AttributeValueMemberN); is {
				if seconds, err := strconv.ParseFloat(n.Value, 64); err == nil && int64(seconds) == at.Unix() {
					attribute = name
				}
			}
		}
	}
	for _, in := range sent[dynamodb.UpdateTimeToLiveInput](r) {
		if got := sdk.ToString(in.TimeToLiveSpecification.AttributeName); got != attribute || got == "" || !sdk.ToBool(in.TimeToLiveSpecification.Enabled) {
			t.Errorf("the table expires items by %q, they have %q", got, attribute)
		}
	}
	if n := len(sent[dynamodb.UpdateTimeToLiveInput](r)); n != 1 {
		t.Errorf("expiry was set %d times", n)
	}
}
