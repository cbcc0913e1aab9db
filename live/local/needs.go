package local

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"cnv/live/local/iam"
)

// What calls need to be allowed, by service. Source: the service authorization reference. Tags
// of functions and tables are not among the condition keys here: no policy of ours asks.

// tagged is the context of a call that gives tags.
func tagged(tags map[string]string) map[string][]string {
	out := map[string][]string{}
	iam.Tagged(out, tags)
	return out
}

// iamNeeds are those of a call of IAM. What has a role as its resource is told of the boundary
// that the role gets, or has.
func iamNeeds(at iam.Place, f url.Values, boundOf func(role string) string) []iam.Request {
	action, role, profile := f.Get("Action"), f.Get("RoleName"), f.Get("InstanceProfileName")
	arn, kind := at.Global("role/"+role), "Role"
	if profile != "" {
		arn, kind = at.Global("instance-profile/"+profile), "InstanceProfile"
	}
	if isManaged(f) {
		arn, kind = cmp.Or(f.Get("PolicyArn"), at.Global("policy/"+f.Get("PolicyName"))), "Policy"
	}
	if source := f.Get("PolicySourceArn"); source != "" {
		arn = source
	}
	tags := map[string]string{}
	for n := 1; f.Has(fmt.Sprintf("Tags.member.%d.Key", n)); n++ {
		tags[f.Get(fmt.Sprintf("Tags.member.%d.Key", n))] = f.Get(fmt.Sprintf("Tags.member.%d.Value", n))
	}
	context := tagged(tags)
	b := f.Get("PermissionsBoundary")
	if slices.Contains([]string{"PutRolePolicy", "DeleteRolePolicy", "DeleteRolePermissionsBoundary"}, action) {
		b = boundOf(role)
	}
	if b != "" {
		context["iam:PermissionsBoundary"] = []string{b}
	}
	out := []iam.Request{{Action: "iam:" + action, Resource: arn, Context: context}}
	switch {
	case action == "AddRoleToInstanceProfile":
		out = append(out, iam.Pass(at, role, "ec2"))
	case len(tags) > 0:
		out = append(out, iam.Request{Action: "iam:Tag" + kind, Resource: arn, Context: context})
	}
	return out
}

// lambdaNeeds are those of a call of Lambda, whose body is read for CreateFunction alone. A
// qualifier is part of the resource.
func lambdaNeeds(at iam.Place, action string, r *http.Request, body []byte) []iam.Request {
	var in struct {
		FunctionName, Role string
		Tags               map[string]string
	}
	name, qualifier := r.PathValue("name"), r.URL.Query().Get("Qualifier")
	if action == "CreateFunction" {
		if json.Unmarshal(body, &in) != nil {
			return nil // which Lambda refuses
		}
		name = in.FunctionName
	}
	if arn := strings.Split(name, ":function:"); len(arn) == 2 {
		name = arn[1]
	}
	resource := at.ARN("lambda", "function:"+name)
	if qualifier != "" && action != "ListTags" { // versions have no tags
		resource += ":" + qualifier
	}
	switch {
	case action == "Invoke":
		action = "InvokeFunction"
	case action == "GetProvisionedConcurrencyConfig" && r.URL.Query().Get("List") == "ALL":
		action = "ListProvisionedConcurrencyConfigs"
	case action == "GetAccountSettings", action == "ListFunctions":
		resource = "*"
	}
	out := []iam.Request{{Action: "lambda:" + action, Resource: resource, Context: tagged(in.Tags)}}
	if action == "CreateFunction" {
		out = append(out, iam.Pass(at, in.Role[strings.LastIndex(in.Role, "/")+1:], "lambda"))
		if len(in.Tags) > 0 {
			out = append(out, iam.Request{Action: "lambda:TagResource", Resource: resource, Context: tagged(in.Tags)})
		}
	}
	return out
}

// tableNeeds are those of a call of DynamoDB.
func tableNeeds(at iam.Place, action string, body []byte) (out []iam.Request) {
	var in struct {
		TableName, ResourceArn string
		RequestItems           map[string]json.RawMessage
		Tags                   []struct{ Key, Value string }
	}
	if json.Unmarshal(body, &in) != nil {
		return nil // which DynamoDB refuses
	}
	tags := map[string]string{}
	for _, t := range in.Tags {
		tags[t.Key] = t.Value
	}
	names := slices.Sorted(maps.Keys(in.RequestItems))
	if in.TableName != "" {
		names = append(names, in.TableName)
	}
	for _, name := range names {
		out = append(out, iam.Request{Action: "dynamodb:" + action, Resource: at.ARN("dynamodb", "table/"+name), Context: tagged(tags)})
	}
	switch {
	case in.ResourceArn != "":
		out = append(out, iam.Request{Action: "dynamodb:" + action, Resource: in.ResourceArn})
	case action == "ListTables":
		out = append(out, iam.Request{Action: "dynamodb:ListTables", Resource: "*"})
	case len(tags) > 0:
		out = append(out, iam.Request{Action: "dynamodb:TagResource", Resource: at.ARN("dynamodb", "table/"+in.TableName), Context: tagged(tags)})
	}
	return out
}

// logNeeds are those of a call of CloudWatch Logs. AWS names the group with its streams in
// what it refuses, and without them where it is tagged.
func logNeeds(at iam.Place, action string, body []byte) []iam.Request {
	var in struct {
		Group string            `json:"logGroupName"`
		Tags  map[string]string `json:"tags"`
	}
	if json.Unmarshal(body, &in) != nil {
		return nil // which CloudWatch Logs refuses
	}
	group := at.ARN("logs", "log-group:"+in.Group)
	out := []iam.Request{{Action: "logs:" + action, Resource: group + ":log-stream:", Context: tagged(in.Tags)}}
	if len(in.Tags) > 0 {
		out = append(out, iam.Request{Action: "logs:TagResource", Resource: group, Context: tagged(in.Tags)})
	}
	return out
}

// quotaNeeds are those of a call of Service Quotas.
func quotaNeeds(at iam.Place, action string, body []byte) []iam.Request {
	var in struct{ ServiceCode, QuotaCode string }
	if json.Unmarshal(body, &in) != nil {
		return nil // which Service Quotas refuses
	}
	return []iam.Request{{Action: "servicequotas:" + action, Resource: at.ARN("servicequotas", in.ServiceCode+"/"+in.QuotaCode)}}
}
