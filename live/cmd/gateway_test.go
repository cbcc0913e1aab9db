package main

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cnv/internal/testtime"
	"cnv/live/aws"
	"cnv/live/aws/deploy"
	"cnv/live/local"
	"cnv/live/run/runtest"
)

// TestGatewayIsDeployed: deploy --gateway leaves an instance that serves, in a
// local cloud as a real process; deploying it with other flags lets the new one
// take over the workers; destroy leaves nothing. It is done in another partition, with the
// permissions that deploy --policy prints for a deployer; the gateway has those of its role.
func TestGatewayIsDeployed(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes some 20 s of real time")
	}
	cloud, err := local.Start(local.Config{Region: "cn-north-1", Boot: func(uint64, string) time.Duration { return 10 * time.Millisecond }})
	if err != nil {
		t.Fatal(err)
	}
	defer cloud.Close()
	deployer := as(t, cloud, "gw", "cn-north-1")
	worker, file := workerScript(t), write(t, strings.Replace(rise, "initial = 1", "initial = 2\nmin = 2", 1))
	do := func(args ...string) string {
		t.Helper()
		var out bytes.Buffer
		if code := command(append(args, "--endpoint", deployer, "--deployment", "gw", "--region", "cn-north-1"), &out, &out); code != 0 {
			t.Fatalf("%v: exit %d\n%s", args, code, out.String())
		}
		return out.String()
	}
	token, dir := strings.Repeat("t", 32), t.TempDir()
	cert, key := runtest.Certificate(t, dir)
	secret := filepath.Join(dir, "token")
	if err := os.WriteFile(secret, []byte(token), 0o600); err != nil {
		t.Fatal(err)
	}
	// The plan is that of the program itself, whose size has a limit. What is launched is a
	// script that becomes it, as each command packs the program, which takes seconds.
	args := []string{"deploy", file, "--gateway", "--worker", worker, "--program", becomes(t, program(t)), "--yes",
		"--admin-allow", "203.0.113.7/32", "--admin-token", secret, "--admin-cert", cert, "--admin-key", key}
	if text := do(append(args, "--program", program(t), "--dry-run", "--allow", "203.0.113.0/24")...); !strings.Contains(text, "launch    gateway        cnv-gw-gateway") || !strings.Contains(text, "allow     gateway        203.0.113.0/24") {
		t.Errorf("the plan:\n%s", text)
	}
	text := do(args...)
	if !strings.Contains(text, "at worst $2.00 per hour, $48 per day, with its own instance") {
		t.Errorf("what it may cost is not said:\n%s", text)
	}
	for _, want := range []string{"gateway i-", "http://127.", ":8080, for nobody outside", "its admin pages: https://127.", "curl -i 'http://127.", "status --deployment gw"} {
		if !strings.Contains(text, want) {
			t.Errorf("deploy ends without %q:\n%s", want, text)
		}
	}
	cfg, err := aws.Local(cloud.URL()).Config(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	served := func(not string) (id string) {
		t.Helper()
		testtime.Until(t, "a gateway that serves", func() bool {
			f, err := deploy.Connect(cfg).Find(t.Context(), "gw", "arm64")
			if err != nil {
				t.Fatal(err)
			}
			for _, i := range f.Instances {
				if i.Role != "gateway" || i.ID == not || i.State != "running" {
					continue
				}
				if a, err := http.Get("http://" + i.Address + ":8080/sleep?ms=10"); err == nil {
					a.Body.Close()
					if a.StatusCode == http.StatusOK {
						id = i.ID
					}
				}
			}
			return id != ""
		})
		return id
	}
	first := served("")
	for _, x := range []struct {
		token string
		want  int
	}{{token, http.StatusOK}, {"another", http.StatusUnauthorized}} {
		got, text := pages(t, cfg, first, x.token)
		if got != x.want {
			t.Errorf("the admin pages of the gateway, token %q: %d, want %d", x.token, got, x.want)
		}
		if got == http.StatusOK && !strings.Contains(text, `"name":"gateway","usd":0.0`) {
			t.Errorf("its own instance is not among what is spent: %s", text)
		}
	}
	testtime.Until(t, "the log of the gateway", func() bool {
		return strings.Contains(strings.Join(cloud.Logged("/aws/lambda/cnv-gw-gateway"), "\n"), deploy.Serves)
	})
	testtime.Until(t, "schedules that end it and its workers if it dies", func() bool {
		all := cloud.Schedules(deploy.Schedules("gw"))
		return all[first] != "" && len(all) > 1
	})
	if text := do(args...); !strings.Contains(text, "0 steps to do") {
		t.Errorf("deployed again:\n%s", text)
	}
	workers, _ := cloud.Processes()
	text = do(append(args, "--max-usd", "4")...)
	if !strings.Contains(text, "terminate old gateway    "+first) {
		t.Errorf("another version:\n%s", text)
	}
	second := served(first)
	testtime.Until(t, "the first one's end: as many instances as before", func() bool {
		n, _ := cloud.Processes()
		return n == workers
	})
	if second == first {
		t.Errorf("%s serves again, want another", second)
	}
	if text := do("status"); !strings.Contains(text, "gateway, c7g.medium, running") || !strings.Contains(text, "gateway "+second+": http://127.") {
		t.Errorf("status:\n%s", text)
	}
	if text := do("destroy", "--yes"); !strings.Contains(text, "nothing is left") {
		t.Errorf("destroy:\n%s", text)
	}
}

// as is the endpoint of a cloud for who has the policies of a deployer that deploy --policy prints.
func as(t *testing.T, cloud *local.Cloud, deployment, region string) string {
	t.Helper()
	var policies []string
	for _, which := range []string{"deployer", "deployer-roles"} {
		var out bytes.Buffer
		if code := command([]string{"deploy", "--policy", which, "--deployment", deployment, "--region", region}, &out, &out); code != 0 {
			t.Fatal(out.String())
		}
		policies = append(policies, out.String())
	}
	url, err := cloud.As("deployer", nil, policies...)
	if err != nil {
		t.Fatal(err)
	}
	return url
}

// pages asks the admin pages of a gateway what the dashboard shows.
func pages(t *testing.T, cfg aws.Config, gateway, token string) (status int, text string) {
	t.Helper()
	f, err := deploy.Connect(cfg).Find(t.Context(), "gw", "arm64")
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range f.Instances {
		if i.ID != gateway {
			continue
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, fmt.Sprintf("https://%s:%d/dashboard.json", i.Address, deploy.AdminPort), nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+token)
		c := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}} // its certificate is for another address
		a, err := c.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer a.Body.Close()
		body, err := io.ReadAll(a.Body)
		if err != nil {
			t.Fatal(err)
		}
		return a.StatusCode, string(body)
	}
	t.Fatalf("no instance %s", gateway)
	return 0, ""
}
