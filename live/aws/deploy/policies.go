package deploy

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"cnv/policy/catalog"
)

// lambdaService takes on the function's role.
const lambdaService = "lambda.amazonaws.com"

// ec2Service takes on the gateway's role for its instance. AWS in China names it otherwise.
func (p Place) ec2Service() string {
	if p.Partition == "aws-cn" {
		return "ec2.amazonaws.com.cn"
	}
	return "ec2.amazonaws.com"
}

// trusted is the document that lets a service take on a role.
func trusted(service string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"` + service + `"},"Action":"sts:AssumeRole"}]}`
}

// The names of the policies that the roles have.
const (
	logsPolicy         = "logs"
	runnerPolicy       = "runner"
	deadlinePolicyName = "deadline"
)

// samePolicy compares documents, but for white space.
func samePolicy(a, b string) bool {
	var one, other bytes.Buffer
	return json.Compact(&one, []byte(a)) == nil && json.Compact(&other, []byte(b)) == nil && bytes.Equal(one.Bytes(), other.Bytes())
}

// A Place is where the resources of a deployment are: what their ARNs begin with.
type Place struct {
	Partition string // aws, aws-cn, aws-us-gov
	Region    string // *: any
	Account   string // *: any
}

// In is the place of an account in a region, where no ARN of the account is known.
func In(region, account string) Place {
	return Place{catalog.Partition(region), region, account}
}

// placeOf is the place of what belongs to the account of an ARN, such as a role's.
func placeOf(arn, region string) Place {
	p := In(region, "*")
	if parts := strings.Split(arn, ":"); len(parts) > 4 && parts[1] != "" && parts[4] != "" {
		p.Partition, p.Account = parts[1], parts[4]
	}
	return p
}

// arn names a resource of the account in the region.
func (p Place) arn(service, what string) string {
	return strings.Join([]string{"arn", p.Partition, service, p.Region, p.Account, what}, ":")
}

// iam names a resource of IAM, which has no regions.
func (p Place) iam(what string) string {
	return strings.Join([]string{"arn", p.Partition, "iam", "", p.Account, what}, ":")
}

// anybodys names resources of EC2 that have no account in their ARN.
func (p Place) anybodys(what string) string {
	return strings.Join([]string{"arn", p.Partition, "ec2", p.Region, "", what}, ":")
}

// A Statement of an IAM policy.
type Statement struct {
	Sid       string                    `json:",omitempty"`
	Effect    string                    // Allow
	Action    []string                  //
	Resource  []string                  //
	Condition map[string]map[string]any `json:",omitempty"`
}

func document(statements ...Statement) string {
	for i := range statements {
		statements[i].Effect = "Allow"
	}
	text, _ := json.MarshalIndent(struct { // strings and maps of strings: cannot fail
		Version   string
		Statement []Statement
	}{"2012-10-17", statements}, "", "  ")
	return string(text)
}

// functionPolicy lets the function write to its log group.
func functionPolicy(at Place, group string) string { return document(functionLog(at, group)) }

// functionLog is all that the function may do.
func functionLog(at Place, group string) Statement {
	return Statement{Action: []string{"logs:CreateLogStream", "logs:PutLogEvents"}, Resource: []string{at.arn("logs", "log-group:"+group+":*")}}
}

// Families are patterns of the instance types that are of the same families: a list of all
// types of the catalog would be longer than IAM takes.
func Families(types []string) []string {
	var out []string
	for _, t := range types {
		family, _, _ := strings.Cut(t, ".")
		out = append(out, family+".*")
	}
	slices.Sort(out)
	return slices.Compact(out)
}
