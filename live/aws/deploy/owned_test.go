package deploy

import (
	"strings"
	"testing"
	"testing/synctest"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	table "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	fn "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"cnv/live/aws"
	"cnv/live/aws/awstest"
	"cnv/live/local"
)

// TestOthersAreLeftAlone: what has our names and not our tag is neither taken for
// ours nor destroyed.
func TestOthersAreLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, cfg := cloud(t, local.Config{Host: inMemory()})
		leaveOthers(t, cfg, light(t, ""))
	})
}

func TestOthersAreLeftAloneOnMoto(t *testing.T) { leaveOthers(t, awstest.Moto(t), []byte("PK")) }

func leaveOthers(t *testing.T, cfg sdk.Config, zip []byte) {
	ctx, c := t.Context(), Connect(cfg)
	out, err := c.IAM.CreateRole(ctx, &iam.CreateRoleInput{RoleName: sdk.String("r"), AssumeRolePolicyDocument: sdk.String(trusted(lambdaService))})
	if err != nil {
		t.Fatal(err)
	}
	for _, what := range []string{"role cnv-test-us-east-1-function", "role cnv-test-us-east-1-gateway", "role cnv-test-us-east-1-deadline", "boundary cnv-test-us-east-1-boundary", "profile cnv-test-us-east-1-gateway", "schedules cnv-test", "function cnv-test", "function cnv-test-gateway", "table cnv-test"} {
		// In this order, as moto keeps the tags of a deleted group of schedules for the next of its name.
		for _, tagged := range [][2]string{{"", "it has no tag"}, {"other", "is other"}, {"test", ""}} {
			deployment, says := tagged[0], tagged[1]
			kind, name, _ := strings.Cut(what, " ")
			var tags map[string]string
			if deployment != "" {
				tags = map[string]string{aws.TagDeployment: deployment}
			}
			if err := foreign(t, c, kind, name, *out.Role.Arn, tags, zip); err != nil {
				t.Fatal(what, err)
			}
			_, err := c.Find(ctx, "test", "arm64")
			if (err == nil) != (says == "") || err != nil && (!strings.Contains(err.Error(), what) || !strings.Contains(err.Error(), says)) {
				t.Errorf("a %s of deployment %q: %v", what, deployment, err)
			}
			if err := c.delete(ctx, &Found{Name: "test", Region: "us-east-1", Boundary: "arn:aws:iam::123456789012:policy/cnv-test-us-east-1-boundary"}, Step{"delete", kind, name, ""}); err != nil {
				t.Fatal(what, err)
			}
		}
	}
}

// foreign makes what a deployment could take for its own.
func foreign(t *testing.T, c *Clients, kind, name, role string, tags map[string]string, zip []byte) (err error) {
	ctx := t.Context()
	switch kind {
	case "role":
		_, err = c.IAM.CreateRole(ctx, &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: sdk.String(trusted(lambdaService)), Tags: iamTags(tags)})
	case "boundary":
		_, err = c.IAM.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: &name, PolicyDocument: sdk.String(document(Statement{Action: []string{"logs:PutLogEvents"}, Resource: []string{"*"}})), Tags: iamTags(tags)})
	case "profile":
		_, err = c.IAM.CreateInstanceProfile(ctx, &iam.CreateInstanceProfileInput{InstanceProfileName: &name, Tags: iamTags(tags)})
	case "schedules":
		in := &scheduler.CreateScheduleGroupInput{Name: &name}
		for k, v := range tags {
			in.Tags = append(in.Tags, types.Tag{Key: &k, Value: &v})
		}
		_, err = c.Schedules.CreateScheduleGroup(ctx, in)
	case "function":
		_, err = c.Lambda.CreateFunction(ctx, &lambda.CreateFunctionInput{
			FunctionName: &name, Runtime: fn.RuntimeProvidedal2023, Handler: sdk.String("x"), Role: &role, Code: &fn.FunctionCode{ZipFile: zip}, Tags: tags,
		})
	default:
		in := &dynamodb.CreateTableInput{
			TableName: &name, BillingMode: table.BillingModePayPerRequest,
			AttributeDefinitions: []table.AttributeDefinition{{AttributeName: sdk.String("pk"), AttributeType: table.ScalarAttributeTypeS}},
			KeySchema:            []table.KeySchemaElement{{AttributeName: sdk.String("pk"), KeyType: table.KeyTypeHash}},
		}
		for k, v := range tags {
			in.Tags = append(in.Tags, table.Tag{Key: &k, Value: &v})
		}
		_, err = c.Table.CreateTable(ctx, in)
	}
	return err
}

// TestTagsThatCannotBeRead: a function whose tags AWS keeps back is not taken for somebody
// else's, and the permission that is missing is named.
func TestTagsThatCannotBeRead(t *testing.T) {
	denied := &lambda.GetFunctionOutput{TagsError: &fn.TagsError{ErrorCode: sdk.String("AccessDeniedException"), Message: sdk.String("not authorized to perform: lambda:ListTags")}}
	err := ownedFunction("test", "cnv-test", denied)
	if err == nil || !strings.Contains(err.Error(), "allow lambda:ListTags") || strings.Contains(err.Error(), "not of this deployment") {
		t.Error(err)
	}
	if err := ownedFunction("test", "cnv-test", &lambda.GetFunctionOutput{Tags: map[string]string{aws.TagDeployment: "test"}}); err != nil {
		t.Error(err)
	}
}
