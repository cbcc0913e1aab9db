package local_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"cnv/live/aws"
	"cnv/live/local"
)

// TestOnlyWithTheKey: others on this machine, and pages in a browser, reach
// loopback too, and must not launch programs there.
func TestOnlyWithTheKey(t *testing.T) {
	t.Parallel()
	s := start(t, local.Config{})
	_, address, _ := strings.Cut(s.cloud.URL(), "@")
	for _, key := range []string{"", "local", "LOCAL", strings.Repeat("a", 100)} {
		for _, x := range []struct{ path, target, body string }{
			{"/", "", "Action=DescribeInstances&Version=2016-11-15"},
			{"/", "DynamoDB_20120810.ListTables", "{}"},
			{"/", "Logs_20140328.DescribeLogGroups", "{}"},
			{"/2015-03-31/functions", "", "{}"},
			{"/2015-03-31/functions/f/invocations", "", "{}"},
			{"/nothing/here", "", ""},
		} {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+address+x.path, strings.NewReader(x.body))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("X-Amz-Target", x.target)
			if r.Header.Set("Content-Type", "application/x-www-form-urlencoded"); key != "" {
				r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+key+"/20261124/us-east-1/x/aws4_request, SignedHeaders=host, Signature=0")
			}
			a, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			text, _ := io.ReadAll(a.Body)
			a.Body.Close()
			if a.StatusCode/100 != 4 || !strings.Contains(string(text), "not the access key of this cloud") {
				t.Errorf("key %q, %s %s: %s %s", key, x.path, x.target, a.Status, text)
			}
		}
	}
	account, err := aws.Local("http://" + address).Config(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	stranger := connect(t, s.cloud, account)
	if _, err := stranger.ec2.DescribeInstances(stranger.ctx, nil); code(err) != "AuthFailure" {
		t.Errorf("EC2 says %v to a stranger", err)
	}
	if _, err := stranger.lambda.ListFunctions(stranger.ctx, nil); code(err) != "UnrecognizedClientException" {
		t.Errorf("Lambda says %v to a stranger", err)
	}
}
