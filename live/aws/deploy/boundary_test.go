package deploy

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	rules "cnv/live/local/iam"
)

// TestBoundaryBinds: a role of a deployment to which somebody has given all permissions may do
// what the boundary allows, and nothing else; roles have it from the beginning.
func TestBoundaryBinds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := rehearse(t, "us-east-1")
		if err := r.root.makes(t.Context(), r.s); err != nil {
			t.Fatal(err)
		}
		f, err := r.root.Find(t.Context(), "test", "arm64")
		if err != nil {
			t.Fatal(err)
		}
		const arn = "arn:aws:iam::123456789012:policy/cnv-test-us-east-1-boundary"
		if f.Boundary != arn || f.RoleBoundary != arn || f.GatewayBoundary != arn {
			t.Fatalf("the roles have the boundaries %q and %q; want %s", f.RoleBoundary, f.GatewayBoundary, arn)
		}
		if !samePolicy(f.BoundaryPolicy, policiesIn("us-east-1")["boundary"]) { // where no account is known
			t.Errorf("the boundary is not what deploy --policy prints: %s", f.BoundaryPolicy)
		}
		_, err = r.root.IAM.PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{
			RoleName: sdk.String(runner("test", "us-east-1")), PolicyName: sdk.String("all"), PolicyDocument: sdk.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`),
		})
		if err != nil {
			t.Fatal(err)
		}
		c := Connect(r.config(t, r.cloud.AsRole(runner("test", "us-east-1"), "i-test", nil)))
		if _, err := c.Find(t.Context(), "test", "arm64"); err != nil {
			t.Errorf("what the boundary allows: %v", err)
		}
		_, err = c.IAM.CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: sdk.String("other"), AssumeRolePolicyDocument: sdk.String(trusted(lambdaService))})
		if err == nil || !strings.Contains(err.Error(), "no permissions boundary allows the iam:CreateRole action") {
			t.Errorf("what it does not allow: %v", err)
		}
	})
}

// TestBoundaryAllowsTheRoles: each permission that the function's and the gateway's policies
// give is within the boundary, in all partitions.
func TestBoundaryAllowsTheRoles(t *testing.T) {
	for _, region := range []string{"us-east-1", "cn-north-1", "us-gov-west-1"} {
		at := In(region, "123456789012")
		within := parsed(t, boundaryPolicy("test", at))
		for _, text := range []string{
			functionPolicy(at, logGroup("test")),
			deadlinePolicy("test", at),
			document(operators{"test", at, []string{"c7g.large"}}.runner(ground{"vpc-1", []string{"subnet-1"}})...),
		} {
			n := 0
			for _, s := range parsed(t, text)[0].Statement {
				context := map[string][]string{}
				for _, keys := range s.Condition {
					for key, values := range keys {
						context[key] = values[:1]
					}
				}
				for _, action := range s.Action {
					for _, resource := range s.Resource {
						n++
						if got := (rules.Policies{Identity: within}).Evaluate(rules.Request{Action: action, Resource: resource, Context: context}); got.Effect != rules.Allow {
							t.Errorf("%s: %s of %s is out of the boundary", region, action, resource)
						}
					}
				}
			}
			if n < 2 {
				t.Errorf("%d permissions were looked at", n)
			}
		}
	}
}

// TestRolesWithoutBoundary: what an earlier version has made, without a boundary, is destroyed
// as it is, and gets one by deploy.
func TestRolesWithoutBoundary(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := rehearse(t, "us-east-1")
		early := func(ctx context.Context) *Found {
			if err := r.root.makes(ctx, r.s); err != nil {
				t.Fatal(err)
			}
			if err := r.root.ages(ctx, r.s.Name); err != nil {
				t.Fatal(err)
			}
			f, err := r.root.Find(ctx, "test", "arm64")
			if err == nil {
				err = r.root.deleteBoundary(ctx, f.Boundary)
			}
			if err == nil {
				f, err = r.root.Find(ctx, "test", "arm64")
			}
			if err != nil || f.BoundaryPolicy != "" || f.RoleBoundary != "" || f.GatewayBoundary != "" {
				t.Fatalf("the boundary is still there: %+v, %v", f, err)
			}
			return f
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		f := early(ctx)
		if left, err := r.root.Destroy(ctx, f, PlanDestroy(f), func(Step) {}); err != nil || len(left) > 0 {
			t.Fatalf("destroy: left %v, %v", left, err)
		}
		f = early(ctx)
		var steps []string
		for _, s := range Todo(Plan(r.s, f)) {
			steps = append(steps, s.Do+" "+s.What)
		}
		if got := strings.Join(steps, ", "); got != "create boundary, update role, update deadline role, update gateway role" {
			t.Errorf("deploy plans: %s", got)
		}
		if err := r.root.makes(ctx, r.s); err != nil {
			t.Fatal(err)
		}
		if f, err := r.root.Find(ctx, "test", "arm64"); err != nil || len(Todo(Plan(r.s, f))) > 0 || f.RoleBoundary != f.Boundary || f.GatewayBoundary != f.Boundary {
			t.Errorf("after deploy: %v, %v", Todo(Plan(r.s, f)), err)
		}
	})
}

// TestBoundaryOfAnAdministrator: a deployer who may not make or change policies deploys with the
// boundary that an administrator has made, as deploy --policy prints it.
func TestBoundaryOfAnAdministrator(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := rehearse(t, "us-east-1")
		policies := policiesIn("us-east-1")
		_, err := r.root.IAM.CreatePolicy(t.Context(), &iam.CreatePolicyInput{
			PolicyName: sdk.String(boundary("test", "us-east-1")), PolicyDocument: sdk.String(policies["boundary"]), Tags: iamTags(map[string]string{"cnv:deployment": "test"}),
		})
		if err != nil {
			t.Fatal(err)
		}
		roles := policies["deployer-roles"]
		for _, action := range []string{"CreatePolicy", "TagPolicy", "CreatePolicyVersion", "ListPolicyVersions", "DeletePolicyVersion", "DeletePolicy"} {
			roles = without(t, roles, "iam:"+action)
		}
		url, err := r.cloud.As("deployer", nil, policies["deployer"], roles)
		if err != nil {
			t.Fatal(err)
		}
		c := Connect(r.config(t, url))
		if err := c.makes(t.Context(), r.s); err != nil {
			t.Fatal(err)
		}
		f, err := c.Find(t.Context(), "test", "arm64")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Destroy(t.Context(), f, PlanDestroy(f), func(Step) {}); errorCode(err) != "AccessDenied" {
			t.Errorf("destroy: %v", err)
		}
		if f, err = c.Find(t.Context(), "test", "arm64"); err != nil || len(PlanDestroy(f)) != 1 || f.BoundaryPolicy == "" {
			t.Errorf("destroy has left %v, %v; want the boundary", PlanDestroy(f), err)
		}
	})
}
