package deploy

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/template"
	"time"

	"cnv/live/aws"
)

var update = flag.Bool("update", false, "write the golden files")

// TestPlans: what deploy --dry-run and destroy --dry-run print, for accounts
// in several states.
func TestPlans(t *testing.T) {
	s := testSpec([]byte("PK one"))
	empty := &Found{Name: "test", Region: "us-east-1", VPC: "vpc-1", Subnets: []aws.Subnet{{ID: "subnet-1", Zone: "us-east-1a"}}, Base: "ami-base"}
	full := *empty
	full.Role, full.LogGroup, full.LogDays, full.Table, full.TTL = "arn:aws:iam::1:role/cnv-test-us-east-1-function", true, 7, "ACTIVE", true
	full.Function = &FoundFunction{Published: []FoundVersion{{"1", s.CodeSHA256(), 1769, 60}}}
	full.Boundary = "arn:aws:iam::1:policy/cnv-test-us-east-1-boundary"
	full.RoleBoundary, full.BoundaryPolicy = full.Boundary, s.boundaryPolicy(&full)
	full.RolePolicy = functionPolicy(placeOf(full.Role, s.Region), logGroup("test"))
	full.DeadlineRole, full.DeadlineBoundary, full.Schedules = "arn:aws:iam::1:role/cnv-test-us-east-1-deadline", full.Boundary, true
	full.DeadlinePolicy = s.deadlinePolicy(&full)
	full.Workers, full.Gateway, full.Reachable = "sg-1", "sg-2", true
	full.Images = []FoundImage{{ID: "ami-1", Version: s.Version(), State: "available", Snapshots: []string{"snap-1"}}}
	old := full
	old.LogDays, old.TTL = 0, false
	old.Function = &FoundFunction{Published: []FoundVersion{{"1", "other", 512, 10}}, Reserved: 5}
	old.Images = []FoundImage{{ID: "ami-0", Version: "0123456789ab", State: "available"}, {ID: "ami-2", Version: s.Version(), State: "failed"}}
	old.Instances = []FoundInstance{{ID: "i-1", Role: "worker", Type: "c7g.large", State: "running"}}
	served := *s
	served.Gateway = &Gateway{Package: []byte("PK gateway"), Type: "c7g.medium", Types: []string{"c7g.large"}, Allow: "203.0.113.0/24", Flags: []string{"--max-usd", "5"}, Life: 2 * time.Hour}
	serving := full
	serving.GatewayCode, serving.GatewayRole, serving.Profile, serving.Allowed = served.Gateway.codeSHA256(), "arn:aws:iam::1:role/cnv-test-us-east-1-gateway", true, []string{"203.0.113.0/24"}
	serving.GatewayBoundary = serving.Boundary
	serving.GatewayLog, serving.GatewayDays = true, served.LogDays
	serving.CodeClosed, serving.ProfileRole, serving.RunnerPolicy = true, runner("test", "us-east-1"), served.runnerPolicy(&serving)
	serving.Images = append(serving.Images, FoundImage{ID: "ami-9", Version: served.Gateway.Version(), State: "available", Snapshots: []string{"snap-9"}})
	serving.Instances = []FoundInstance{{ID: "i-9", Role: "gateway", Version: served.Gateway.Version(), Type: "c7g.medium", State: "running"}}
	behind := serving
	behind.GatewayCode, behind.Allowed, behind.AllowedAdmin = "other", []string{"198.51.100.0/24"}, []string{"203.0.113.0/24"}
	behind.Instances = []FoundInstance{{ID: "i-8", Role: "gateway", Version: "0123456789ab", Type: "c7g.medium", State: "running"}}
	half := serving // every second call of its deployment has failed
	half.RolePolicy, half.LogDays, half.TTL, half.Reachable = "", 0, false, false
	half.BoundaryPolicy, half.RoleBoundary = document(), ""
	half.DeadlinePolicy = ""
	half.RunnerPolicy, half.CodeClosed, half.ProfileRole = "", false, ""
	other, gw := served, *served.Gateway // of other instance types
	gw.Types = []string{"c7g.xlarge", "m7g.large"}
	other.Gateway = &gw
	baking := full // by a deployer that was killed
	baking.Images = []FoundImage{{ID: "ami-3", Version: s.Version(), State: "pending"}}
	baking.Instances = []FoundInstance{{ID: "i-3", Role: "builder", Type: "c7g.medium", State: "stopped"}, {ID: "i-4", Role: "builder", Type: "c7g.medium", State: "shutting-down"}}
	var out bytes.Buffer
	for _, c := range []struct {
		name  string
		steps []Step
	}{
		{"deploy into an empty account", Plan(s, empty)}, {"deploy again", Plan(s, &full)}, {"deploy over an old version", Plan(s, &old)},
		{"deploy after one that was killed", Plan(s, &baking)},
		{"destroy nothing", PlanDestroy(empty)}, {"destroy all", PlanDestroy(&full)}, {"destroy an old version", PlanDestroy(&old)},
		{"deploy with a gateway", Plan(&served, &full)}, {"deploy it again", Plan(&served, &serving)},
		{"deploy over an old gateway", Plan(&served, &behind)}, {"deploy what is half made", Plan(&served, &half)},
		{"deploy with other instances", Plan(&other, &serving)}, {"destroy with a gateway", PlanDestroy(&serving)},
	} {
		fmt.Fprintf(&out, "== %s\n", c.name)
		for _, step := range c.steps {
			fmt.Fprintln(&out, step)
		}
	}
	golden(t, "plans.txt", out.Bytes())
	if lacks := Lacks(s, &old); len(lacks) != 2 || lacks[1].Do != "bake" {
		t.Errorf("the worker lacks %v of an old deployment, want its function and image", lacks)
	}
	if lacks := Lacks(&served, &half); len(lacks) != 1 || lacks[0].What != "security group" {
		t.Errorf("a worker lacks %v of a half made deployment, want the rule that lets the gateway in", lacks)
	}
	if todo := Todo(Plan(s, &full)); len(todo) != 0 {
		t.Errorf("a complete deployment has still to do: %v", todo)
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; read the diff after go test -update. got:\n%s", path, got)
	}
}

// TestPolicies: the runner cannot touch roles (it gives schedules theirs), images or code, and both
// are valid JSON.
func TestPolicies(t *testing.T) {
	all := Policies("test", In("us-east-1", "123456789012"), []string{"c7g.large"})
	for who, text := range all {
		var document struct{ Statement []Statement }
		if err := json.Unmarshal([]byte(text), &document); err != nil {
			t.Fatalf("%s: %v", who, err)
		}
		for _, s := range document.Statement {
			if s.Effect != "Allow" || len(s.Action) == 0 || len(s.Resource) == 0 {
				t.Errorf("%s: %+v", who, s)
			}
			for _, a := range s.Action {
				if strings.Contains(a, "*") {
					t.Errorf("%s: %s allows everything of a service", who, a)
				}
				if who == "runner" && (strings.HasPrefix(a, "iam:") && !strings.HasPrefix(a, "iam:Get") && s.Sid != "PassDeadline" || strings.HasPrefix(a, "lambda:Create") || strings.HasPrefix(a, "lambda:Update") || strings.Contains(a, "Image") && !strings.HasPrefix(a, "ec2:Describe")) {
					t.Errorf("the runner may %s", a)
				}
			}
		}
	}
	if !slices.Contains([]bool{strings.Contains(all["deployer-roles"], "iam:CreateRole")}, true) {
		t.Error("the deployer may not make the function's role")
	}
	golden(t, "runner.json", []byte(all["runner"]+"\n"))
	golden(t, "deployer.json", []byte(all["deployer"]+"\n"))
	golden(t, "deployer-roles.json", []byte(all["deployer-roles"]+"\n"))
}

// TestPartitions: in GovCloud and China each ARN has their own partition, and China's EC2
// its own name.
func TestPartitions(t *testing.T) {
	for region, want := range map[string]string{"us-gov-west-1": "aws-us-gov", "cn-north-1": "aws-cn", "eu-west-1": "aws"} {
		at := In(region, "123456789012")
		for who, text := range Policies("test", at, []string{"c7g.*"}) {
			if n, all := strings.Count(text, `"arn:`+want+":"), strings.Count(text, `"arn:`); n != all {
				t.Errorf("%s: the %s's policy names %d of %d resources in %s", region, who, n, all, want)
			}
		}
		if p := functionPolicy(at, "/aws/lambda/x"); !strings.Contains(p, `"arn:`+want+":logs:"+region+":123456789012:log-group:/aws/lambda/x:*") {
			t.Errorf("%s: %s", region, p)
		}
		if got := placeOf("arn:"+want+":iam::123456789012:role/x", region); got != at {
			t.Errorf("%s: %+v, want %+v", region, got, at)
		}
	}
	if s := In("cn-north-1", "*").ec2Service(); s != "ec2.amazonaws.com.cn" {
		t.Error(s)
	}
}

// TestBakeScript: it fits, has no placeholder left, and checks what it loads.
func TestBakeScript(t *testing.T) {
	s := testSpec([]byte("PK one"))
	k := s.workerKit("image")
	script, err := k.userData("https://awslambda-us-east-1-tasks.s3.us-east-1.amazonaws.com/snapshots/x?X-Amz-Signature=abc")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"sha256sum --check", "--listen 0.0.0.0:8000", "OnBootSec=14400s", "systemctl poweroff", "StartLimitIntervalSec=0", "StandardError=journal+console"} {
		if !strings.Contains(script, want) {
			t.Errorf("no %q in the script", want)
		}
	}
	at := strings.Index(script, "systemd-run --on-active=")
	late, err := strconv.Atoi(regexp.MustCompile(`on-active=(\d+) `).FindStringSubmatch(script + "on-active=0 ")[1])
	if err != nil || at < 0 || at > strings.Index(script, "curl") || time.Duration(late)*time.Second < patience+time.Minute {
		t.Errorf("a timer of %d s, which must come after the deployer has given up (%v), is not the first thing", late, patience)
	}
	if len(script) > 16<<10 || strings.Contains(script, "{{") {
		t.Errorf("%d bytes of user data; EC2 takes 16 KiB", len(script))
	}
	if _, err := template.New("x").Parse(bakeScript); err != nil {
		t.Error(err)
	}
	if _, err := k.userData("https://x/'; rm -rf /; '"); err == nil {
		t.Error("a location with a quotation mark is taken")
	}
}

// TestGatewayScript: the gateway's service has the flags that it was asked for
// and the deployment's name, and a flag that a unit would read otherwise is
// refused.
func TestGatewayScript(t *testing.T) {
	s := testSpec([]byte("PK one"))
	s.Gateway = &Gateway{Package: []byte("PK gateway"), Type: "c7g.medium", Flags: []string{"--max-usd", "5"}, Life: 2 * time.Hour}
	k := s.gatewayKit("image")
	script, err := k.userData("https://awslambda.example/x?X-Amz-Signature=abc")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"ExecStart=/opt/cnv/cnv-live /opt/cnv/experiment.toml --target aws --serve --quiet --keep --yes --deployment test --region us-east-1 --worker /opt/cnv/worker --listen 0.0.0.0:8080 --out /var/lib/cnv --log-group /aws/lambda/cnv-test-gateway --max-usd 5\n",
		"SuccessExitStatus=3", "OnBootSec=7200s", "Restart=on-failure", "StartLimitIntervalSec=0", "RestartSec=5", "StandardOutput=journal+console", "StandardError=journal+console",
	} {
		if !strings.Contains(script, want) {
			t.Errorf("no %q in\n%s", want, script)
		}
	}
	if strings.Contains(script, "bootstrap --listen") || strings.Contains(script, "{{") || len(script) > 16<<10 {
		t.Errorf("the script of a worker, or one with a placeholder:\n%s", script)
	}
	if strings.Contains(script, "LoadCredential") {
		t.Error("a gateway without admin pages has their secrets")
	}
	s.Gateway.Admin = "203.0.113.7/32"
	k = s.gatewayKit("image")
	if script, err = k.userData("https://awslambda.example/x"); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"--admin-token %d/admin-token", "LoadCredential=admin-token:/opt/cnv/admin-token\n", "LoadCredential=admin-key.pem:/opt/cnv/admin-key.pem\n", "\nchmod 400 admin-key.pem\n"} {
		if !strings.Contains(script, want) {
			t.Errorf("no %q in\n%s", want, script)
		}
	}
	version := s.Gateway.Version()
	s.Gateway.Flags = []string{"--max-usd", "6"}
	if s.Gateway.Version() == version {
		t.Error("other flags are no other version")
	}
	s.Gateway.Flags = []string{"$(reboot)"}
	if err := s.Validate(); err == nil {
		t.Error("a flag with a dollar sign is taken")
	}
}
