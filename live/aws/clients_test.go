package aws

import "testing"

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
