package deploy

import (
	"encoding/json"
	"strings"
)

// trustLambda lets the Lambda service take on a role.
const trustLambda = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}`

// A Statement of an IAM policy.
type Statement struct {
	Sid       string                       `json:",omitempty"`
	Effect    string                       // Allow
	Action    []string                     //
	Resource  []string                     //
	Condition map[string]map[string]string `json:",omitempty"`
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
func functionPolicy(roleARN, group string) string {
	account := "*"
	if parts := strings.Split(roleARN, ":"); len(parts) > 4 {
		account = parts[4]
	}
	return document(Statement{Action: []string{"logs:CreateLogStream", "logs:PutLogEvents"}, Resource: []string{"arn:aws:logs:*:" + account + ":log-group:" + group + ":*"}})
}
