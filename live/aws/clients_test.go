package aws

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
)

// TestLocalReadsNothingOfTheUsers: a profile that is not there, or a file that
// is none, keeps nobody from a cloud on loopback.
func TestLocalReadsNothingOfTheUsers(t *testing.T) {
	for name, value := range map[string]string{
		"AWS_PROFILE": "nonexistent", "AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent", "AWS_REGION": "eu-west-1",
		"AWS_ACCESS_KEY_ID": "theirs", "AWS_SECRET_ACCESS_KEY": "theirs", "AWS_ENDPOINT_URL": "http://192.0.2.1", "AWS_CA_BUNDLE": "/nonexistent", "AWS_MAX_ATTEMPTS": "many",
	} {
		t.Setenv(name, value)
	}
	cfg, err := Local("http://key@127.0.0.1:1").Config(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c, err := cfg.Credentials.Retrieve(t.Context())
	if err != nil || c.AccessKeyID != "key" || cfg.Region != "us-east-1" || *cfg.BaseEndpoint != "http://127.0.0.1:1" {
		t.Errorf("%s %s %s: %v", c.AccessKeyID, cfg.Region, *cfg.BaseEndpoint, err)
	}
}

// TestRetriesAsConfigured: the user's own settings of how calls are repeated hold, from
// the environment and the shared configuration, and a lack of capacity is repeated in none.
func TestRetriesAsConfigured(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(file, []byte("[default]\nmax_attempts = 9\nretry_mode = adaptive\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		name, attempts, mode, file string
		wantAttempts               int
		adaptive                   bool
	}{
		{"neither", "", "", "/nonexistent", 3, false},
		{"environment", "7", "adaptive", "/nonexistent", 7, true},
		{"file", "", "", file, 9, true},
		{"environment before file", "2", "standard", file, 2, false},
	} {
		t.Run(x.name, func(t *testing.T) {
			for name, value := range map[string]string{
				"AWS_PROFILE": "", "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1", "AWS_CONFIG_FILE": x.file,
				"AWS_SHARED_CREDENTIALS_FILE": "/nonexistent", "AWS_MAX_ATTEMPTS": x.attempts, "AWS_RETRY_MODE": x.mode,
			} {
				t.Setenv(name, value)
			}
			cfg, err := Account{}.Config(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			r := sts.NewFromConfig(cfg).Options().Retryer
			if got := r.MaxAttempts(); got != x.wantAttempts {
				t.Errorf("%d attempts, want %d", got, x.wantAttempts)
			}
			if _, adaptive := cfg.Retryer().(*retry.AdaptiveMode); adaptive != x.adaptive {
				t.Errorf("adaptive: %v, want %v", adaptive, x.adaptive)
			}
			full := &smithy.GenericAPIError{Code: "InsufficientInstanceCapacity", Fault: smithy.FaultServer}
			if r.IsErrorRetryable(full) || !r.IsErrorRetryable(&smithy.GenericAPIError{Code: "RequestLimitExceeded"}) {
				t.Error("a lack of capacity is repeated, or a throttle is not")
			}
		})
	}
}
