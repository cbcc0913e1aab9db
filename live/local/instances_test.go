package local_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"cnv/live/local"
)

// launch launches workers and waits until they answer.
func (s *session) launch(in *ec2.RunInstancesInput) []string {
	s.Helper()
	var ids []string
	for _, i := range must(s.ec2.RunInstances(s.ctx, in))(s).Instances {
		id := *i.InstanceId
		ids = append(ids, id)
		s.until(id+" answers", func() bool {
			status, _ := s.get(id, "/readyz")
			return status == http.StatusOK
		})
	}
	return ids
}

// get asks an instance's worker.
func (s *session) get(id, path string) (status int, text string) {
	i := s.describe(id)
	port := "8000"
	for _, t := range i.Tags {
		if *t.Key == "cnv:port" {
			port = *t.Value
		}
	}
	a, err := http.Get("http://" + *i.PrivateIpAddress + ":" + port + path)
	if err != nil {
		return 0, err.Error()
	}
	defer a.Body.Close()
	body, _ := io.ReadAll(a.Body)
	return a.StatusCode, string(body)
}

// TestLifeOfInstances: pending for the boot, running with a worker that
// answers, then gone in each of the ways there are.
func TestLifeOfInstances(t *testing.T) {
	t.Setenv("AWS_SECRET_ACCESS_KEY", "our own secret")
	const boot, hidden = 400 * time.Millisecond, 150 * time.Millisecond
	late := false
	s := start(t, local.Config{Hidden: hidden, Boot: func(uint64, string) time.Duration {
		if late {
			return boot
		}
		return 0
	}})
	image := s.bake()
	late = true
	began := time.Now()
	first := *must(s.ec2.RunInstances(s.ctx, s.order(image, 1)))(t).Instances[0].InstanceId
	_, err := s.ec2.DescribeInstances(s.ctx, &ec2.DescribeInstancesInput{InstanceIds: []string{first}})
	if code(err) != "InvalidInstanceID.NotFound" && time.Since(began) < hidden {
		t.Errorf("just launched, described: %v", err)
	}
	time.Sleep(time.Until(began.Add(hidden)))
	if got := s.state(first); got != "pending" && time.Since(began) < boot {
		t.Errorf("it is %s before its boot is over", got)
	}
	s.until("it answers", func() bool { status, _ := s.get(first, "/spin?ms=1"); return status == 200 })
	if took := time.Since(began); took < boot {
		t.Errorf("it answered after %v, of a boot of %v", took, boot)
	}

	late = false
	ids := append(s.launch(s.order(image, 2)), first)
	stays := s.order(image, 1)
	stays.InstanceInitiatedShutdownBehavior = ec2types.ShutdownBehaviorStop
	ids = append(ids, s.launch(stays)...)
	for _, id := range ids {
		if *s.describe(id).ImageId != image || s.describe(id).Architecture != "arm64" {
			t.Errorf("%s is of %s, %s", id, *s.describe(id).ImageId, s.describe(id).Architecture)
		}
	}
	secretless(t)
	must(s.ec2.TerminateInstances(s.ctx, &ec2.TerminateInstancesInput{InstanceIds: ids[:1]}))(t)
	s.cloud.Kill(ids[1])
	must(s.ec2.StopInstances(s.ctx, &ec2.StopInstancesInput{InstanceIds: ids[3:]}))(t)
	for i, want := range []string{"terminated", "terminated", "running", "stopped"} {
		s.until(fmt.Sprint("instance ", i, " is ", want), func() bool { return s.state(ids[i]) == want })
		if status, _ := s.get(ids[i], "/readyz"); (status == 200) != (want == "running") {
			t.Errorf("instance %d is %s, and its worker answers %d", i, want, status)
		}
	}
	console := must(s.ec2.GetConsoleOutput(s.ctx, &ec2.GetConsoleOutputInput{InstanceId: &ids[0]}))(t)
	if console.Output == nil || len(*console.Output) == 0 {
		t.Error("the console of an instance that has ended is empty")
	}
	checks := must(s.ec2.DescribeInstanceStatus(s.ctx, &ec2.DescribeInstanceStatusInput{}))(t)
	if n := len(checks.InstanceStatuses); n != 1 || checks.InstanceStatuses[0].InstanceStatus.Status != "ok" {
		t.Errorf("%d instances pass EC2's checks, want the one that runs", n)
	}
}

// secretless looks into the environments of our children, where it can.
func secretless(t *testing.T) {
	t.Helper()
	all, _ := os.ReadDir("/proc")
	seen := 0
	for _, p := range all {
		stat, err := os.ReadFile("/proc/" + p.Name() + "/stat")
		if err != nil || !strings.Contains(string(stat), fmt.Sprintf(") S %d ", os.Getpid())) {
			continue
		}
		env, err := os.ReadFile("/proc/" + p.Name() + "/environ")
		if err != nil {
			continue
		}
		seen++
		if strings.Contains(string(env), "our own secret") {
			t.Errorf("process %s knows our credentials", p.Name())
		}
	}
	if len(all) > 0 && seen == 0 {
		t.Error("no child was found")
	}
}

// TestPages: the SDK's paginator sees each instance once, though others are
// launched meanwhile.
func TestPages(t *testing.T) {
	t.Parallel()
	s := start(t, local.Config{})
	image := s.base()
	must(s.ec2.RunInstances(s.ctx, s.order(image, 13)))(t)
	pages := ec2.NewDescribeInstancesPaginator(s.ec2, &ec2.DescribeInstancesInput{MaxResults: sdk.Int32(5)})
	seen := map[string]int{}
	sizes := ""
	for pages.HasMorePages() {
		n := 0
		for _, r := range must(pages.NextPage(s.ctx))(t).Reservations {
			for _, i := range r.Instances {
				seen[*i.InstanceId]++
				n++
			}
		}
		sizes += fmt.Sprint(n, " ")
		if len(seen) == 5 {
			must(s.ec2.RunInstances(s.ctx, s.order(image, 1)))(t)
		}
	}
	if sizes != "5 5 4 " || len(seen) != 14 {
		t.Errorf("pages of %sinstances, %d of them different; want 5 5 4 and 14", sizes, len(seen))
	}
	_, err := s.ec2.DescribeInstances(s.ctx, &ec2.DescribeInstancesInput{MaxResults: sdk.Int32(4)})
	if code(err) != "InvalidParameterValue" {
		t.Errorf("pages of 4: %v", err)
	}
}

// TestSpotInstancesAreTakenAway: after a notice, which the instance can read
// from its metadata, and the controller from the state of the spot request.
func TestSpotInstancesAreTakenAway(t *testing.T) {
	t.Parallel()
	const notice = time.Second
	s := start(t, local.Config{})
	image := s.bake()
	in := s.order(image, 2)
	in.InstanceMarketOptions = &ec2types.InstanceMarketOptionsRequest{MarketType: ec2types.MarketTypeSpot}
	ids := s.launch(in)
	if i := s.describe(ids[0]); i.InstanceLifecycle != "spot" || i.SpotInstanceRequestId == nil {
		t.Errorf("its life cycle is %q", i.InstanceLifecycle)
	}
	metadata := func(id string) *imds.Client {
		return imds.New(imds.Options{Endpoint: s.cloud.Metadata(id), EnableFallback: sdk.FalseTernary})
	}
	read := func(id, name string) string {
		out, err := metadata(id).GetMetadata(s.ctx, &imds.GetMetadataInput{Path: name})
		if err != nil {
			return ""
		}
		text := must(io.ReadAll(out.Content))(t)
		return string(text)
	}
	if got := read(ids[0], "instance-id") + read(ids[0], "instance-life-cycle"); got != ids[0]+"spot" {
		t.Errorf("the instance sees itself as %q", got)
	}
	if got := read(ids[0], "spot/instance-action"); got != "" {
		t.Errorf("a notice that nobody gave: %s", got)
	}
	a := must(http.Get(s.cloud.Metadata(ids[0]) + "/latest/meta-data/instance-id"))(t)
	if a.Body.Close(); a.StatusCode != http.StatusUnauthorized {
		t.Errorf("metadata without a token: %s", a.Status)
	}

	began := time.Now()
	if got := s.cloud.Interrupt("", notice); got != ids[0] {
		t.Fatalf("interrupted %q, want the first, %s", got, ids[0])
	}
	var told struct {
		Action string
		Time   time.Time
	}
	err := json.Unmarshal([]byte(read(ids[0], "spot/instance-action")), &told)
	if off := told.Time.Sub(began.Add(notice)); err != nil || told.Action != "terminate" || off < -time.Second || off > time.Second {
		t.Errorf("told %+v, %v; want to be terminated %v after %v", told, err, notice, began)
	}
	status := func() string {
		out := must(s.ec2.DescribeSpotInstanceRequests(s.ctx, &ec2.DescribeSpotInstanceRequestsInput{
			Filters: []ec2types.Filter{named("instance-id", ids[0]), named("tag:role", "worker")},
		}))(t)
		return string(out.SpotInstanceRequests[0].State) + " " + *out.SpotInstanceRequests[0].Status.Code
	}
	if got := status(); got != "active marked-for-termination" && time.Since(began) < notice {
		t.Errorf("the request is %s", got)
	}
	if code, _ := s.get(ids[0], "/readyz"); code != 200 && time.Since(began) < notice {
		t.Errorf("before its time it answers %d", code)
	}
	s.until("it was taken away", func() bool { return s.state(ids[0]) == "terminated" })
	if took := time.Since(began); took < notice {
		t.Errorf("taken away after %v, with a notice of %v", took, notice)
	}
	if got := status(); got != "closed instance-terminated-no-capacity" {
		t.Errorf("the request is %s", got)
	}
	if got := s.state(ids[1]); got != "running" || read(ids[1], "spot/instance-action") != "" {
		t.Errorf("the other one is %s", got)
	}
}

// TestOutage: what runs in a zone ends, nothing can be launched there until it
// is over, and the other zones do not notice.
func TestOutage(t *testing.T) {
	t.Parallel()
	const from, to = 200 * time.Millisecond, 400 * time.Millisecond
	s := start(t, local.Config{})
	subnets := map[string]string{}
	for _, x := range must(s.ec2.DescribeSubnets(s.ctx, &ec2.DescribeSubnetsInput{}))(t).Subnets {
		subnets[*x.AvailabilityZone] = *x.SubnetId
	}
	// without retries: the SDK tries again when there is no capacity
	once := func(o *ec2.Options) { o.RetryMaxAttempts = 1 }
	image := s.base()
	launch := func(zone string) (string, error) {
		in := s.order(image, 1)
		in.SubnetId = sdk.String(subnets[zone])
		out, err := s.ec2.RunInstances(s.ctx, in, once)
		if err != nil {
			return "", err
		}
		return *out.Instances[0].InstanceId, nil
	}
	other := must(launch("us-east-1a"))(t)
	lost := must(launch("us-east-1b"))(t)
	var began time.Time
	outage := func(from, to time.Duration) {
		t.Helper()
		began = time.Now()
		if err := s.cloud.Break([]local.Fault{{Action: "outage", Code: "us-east-1b", From: from, To: to}}, began, nil); err != nil {
			t.Fatal(err)
		}
	}
	outage(from, 0) // after both launches, however long they took; to the end, however long the next one takes
	s.until("the outage begins", func() bool { return s.state(lost) == "terminated" })
	if since := time.Since(began); since < from {
		t.Errorf("it began after %v, want %v", since, from)
	}
	if _, err := launch("us-east-1b"); code(err) != "InsufficientInstanceCapacity" {
		t.Errorf("a launch during the outage: %v", err)
	}
	outage(0, to)
	s.until("the outage is over", func() bool { _, err := launch("us-east-1b"); return err == nil })
	if since := time.Since(began); since < to {
		t.Errorf("it was over after %v, want %v", since, to)
	}
	if got := s.state(other); got != "running" {
		t.Errorf("an instance of another zone is %s", got)
	}
}

// TestSlowCalls: a fault without a code only makes them wait.
func TestSlowCalls(t *testing.T) {
	t.Parallel()
	const slow = 200 * time.Millisecond
	s := start(t, local.Config{Faults: []local.Fault{{Action: "DescribeVpcs", Delay: slow}}})
	began := time.Now()
	must(s.ec2.DescribeVpcs(s.ctx, &ec2.DescribeVpcsInput{}))(t)
	if took := time.Since(began); took < slow {
		t.Errorf("it took %v, want %v", took, slow)
	}
}

// TestRunsBeforeItAnswers: an instance runs, and is billed, while its system boots;
// one that is ended meanwhile starts no program.
func TestRunsBeforeItAnswers(t *testing.T) {
	const begin = 600 * time.Millisecond
	var slow bool
	s := start(t, local.Config{
		Boot: func(uint64, string) time.Duration { return 0 },
		Begin: func(uint64, string) time.Duration {
			if slow {
				return begin
			}
			return 0
		},
	})
	image := s.bake()
	slow = true
	began := time.Now()
	ids := s.launch(s.order(image, 2))
	s.until("it runs", func() bool { return s.state(ids[0]) == "running" && s.state(ids[1]) == "running" })
	if status, _ := s.get(ids[0], "/readyz"); status == 200 && time.Since(began) < begin {
		t.Error("it answers before its system has booted")
	}
	must(s.ec2.TerminateInstances(s.ctx, &ec2.TerminateInstancesInput{InstanceIds: ids[1:]}))(t)
	s.until("it answers", func() bool { status, _ := s.get(ids[0], "/readyz"); return status == 200 })
	if took := time.Since(began); took < begin {
		t.Errorf("it answered after %v, of %v", took, begin)
	}
	s.until("the other one has ended", func() bool { return s.state(ids[1]) == "terminated" })
	if n, _ := s.cloud.Processes(); n != 1 {
		t.Errorf("%d processes, want that of the one that runs", n)
	}
}
