package deploy

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	rules "cnv/live/local/iam"
)

// without is a policy that lacks an action.
func without(t *testing.T, policy, action string) string {
	t.Helper()
	var d struct{ Statement []Statement }
	if err := json.Unmarshal([]byte(policy), &d); err != nil {
		t.Fatal(err)
	}
	for i := range d.Statement {
		d.Statement[i].Action = slices.DeleteFunc(d.Statement[i].Action, func(a string) bool { return a == action })
	}
	return document(slices.DeleteFunc(d.Statement, func(s Statement) bool { return len(s.Action) == 0 })...)
}

// TestEachActionIsNeeded: whichever action is taken out of a policy, a step of the rehearsal
// is refused for it. What the steps ask for is heard once, and judged for each action.
func TestEachActionIsNeeded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := rehearse(t, "us-east-1")
		policies := policiesIn("us-east-1")
		if err := r.all(t, policies, policies["runner"]); err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, which := range []string{"deployer", "deployer-roles", "runner"} {
			who := strings.TrimSuffix(which, "-roles")
			for action := range actions(t, which) {
				n++
				less := maps.Clone(policies)
				less[which] = without(t, policies[which], action)
				has := rules.Policies{Identity: parsed(t, less[who], less[who+"-roles"])}
				at := slices.IndexFunc(r.asked[who], func(a asked) bool {
					return a.Decision.Effect == rules.Allow && has.Evaluate(a.Request).Effect != rules.Allow
				})
				if at < 0 {
					t.Errorf("the %s may %s, and no step needs it", which, action)
				} else if got := r.asked[who][at]; got.Request.Action != action {
					t.Errorf("the %s without %s: step %q is refused %s", who, action, got.step, got.Request.Action)
				}
			}
		}
		t.Logf("%d actions; %d permissions were asked for", n, len(r.asked["deployer"])+len(r.asked["runner"]))
		golden(t, "permissions.md", r.table())
	})
}

// parsed are policies without those that are empty.
func parsed(t *testing.T, policies ...string) (out []*rules.Document) {
	t.Helper()
	for _, text := range policies {
		if text == "" {
			continue
		}
		d, err := rules.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, d)
	}
	return out
}

// table says, for each call of the rehearsal, which permissions it has needed, on what, and
// which statements of the operators' policies give them.
func (r *rehearsal) table() []byte {
	given := map[string]map[string]string{} // statement by who, by row
	for who, all := range r.asked {
		for _, a := range all {
			if a.Decision.Effect != rules.Allow {
				continue
			}
			row := fmt.Sprintf("%s | %s | %s", a.Call, a.Request.Action, identifiers.ReplaceAllString(a.Request.Resource, "$1-ID"))
			if given[row] == nil {
				given[row] = map[string]string{}
			}
			given[row][who] = a.Decision.Sid
		}
	}
	var out strings.Builder
	out.WriteString(`# Calls, permissions, and the statements that give them
Made by TestEachActionIsNeeded (go test ./live/aws/deploy -run TestEachActionIsNeeded -update) from
what live/local asks for while a deployment "test" is made, serves and is removed. Never seen on AWS.

| call | permission | resource | deployer | runner |
|---|---|---|---|---|
`)
	for _, row := range slices.Sorted(maps.Keys(given)) {
		fmt.Fprintf(&out, "| %s | %s | %s |\n", row, given[row]["deployer"], given[row]["runner"])
	}
	return []byte(strings.ReplaceAll(out.String(), "  |", " |"))
}

// identifiers are the names that EC2 gives.
var identifiers = regexp.MustCompile(`\b(i|ami|snap|sg|vol|eni|vpc|subnet)-[0-9a-f]+`)

// TestActionsTakenAway: the whole rehearsal, with an action taken out, fails at the step that
// needs it, and the error names it.
func TestActionsTakenAway(t *testing.T) {
	for _, x := range []struct{ who, action, step string }{
		{"deployer", "ec2:CreateTags", "doctor before"},
		{"deployer", "lambda:ListTags", "deploy another version"},
		{"deployer-roles", "iam:PassRole", "deploy --gateway"},
		{"deployer-roles", "iam:TagRole", "deploy --gateway"},
		{"deployer-roles", "iam:CreatePolicy", "deploy --gateway"},
		{"deployer-roles", "iam:PutRolePermissionsBoundary", "deploy another version"},
		{"deployer-roles", "iam:DeletePolicy", "destroy"},
		{"deployer", "ec2:DeleteSnapshot", "destroy"},
		{"runner", "ec2:CreateTags", "launch workers"},
		{"runner", "ec2:DescribeVpcs", "the runner looks before there is anything"},
		{"runner", "lambda:ListTags", "the gateway finds its deployment"},
		{"runner", "dynamodb:UpdateItem", "lead"},
	} {
		t.Run(x.who+" "+x.action, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				policies := policiesIn("us-east-1")
				policies[x.who] = without(t, policies[x.who], x.action)
				err := rehearse(t, "us-east-1").all(t, policies, policies["runner"])
				if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("step %q", x.step)) || !strings.Contains(err.Error(), x.action) && x.step != "doctor before" {
					t.Errorf("%v; want %q of step %q", err, x.action, x.step)
				}
			})
		})
	}
}
