package ec2

import (
	"log/slog"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"cnv/internal/testtime"
	"cnv/live/host"
)

func TestFilters(t *testing.T) {
	attributes := map[string]string{"state": "running", "name": "al2023-ami-1-arm64"}
	tags := map[string]string{"role": "worker", "empty": ""}
	for _, c := range []struct {
		name, values string
		ok           bool
		code         string
	}{
		{"state", "pending,running", true, ""},
		{"state", "pending", false, ""},
		{"state", "", false, ""},
		{"name", "al2023-*-arm64", true, ""},
		{"name", "al2023-???-1-arm64", true, ""},
		{"name", "al2022*", false, ""},
		{"tag:role", "worker", true, ""},
		{"tag:role", "build*", false, ""},
		{"tag:empty", "", true, ""},
		{"tag:none", "", false, ""},
		{"stat", "running", false, "InvalidParameterValue"},
	} {
		ok, err := match([]filter{{c.name, strings.Split(c.values, ",")}}, attributes, tags)
		if ok != c.ok || (err != nil) != (c.code != "") || err != nil && !strings.HasPrefix(err.Error(), c.code) {
			t.Errorf("%s=%s: %v, %v; want %v, %s", c.name, c.values, ok, err, c.ok, c.code)
		}
	}
}

// newTestCloud has room for a hundred vCPUs, and boots at once.
func newTestCloud() *Cloud {
	return New(Options{Boot: func(uint64, string) time.Duration { return 0 }, VCPUs: 100, Log: slog.New(slog.DiscardHandler)})
}

func do(c *Cloud, form string) string {
	v, err := url.ParseQuery(form)
	if err != nil {
		panic(err)
	}
	w := httptest.NewRecorder()
	c.Serve(w, v)
	return w.Body.String()
}

// become waits for an instance's state.
func become(t *testing.T, c *Cloud, id, state string) {
	t.Helper()
	testtime.Until(t, id+" to be "+state, func() bool {
		return strings.Contains(do(c, "Action=DescribeInstances&InstanceId.1="+id), ">"+state+"<")
	})
}

const launchTwo = "Action=RunInstances&ImageId=ami-00000000000000001&InstanceType=c7g.medium&MinCount=2&MaxCount=2"

// TestNothingUnknownHasAnEffect: a call with a parameter that nobody reads is
// refused before it has done anything; so is a dry run.
func TestNothingUnknownHasAnEffect(t *testing.T) {
	c := newTestCloud()
	defer c.Close()
	id := func(text, kind string) string {
		_, after, ok := strings.Cut(text, "<"+kind+">")
		got, _, _ := strings.Cut(after, "<")
		if !ok {
			t.Fatalf("no %s in %s", kind, text)
		}
		return got
	}
	running := id(do(c, launchTwo), "instanceId")
	group := id(do(c, "Action=CreateSecurityGroup&GroupName=g&GroupDescription=d"), "groupId")
	stopped := id(do(c, launchTwo), "instanceId")
	for _, i := range c.instances {
		become(t, c, i.id, "running")
	}
	do(c, "Action=StopInstances&InstanceId.1="+stopped)
	become(t, c, stopped, "stopped")
	image := id(do(c, "Action=CreateImage&Name=n&InstanceId="+stopped), "imageId")
	state := func() string {
		all := ""
		for _, a := range []string{"Instances", "SecurityGroups", "Images", "Snapshots"} {
			all += do(c, "Action=Describe"+a)
		}
		return all
	}
	before := state()
	for _, call := range []string{
		"Action=TerminateInstances&InstanceId.1=" + running, "Action=StopInstances&InstanceId.1=" + running,
		"Action=CreateTags&ResourceId.1=" + running + "&Tag.1.Key=a&Tag.1.Value=b", "Action=CreateImage&Name=m&InstanceId=" + stopped,
		"Action=DeregisterImage&ImageId=" + image, "Action=CreateSecurityGroup&GroupName=h&GroupDescription=d",
		"Action=AuthorizeSecurityGroupIngress&IpPermissions.1.IpProtocol=tcp&GroupId=" + group, "Action=DeleteSecurityGroup&GroupId=" + group,
		launchTwo,
	} {
		if text := do(c, call+"&Wish=1"); !strings.Contains(text, "UnknownParameter") || !strings.Contains(text, "Wish") {
			t.Errorf("%s with a wish: %s", call, text)
		}
		if text := do(c, call+"&DryRun=true"); !strings.Contains(text, "DryRunOperation") {
			t.Errorf("%s, dry: %s", call, text)
		}
		if after := state(); after != before {
			t.Fatalf("%s had an effect:\n%s\n%s", call, before, after)
		}
		if text := do(c, call); strings.Contains(text, "<Error>") {
			t.Errorf("%s: %s", call, text)
		}
		if strings.Contains(call, "TerminateInstances") {
			become(t, c, running, "terminated")
		}
		before = state()
	}
}

// TestTerminatedInstancesAreForgotten: after a while, as on AWS.
func TestTerminatedInstancesAreForgotten(t *testing.T) {
	c := newTestCloud()
	defer c.Close()
	do(c, launchTwo)
	for _, i := range c.instances {
		do(c, "Action=TerminateInstances&InstanceId.1="+i.id)
		become(t, c, i.id, "terminated")
	}
	do(c, launchTwo)
	if n := strings.Count(do(c, "Action=DescribeInstances"), "<instanceId>"); n != 4 {
		t.Errorf("%d instances are described, want the terminated ones too", n)
	}
	c.mu.Lock()
	for _, i := range c.instances[:2] {
		i.ended = i.ended.Add(-remembered - time.Second)
	}
	c.mu.Unlock()
	do(c, launchTwo)
	if n := strings.Count(do(c, "Action=DescribeInstances"), "<instanceId>"); n != 4 || c.Running() != 4 {
		t.Errorf("%d instances are described and %d run, want 4 and 4", n, c.Running())
	}
}

// TestAddresses: two clouds of one process give different ones, as workers of
// both listen at the same port.
func TestAddresses(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		ip, port := address(host.Or(nil))
		if seen[ip+port] {
			t.Fatalf("%s:%s twice", ip, port)
		}
		seen[ip+port] = true
	}
}
