package local_test

import (
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"cnv/internal/judges"
	"cnv/internal/testtime"
	"cnv/live/local"
)

// cli is the AWS CLI, which finds the services by AWS_ENDPOINT_URL; see judges.Find
// for where it is not.
func cli(t *testing.T, s *session) func(args ...string) map[string]any {
	t.Helper()
	program := judges.Find(t, "aws", "pip install awscli")
	endpoint, err := url.Parse(s.cloud.URL())
	if err != nil {
		t.Fatal(err)
	}
	key := endpoint.User.Username()
	endpoint.User = nil
	return func(args ...string) map[string]any {
		t.Helper()
		cmd := exec.CommandContext(testtime.Context(t), program, append(args, "--output", "json")...)
		cmd.Env = append(os.Environ(), "AWS_ENDPOINT_URL="+endpoint.String(), "AWS_REGION=us-east-1", "AWS_DEFAULT_REGION=us-east-1",
			"AWS_ACCESS_KEY_ID="+key, "AWS_SECRET_ACCESS_KEY=local", "AWS_EC2_METADATA_DISABLED=true", "AWS_PAGER=")
		out, err := cmd.Output()
		if err != nil {
			text := ""
			if e, ok := err.(*exec.ExitError); ok {
				text = string(e.Stderr)
			}
			t.Fatalf("aws %v: %v\n%s", args, err, text)
		}
		var v map[string]any
		if len(out) == 0 {
			return v
		}
		if err := json.Unmarshal(out, &v); err != nil {
			t.Fatalf("aws %v: %v\n%s", args, err, out)
		}
		return v
	}
}

// at is what is at a path of fields and indices; nil: nothing.
func at(v any, path ...any) any {
	for _, p := range path {
		switch p := p.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[p]
		case int:
			l, _ := v.([]any)
			if p >= len(l) {
				return nil
			}
			v = l[p]
		}
	}
	return v
}

// TestAnotherReader: the AWS CLI, which is built on another SDK, understands
// the answers.
func TestAnotherReader(t *testing.T) {
	t.Parallel()
	s := start(t, local.Config{})
	aws := cli(t, s)
	s.function("f", must(worker())(t), nil)
	payload := filepath.Join(t.TempDir(), "answer.json")
	event := filepath.Join(t.TempDir(), "event.json")
	if err := os.WriteFile(event, []byte(spin), 0o600); err != nil {
		t.Fatal(err)
	}
	launched := aws("ec2", "run-instances", "--image-id", s.base(), "--instance-type", "c7g.medium", "--count", "2",
		"--tag-specifications", "ResourceType=instance,Tags=[{Key=role,Value=worker}]")
	id, _ := at(launched, "Instances", 1, "InstanceId").(string)
	described := aws("ec2", "describe-instances", "--filters", "Name=tag:role,Values=worker")
	if got := at(described, "Reservations", 0, "Instances", 1, "InstanceId"); id == "" || got != id {
		t.Errorf("launched %q, described %v", id, got)
	}
	if got := at(described, "Reservations", 0, "Instances", 0, "Tags", 0, "Value"); got != "worker" {
		t.Errorf("the tag says %v", got)
	}
	invoked := aws("lambda", "invoke", "--function-name", "f", "--payload", "fileb://"+event, payload)
	text, err := os.ReadFile(payload)
	var answer struct{ Status float64 }
	if err != nil || json.Unmarshal(text, &answer) != nil || answer.Status != 200 || at(invoked, "StatusCode") != 200.0 || at(invoked, "FunctionError") != nil {
		t.Errorf("invoked: %v, %s, %v", invoked, text, err)
	}
}

// TestAnotherReaderOfTables: it understands tables and items, too.
func TestAnotherReaderOfTables(t *testing.T) {
	t.Parallel()
	s := start(t, local.Config{})
	aws := cli(t, s)
	const name, item = `{"pk":{"S":"lease"},"sk":{"S":"leader"}}`, `{"pk":{"S":"lease"},"sk":{"S":"leader"},"until":{"N":"17"}}`
	table := []string{"--table-name", "table"}
	dynamo := func(call string, args ...string) map[string]any {
		t.Helper()
		return aws(append(append([]string{"dynamodb", call}, table...), args...)...)
	}
	dynamo("create-table", "--billing-mode", "PAY_PER_REQUEST", "--attribute-definitions", "AttributeName=pk,AttributeType=S", "AttributeName=sk,AttributeType=S",
		"--key-schema", "AttributeName=pk,KeyType=HASH", "AttributeName=sk,KeyType=RANGE")
	s.until("the table is there", func() bool { return at(dynamo("describe-table"), "Table", "TableStatus") == "ACTIVE" })
	aws("dynamodb", "batch-write-item", "--request-items", `{"table":[{"PutRequest":{"Item":`+item+`}}]}`, "--return-consumed-capacity", "TOTAL")
	if got := at(dynamo("get-item", "--key", name, "--consistent-read"), "Item", "until", "N"); got != "17" {
		t.Errorf("the item that was put has until = %v", got)
	}
	asked := dynamo("query", "--key-condition-expression", "pk = :p and begins_with(sk, :s)", "--expression-attribute-values", `{":p":{"S":"lease"},":s":{"S":"lead"}}`)
	if at(asked, "Count") != 1.0 || at(asked, "Items", 0, "sk", "S") != "leader" {
		t.Errorf("asked by its partition: %v", asked)
	}
	seen := dynamo("scan", "--filter-expression", "#u > :n", "--expression-attribute-names", `{"#u":"until"}`, "--expression-attribute-values", `{":n":{"N":"16"}}`, "--page-size", "1")
	if at(seen, "Count") != 1.0 || at(seen, "Items", 0, "pk", "S") != "lease" {
		t.Errorf("the table was read as %v", seen)
	}
}
