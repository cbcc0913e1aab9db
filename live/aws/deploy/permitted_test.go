package deploy

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestPoliciesAllowWhatIsCalled: every call that the code makes is allowed to
// who makes it, and nothing is allowed that is never called.
func TestPoliciesAllowWhatIsCalled(t *testing.T) {
	deployer, runner := called(t, "."), called(t, "..")
	for _, look := range Looks {
		service, action, _ := strings.Cut(strings.ReplaceAll(look, "CloudWatch Logs", "logs"), " ")
		runner[strings.ToLower(service)+":"+action] = true
	}
	delete(runner, "sts:GetCallerIdentity")         // which needs no permission
	delete(deployer, "lambda:InvokeFunction")       // a dry run of doctor, which the runner is for
	delete(deployer, "iam:SimulatePrincipalPolicy") // who may not is told so by doctor, and may do without
	for who, calls := range map[string]map[string]bool{"deployer": deployer, "runner": runner} {
		if len(calls) < 20 {
			t.Errorf("%s: only %d calls were found: %v", who, len(calls), calls)
		}
		allowed := actions(t, who)
		if who == "deployer" {
			maps.Copy(allowed, actions(t, "deployer-roles"))
		}
		for _, c := range slices.Sorted(maps.Keys(calls)) {
			if !allowed[c] {
				t.Errorf("the %s calls %s, and may not", who, c)
			}
		}
		for _, a := range slices.Sorted(maps.Keys(allowed)) {
			if !deployer[a] && !runner[a] && !implied(a) {
				t.Errorf("the %s may %s, which nobody calls", who, a)
			}
		}
		for call, sides := range sides {
			for _, side := range sides {
				if calls[call] && !allowed[side] {
					t.Errorf("the %s calls %s, which needs %s, too", who, call, side)
				}
			}
		}
	}
}

// sides are what AWS asks for beside the permission for a call, because of what our calls
// carry (tags, a role) or read in the answer: GetFunction gives the tags of a function only
// to who may list them, and says nothing of it but in TagsError.
var sides = map[string][]string{
	"lambda:GetFunction":            {"lambda:ListTags"},
	"lambda:CreateFunction":         {"lambda:TagResource", "iam:PassRole"},
	"iam:CreateRole":                {"iam:TagRole"},
	"iam:CreatePolicy":              {"iam:TagPolicy"},
	"iam:CreateInstanceProfile":     {"iam:TagInstanceProfile"},
	"dynamodb:CreateTable":          {"dynamodb:TagResource"},
	"logs:CreateLogGroup":           {"logs:TagResource"},
	"ec2:RunInstances":              {"ec2:CreateTags"},
	"scheduler:CreateScheduleGroup": {"scheduler:TagResource"},
	"scheduler:DeleteScheduleGroup": {"scheduler:DeleteSchedule"},
	"scheduler:CreateSchedule":      {"iam:PassRole"},
	"scheduler:UpdateSchedule":      {"iam:PassRole"},
	"ec2:CreateImage":               {"ec2:CreateTags"},
	"ec2:CreateSecurityGroup":       {"ec2:CreateTags"},
}

// implied says whether a permission is there because of what another call carries.
func implied(action string) bool {
	for _, s := range sides {
		if slices.Contains(s, action) {
			return true
		}
	}
	return action == "servicequotas:GetServiceQuota" // doctor asks without the SDK's package
}

// TestPoliciesNameTheirOwn: what changes instances, images, snapshots or tags
// does so only to what has the deployment's tag, or gets it.
func TestPoliciesNameTheirOwn(t *testing.T) {
	var document struct{ Statement []Statement }
	if err := json.Unmarshal([]byte(Policies("test", In("us-east-1", "123456789012"), []string{"c7g.large"})["deployer"]), &document); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, s := range document.Statement {
		tags := "" // that a statement wants
		for key, value := range s.Condition["StringEquals"] {
			if name, is := strings.CutSuffix(key, "Tag/cnv:deployment"); is && value == "test" || key == "ec2:CreateAction" {
				tags += name
			}
		}
		for _, a := range s.Action {
			if slices.Contains([]string{"ec2:CreateImage", "ec2:CreateTags", "ec2:TerminateInstances", "ec2:DeregisterImage", "ec2:DeleteSnapshot"}, a) {
				if n++; tags == "" {
					t.Errorf("%s: %s of anybody's %v", s.Sid, a, s.Resource)
				}
			}
		}
	}
	if n < 6 {
		t.Errorf("%d permissions were looked at", n)
	}
}

func actions(t *testing.T, who string) map[string]bool {
	t.Helper()
	var document struct{ Statement []Statement }
	if err := json.Unmarshal([]byte(Policies("test", In("us-east-1", "123456789012"), []string{"c7g.large"})[who]), &document); err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for _, s := range document.Statement {
		for _, a := range s.Action {
			out[a] = true
		}
	}
	return out
}

// How calls look in the sources: of a client of deploy's, of a client that a
// file has for itself, of a paginator.
var (
	ofClients = regexp.MustCompile(`\.(EC2|Lambda|IAM|Table|Logs|Schedules)\.([A-Z]\w+)\(`)
	ofFile    = regexp.MustCompile(`\.(?:api|calls|management)\.([A-Z]\w+)\(`)
	ofPages   = regexp.MustCompile(`\b(ec2|lambda|dynamodb|cloudwatchlogs)\.New(\w+)Paginator\(`)
	services  = map[string]string{
		"EC2": "ec2", "Lambda": "lambda", "IAM": "iam", "Table": "dynamodb", "Logs": "logs", "Schedules": "scheduler", "ec2": "ec2", "lambda": "lambda", "dynamodb": "dynamodb", "cloudwatchlogs": "logs",
		"deadline.go": "scheduler", "instances.go": "ec2", "functions.go": "lambda", "lease.go": "dynamodb", "log.go": "logs", "standby.go": "dynamodb", "table.go": "dynamodb",
	}
)

// called are the actions of the calls in a folder's sources, as IAM names them.
func called(t *testing.T, folder string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	add := func(service, call string) {
		if service == "" {
			t.Errorf("whose call is %s?", call)
		}
		if service == "lambda" && call == "Invoke" {
			call = "InvokeFunction"
		}
		out[service+":"+call] = true
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, m := range ofClients.FindAllStringSubmatch(string(text), -1) {
			add(services[m[1]], m[2])
		}
		for _, m := range ofFile.FindAllStringSubmatch(string(text), -1) {
			add(services[filepath.Base(file)], m[1])
		}
		for _, m := range ofPages.FindAllStringSubmatch(string(text), -1) {
			add(services[m[1]], m[2])
		}
	}
	return out
}
