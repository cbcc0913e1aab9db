package deploy

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"cnv/live/aws"
)

// A Finding is what Doctor has found about one thing.
type Finding struct {
	Mark Mark
	What string // "credentials"
	Says string // what is so, or what to do
}

// Mark is how a thing is.
type Mark uint8

// The marks.
const (
	OK   Mark = iota
	Fail      // something has to be done
	Look      // it cannot be told from here: where to look is said
)

func (m Mark) String() string { return [...]string{"ok", "FAIL", "look"}[m] }

// Doctor looks at what could keep a deployment from working, changing nothing.
func Doctor(ctx context.Context, cfg sdk.Config, s *Spec, need Need) []Finding {
	d := &doctor{ctx: ctx, c: Connect(cfg), cfg: cfg, s: s}
	d.c.Network = need.Network
	if !d.credentials() {
		return d.out // nothing else would work
	}
	d.clock()
	d.network()
	d.addresses(need.instances())
	d.offered(need)
	d.vcpus(need)
	d.freePlan(need)
	d.functions(need)
	d.deadline()
	if d.found != nil {
		d.permissions(need.types())
		d.operators(need)
	}
	return d.out
}

type doctor struct {
	ctx    context.Context
	c      *Clients
	cfg    sdk.Config
	s      *Spec
	found  *Found
	caller string // ARN
	out    []Finding
}

func (d *doctor) say(mark Mark, what, format string, args ...any) {
	d.out = append(d.out, Finding{mark, what, fmt.Sprintf(format, args...)})
}

func (d *doctor) credentials() bool {
	out, err := sts.NewFromConfig(d.cfg).GetCallerIdentity(d.ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		d.say(Fail, "credentials", "not accepted: %v", err)
		return false
	}
	d.caller = sdk.ToString(out.Arn)
	d.say(OK, "credentials", "account %s in %s", sdk.ToString(out.Account), d.cfg.Region)
	return true
}

// clock compares with AWS, by the time that it puts on its answers.
func (d *doctor) clock() {
	began := time.Now()
	out, err := d.c.EC2.DescribeVpcs(d.ctx, &ec2.DescribeVpcsInput{})
	if err != nil {
		d.say(Fail, "clock", "not compared: %v", err)
		return
	}
	ended := time.Now()
	mark, says := judgeClock(began.Add(ended.Sub(began)/2), dateOf(out.ResultMetadata))
	d.say(mark, "clock", "%s", says)
}

// dateOf is the Date header of an answer.
func dateOf(m middleware.Metadata) string {
	if r, ok := awsmiddleware.GetRawResponse(m).(*smithyhttp.Response); ok {
		return r.Header.Get("Date")
	}
	return ""
}

// mostOff is how far the clock may be off. Signatures are refused at 5 min; what
// gateways note of each other is as wrong as their clocks.
const mostOff = time.Minute

// judgeClock compares this machine's time with that of an answer, which is
// rounded down to the second.
func judgeClock(now time.Time, date string) (Mark, string) {
	at, err := http.ParseTime(date)
	if err != nil {
		return Look, fmt.Sprintf("the answer has no time that can be read (%q): compare with another machine's", date)
	}
	off := now.Sub(at.Add(time.Second / 2)).Round(time.Second)
	if off.Abs() > mostOff {
		return Fail, fmt.Sprintf("%v off that of AWS: set it (timedatectl set-ntp true); from 5m on calls are refused", off)
	}
	return OK, fmt.Sprintf("%v off that of AWS, to the second", off)
}

func (d *doctor) network() {
	f, err := d.c.Find(d.ctx, d.s.Name, d.s.Arch)
	if err == nil {
		err = f.Network()
	}
	if err != nil {
		d.say(Fail, "resources", "%v", err)
		return
	}
	d.found = f
	d.say(OK, "network", "VPC %s with %d subnets", f.VPC, len(f.Subnets))
	if err := d.c.exits(d.ctx, f); err != nil {
		d.say(Look, "routes", "not looked at (%v): builder and gateway need a subnet with a route to an internet gateway or a NAT gateway", err)
	} else if _, err := f.outside(); err != nil {
		d.say(Fail, "routes", "%v", err)
	} else {
		d.say(OK, "routes", "%s", f.routes())
	}
	if f.Base == "" {
		d.say(Fail, "image", "no image of Amazon Linux 2023 for %s in this region: name another region (--region)", d.s.Arch)
	}
}

// addresses compares what subnets have free with what is needed.
func (d *doctor) addresses(instances int) {
	if d.found == nil {
		return
	}
	out, err := d.c.EC2.DescribeSubnets(d.ctx, &ec2.DescribeSubnetsInput{Filters: []types.Filter{filter("vpc-id", d.found.VPC)}})
	if err != nil {
		d.say(Fail, "addresses", "subnets: %v", err)
		return
	}
	free, each := 0, []string{}
	for _, s := range out.Subnets {
		n := int(sdk.ToInt32(s.AvailableIpAddressCount))
		free += n
		each = append(each, fmt.Sprintf("%s %d", sdk.ToString(s.AvailabilityZone), n))
	}
	if free < instances {
		d.say(Fail, "addresses", "%d are free (%s), %d instances need one each: end what else uses them, add a subnet to VPC %s, or launch fewer (--max-instances)", free, strings.Join(each, ", "), instances, d.found.VPC)
	} else {
		d.say(OK, "addresses", "%d are free: %s", free, strings.Join(each, ", "))
	}
	d.publicAddresses()
}

// publicAddresses says what is known of their limit.
func (d *doctor) publicAddresses() {
	out, err := d.c.EC2.DescribeAccountAttributes(d.ctx, &ec2.DescribeAccountAttributesInput{AttributeNames: []types.AccountAttributeName{"vpc-max-elastic-ips"}})
	if err != nil {
		d.say(Fail, "public", "the account's limit of addresses: %v", err)
		return
	}
	limit := "not told"
	for _, a := range out.AccountAttributes {
		for _, v := range a.AttributeValues {
			limit = sdk.ToString(v.AttributeValue)
		}
	}
	d.say(OK, "public", "workers have none; the builder and the gateway get one each that AWS assigns, which the limit of elastic addresses (%s) does not count", limit)
}

// deadline says whether anything ends what a gateway that has died leaves.
func (d *doctor) deadline() {
	switch f := d.found; {
	case f == nil || f.Function == nil: // nothing is deployed
	case !f.Schedules || f.DeadlineRole == "":
		d.say(Fail, "deadline", "nothing would end the instances and warm environments of a gateway that has died: run deploy again")
	default:
		d.say(OK, "deadline", "EventBridge Scheduler ends what no gateway has postponed for %v", aws.Orphaned)
	}
}

// firstMemory is the most that functions of a new account may have: Lambda raises it as the
// account is used (Lambda developer guide, "Lambda quotas"). No call tells it.
const firstMemory = 3008

func (d *doctor) functions(need Need) {
	if need.MemoryMB > firstMemory {
		d.say(Look, "functions", "%d MB are asked for, and functions of a new account have at most %d: where deploy is told so, ask AWS Support for more, or set memory_mb = %d under [functions]", need.MemoryMB, firstMemory, firstMemory)
	}
	out, err := d.c.Lambda.GetAccountSettings(d.ctx, &lambda.GetAccountSettingsInput{})
	if err != nil {
		d.say(Fail, "functions", "the account's limits: %v", err)
		return
	}
	have := int(out.AccountLimit.ConcurrentExecutions)
	if have < need.Concurrency {
		d.say(Fail, "functions", "the account may have %d environments at once, the experiment asks for %d: ask for a higher quota (Service Quotas, AWS Lambda, L-B99A9384), or set concurrency = %d under [functions]", have, need.Concurrency, have)
		return
	}
	d.say(OK, "functions", "the account may have %d environments at once", have)
}
