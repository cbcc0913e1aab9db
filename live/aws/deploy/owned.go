package deploy

import (
	"context"
	"fmt"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	table "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	iam "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"cnv/live/aws"
)

// owned refuses what has the name of a part of a deployment and not its tag: it
// is somebody else's, to be neither used nor destroyed. Log groups need no tag:
// Lambda makes the one of a function by itself.
func owned(deployment, what, name, tag string) error {
	switch tag {
	case deployment:
		return nil
	case "":
		tag = "it has no tag " + aws.TagDeployment
	default:
		tag = "its tag " + aws.TagDeployment + " is " + tag
	}
	return fmt.Errorf("there is a %s %s that is not of this deployment: %s: choose another name for the deployment or, if it is yours, give it the tag %s=%s",
		what, name, tag, aws.TagDeployment, deployment)
}

// ownedFunction refuses a function that is somebody else's, and one whose tags cannot be
// read: GetFunction leaves them out for who may not list them.
func ownedFunction(deployment, name string, out *lambda.GetFunctionOutput) error {
	if e := out.TagsError; e != nil {
		return fmt.Errorf("the tags of function %s cannot be read (%s: %s): allow lambda:ListTags, as the policies that deploy --policy prints do",
			name, sdk.ToString(e.ErrorCode), sdk.ToString(e.Message))
	}
	return owned(deployment, "function", name, out.Tags[aws.TagDeployment])
}

// iamTag is the deployment of a role or profile.
func iamTag(tags []iam.Tag) string {
	for _, t := range tags {
		if sdk.ToString(t.Key) == aws.TagDeployment {
			return sdk.ToString(t.Value)
		}
	}
	return ""
}

// iamTags are tags as IAM takes them.
func iamTags(tags map[string]string) (out []iam.Tag) {
	for k, v := range tags {
		out = append(out, iam.Tag{Key: sdk.String(k), Value: sdk.String(v)})
	}
	return out
}

// ownedTable asks for a table's tags, which its description lacks.
func (c *Clients) ownedTable(ctx context.Context, f *Found, t *table.TableDescription) error {
	tag := ""
	pages := dynamodb.ListTagsOfResourceInput{ResourceArn: t.TableArn}
	for {
		out, err := c.Table.ListTagsOfResource(ctx, &pages)
		if err != nil {
			return err
		}
		for _, x := range out.Tags {
			if sdk.ToString(x.Key) == aws.TagDeployment {
				tag = sdk.ToString(x.Value)
			}
		}
		if out.NextToken == nil {
			return owned(f.Name, "table", sdk.ToString(t.TableName), tag)
		}
		pages.NextToken = out.NextToken
	}
}
