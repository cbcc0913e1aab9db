package deploy

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cnv/live/aws"
	"cnv/live/local"
)

// TestDoctorSimulates: doctor asks IAM what the policies of its caller, and of the gateway's
// role, lack; who may not ask is told so.
func TestDoctorSimulates(t *testing.T) {
	const asks = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:SimulatePrincipalPolicy","Resource":"*"}]}`
	policies := policiesIn("us-east-1")
	for _, x := range []struct {
		about   string
		has     []string
		gateway string
		mark    Mark
		says    string
	}{
		{"all", []string{asks, policies["deployer"], policies["deployer-roles"], policies["runner"]}, "", OK, "runner: arn:aws:iam::123456789012:user/somebody may do all"},
		{"a deployer", []string{asks, policies["deployer"], policies["deployer-roles"]}, "", OK, "deployer-roles: arn:aws:iam::123456789012:user/somebody may do all"},
		{"without roles", []string{asks, policies["deployer"]}, "", Fail, "deployer-roles: arn:aws:iam::123456789012:user/somebody may not iam:CreatePolicy, "},
		{"a deployer", []string{asks, policies["deployer"]}, "", OK, "deployer: arn:aws:iam::123456789012:user/somebody may do all"},
		{"a deployer", []string{asks, policies["deployer"]}, "", Fail, "runner: arn:aws:iam::123456789012:user/somebody may not lambda:InvokeFunction, "},
		{"with a gateway", []string{asks, policies["deployer"]}, "t4g.small", OK, "runner: arn:aws:iam::123456789012:role/cnv-test-us-east-1-gateway may do all"},
		{"one is missing", []string{asks, policies["deployer"], without(t, policies["deployer-roles"], "iam:PassRole")}, "t4g.small", Fail, "deployer-roles: arn:aws:iam::123456789012:user/somebody may not iam:PassRole: attach"},
		{"who may not ask", []string{policies["deployer"]}, "t4g.small", Look, "(AccessDenied): iam:SimulatePrincipalPolicy would be needed"},
	} {
		synctest.Test(t, func(t *testing.T) {
			m := inMemory()
			c, cfg := cloud(t, local.Config{Host: m, Boot: func(uint64, string) time.Duration { return 0 }})
			s := idleSpec(t, "test")
			s.Gateway.Types = []string{"c7g.large", "t4g.small"}
			if err := Connect(cfg).makes(t.Context(), s); err != nil {
				t.Fatal(err)
			}
			url, err := c.As("somebody", nil, x.has...)
			if err != nil {
				t.Fatal(err)
			}
			at := aws.Local(url)
			at.Dial = m.Dial
			if cfg, err = at.Config(t.Context()); err != nil {
				t.Fatal(err)
			}
			found := Doctor(t.Context(), cfg, s, Need{Pools: []PoolNeed{{Type: "c7g.large", N: 1}}, Gateway: x.gateway})
			if !slices.ContainsFunc(found, func(f Finding) bool {
				return f.What == "policies" && f.Mark == x.mark && strings.Contains(f.Says, x.says)
			}) {
				t.Errorf("%s: no line %v says %q in\n%v", x.about, x.mark, x.says, found)
			}
		})
	}
}

// TestSources: the policies of a session are those of its role.
func TestSources(t *testing.T) {
	for caller, want := range map[string]string{
		"arn:aws:iam::1:user/a":                     "arn:aws:iam::1:user/a",
		"arn:aws-cn:sts::1:assumed-role/Admin/me@x": "arn:aws-cn:iam::1:role/Admin",
		"arn:aws:sts::1:federated-user/a":           "arn:aws:sts::1:federated-user/a",
	} {
		if got := source(caller); got != want {
			t.Errorf("%s: %s, want %s", caller, got, want)
		}
	}
}
