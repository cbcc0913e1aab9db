package judges

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"cnv/internal/testtime"
)

// TestArrayDefinitionIsValid: the AWS CLI takes the job definition of experiments/cluster, and
// would send it; and it refuses one with a field that is misspelt.
func TestArrayDefinitionIsValid(t *testing.T) {
	program := Find(t, "aws", "pip install awscli")
	text, err := os.ReadFile("../../experiments/cluster/batch.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ definition, want string }{
		{string(text), "Could not connect to the endpoint"},
		{strings.Replace(string(text), "retryStrategy", "retryPolicy", 1), "retryPolicy"},
	} {
		cmd := exec.CommandContext(testtime.Context(t), program, "batch", "register-job-definition", "--cli-input-json", c.definition,
			"--endpoint-url", "http://127.0.0.1:1", "--region", "us-east-1")
		cmd.Env = append(os.Environ(), "AWS_ACCESS_KEY_ID=none", "AWS_SECRET_ACCESS_KEY=none", "AWS_EC2_METADATA_DISABLED=true", "AWS_MAX_ATTEMPTS=1")
		if out, _ := cmd.CombinedOutput(); !strings.Contains(string(out), c.want) {
			t.Errorf("the CLI says %s, want %s", out, c.want)
		}
	}
}
