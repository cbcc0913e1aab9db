package ec2

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"cnv/live/clock"
	"cnv/live/host"
	"cnv/live/local/iam"
	"cnv/policy/catalog"
)

// Options are what a Cloud is made of.
type Options struct {
	Dir     string    // for the programs of images
	Place   iam.Place // where it is; zero: us-east-1
	Beside  []string  // other regions of the account
	Network Network
	URL     func(profile, instance string) string     // of all services, for an instance with a profile
	Role    func(profile string) (string, bool)       // the name of a profile's role, "": it has none; false: no such profile
	Boot    func(n uint64, kind string) time.Duration // from the call to "running", by the number of the launch and the type
	Begin   func(n uint64, kind string) time.Duration // from then until its program is started, as an operating system takes to; nil: at once
	Deaf    func(n uint64, kind string) time.Duration // of Begin, until its network is up: packets are lost before, connections refused from there; nil: 0
	Call    func(n uint64, kind string) time.Duration // of Boot, until the launch call is answered; nil: 0
	Clock   clock.Slow                                // of these times and of notices
	Worker  func(kind string) []string                // environment variables of the workers of a type
	VCPUs   int                                       // of the account, on demand and spot each; 0: no limit
	Hidden  time.Duration                             // a new instance is not described for so long
	Fetch   func(url string) ([]byte, error)          // loads a builder's package
	Unpack  func(zip []byte, dir, hash string) error  // checks and unpacks it into dir
	Room    func(kind, zone string, spot bool) bool   // whether a zone has capacity; nil: always
	AnyArch bool                                      // types of another architecture than an image's run it too
	Log     *slog.Logger
	Grace   time.Duration // between asking a process to end and killing it
	Host    host.Host     // where instances run
}

// A Cloud is one account's EC2 in one region.
type Cloud struct {
	o     Options
	zones []zone

	mu        sync.Mutex
	instances []*instance
	images    []*image
	snapshots []*snapshot
	groups    []*group
	tokens    map[string]launched
	made      uint64 // resources so far
	launches  uint64
	closed    bool
	scripts   sync.WaitGroup
}

const (
	vpc   = "vpc-0c0ffee0000000001"
	owner = iam.Account
)

// A zone of the region, with its default subnet.
type zone struct{ name, id, subnet string }

// zonesOf are those of a region.
func zonesOf(region string) (out []zone) {
	parts := strings.Split(region, "-") // us-east-1: use1
	short := parts[0] + parts[1][:1] + parts[len(parts)-1]
	for _, z := range []struct{ letter, number string }{{"a", "1"}, {"b", "2"}, {"c", "4"}} {
		out = append(out, zone{region + z.letter, short + "-az" + z.number, "subnet-0c0ffee000000001" + z.letter})
	}
	return out
}

// An instance and its process.
type instance struct {
	id, reservation, address, token string
	state                           string // as EC2 names it: "pending", "running", ...
	script                          string // user data
	image                           *image
	kind                            catalog.Instance
	zone                            zone
	groups                          []string
	profile                         string // its name; "": none
	launched, ended                 time.Time
	tags                            map[string]string
	diskTags, cardTags              map[string]string // of its volume and network interface
	stops                           bool              // powering off stops it instead of ending it
	sealed                          bool              // its volume is encrypted
	spot                            *spotRequest      // nil: on demand
	program                         string            // of its image; "": it runs nothing of ours
	command                         string            // of its image: the command line of a gateway; "": it runs a worker
	process                         host.Process      // nil: none
	deaf                            io.Closer         // while its network is not up; nil: it is
	metadata                        *metadata         // while there is a process
	said                            fmt.Stringer      // by its program until now; nil: there is none
	console                         string            // once that has ended
}

// New returns a Cloud with images of Amazon Linux 2023 that do nothing.
func New(o Options) *Cloud {
	o.Host = host.Or(o.Host)
	if o.Place == (iam.Place{}) {
		o.Place = iam.In("us-east-1")
	}
	c := &Cloud{o: o, zones: zonesOf(o.Place.Region), tokens: map[string]launched{}}
	for _, arch := range []string{"arm64", "x86_64"} {
		c.images = append(c.images, &image{
			id: c.id("ami"), name: "al2023-ami-2023.0.0-kernel-6.1-" + arch, owner: "amazon", arch: arch,
			created: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), tags: map[string]string{},
		})
	}
	return c
}

// Close ends all instances and waits for their processes.
func (c *Cloud) Close() {
	c.mu.Lock()
	c.closed = true
	var processes []host.Process
	for _, i := range c.instances {
		if i.process != nil {
			i.process.Stop(c.o.Grace)
			processes = append(processes, i.process)
		}
	}
	c.mu.Unlock()
	for _, p := range processes {
		<-p.Done()
	}
	c.scripts.Wait()
}

// Running is how many instances are not terminated.
func (c *Cloud) Running() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := 0
	for _, i := range c.instances {
		if i.state != "terminated" {
			n++
		}
	}
	return n
}

// actions are the calls that are answered, by name.
var actions = map[string]func(*Cloud, *form) (any, error){
	"RunInstances": (*Cloud).runInstances, "DescribeInstances": (*Cloud).describeInstances,
	"DescribeInstanceStatus": (*Cloud).describeStatus,
	"TerminateInstances":     (*Cloud).terminateInstances, "StopInstances": (*Cloud).stopInstances,
	"GetConsoleOutput": (*Cloud).getConsoleOutput, "CreateTags": (*Cloud).createTags,
	"CreateImage": (*Cloud).createImage, "DescribeImages": (*Cloud).describeImages,
	"DeregisterImage": (*Cloud).deregisterImage, "DescribeSnapshots": (*Cloud).describeSnapshots,
	"DeleteSnapshot": (*Cloud).deleteSnapshot, "DescribeSpotInstanceRequests": (*Cloud).describeSpotRequests,
	"CreateSecurityGroup": (*Cloud).createGroup, "AuthorizeSecurityGroupIngress": (*Cloud).authorize,
	"RevokeSecurityGroupIngress": (*Cloud).revoke,
	"DescribeSecurityGroups":     (*Cloud).describeGroups, "DeleteSecurityGroup": (*Cloud).deleteGroup,
	"DescribeVolumes": (*Cloud).describeVolumes, "DescribeNetworkInterfaces": (*Cloud).describeInterfaces,
	"DescribeRegions": (*Cloud).describeRegions, "DescribeRouteTables": (*Cloud).describeRouteTables, "DescribeInstanceTypeOfferings": (*Cloud).describeOfferings,
	"DeleteVolume": (*Cloud).deleteVolume, "DeleteNetworkInterface": (*Cloud).deleteInterface,
	"DescribeAccountAttributes": (*Cloud).describeAccount,
	"DescribeVpcs":              (*Cloud).describeVPCs, "DescribeSubnets": (*Cloud).describeSubnets,
	"DescribeAvailabilityZones": (*Cloud).describeZones, "DescribeInstanceTypes": (*Cloud).describeTypes,
}

// Actions are the names of the calls that are answered.
func Actions() []string { return slices.Sorted(maps.Keys(actions)) }

// Serve answers a call.
func (c *Cloud) Serve(w http.ResponseWriter, v url.Values) {
	name := v.Get("Action")
	act := actions[name]
	if act == nil {
		c.refuse(w, name, &apiError{"InvalidAction", "the local EC2 does not know " + name})
		return
	}
	c.mu.Lock()
	f := newForm(v)
	out, err := act(c, f)
	if err == nil {
		err = f.end()
	}
	c.mu.Unlock()
	time.Sleep(c.o.Clock.Real(f.wait))
	if err != nil {
		c.refuse(w, name, err)
		return
	}
	w.Header().Set("Content-Type", "text/xml;charset=UTF-8")
	start := xml.StartElement{Name: xml.Name{Local: name + "Response"}, Attr: []xml.Attr{{
		Name: xml.Name{Local: "xmlns"}, Value: "http://ec2.amazonaws.com/doc/2016-11-15/",
	}}}
	io.WriteString(w, xml.Header)
	xml.NewEncoder(w).EncodeElement(out, start) // the client has gone if it fails
}

// refuse writes why a call fails. What nobody has taught us is also logged: a
// client may hide it.
func (c *Cloud) refuse(w http.ResponseWriter, action string, err error) {
	var known *apiError
	if !errors.As(err, &known) {
		known = &apiError{"InternalError", err.Error()}
	}
	if strings.Contains(known.text, "the local EC2 does not know") {
		c.o.Log.Warn(known.text, "action", action)
	}
	Fail(w, Status(known.code), known.code, known.text)
}

// Status is the HTTP status of an error code. The SDK tries again after those
// of the server's.
func Status(code string) int {
	switch {
	case code == "UnauthorizedOperation":
		return http.StatusForbidden
	case code == "RequestLimitExceeded", code == "Unavailable", code == "ServiceUnavailable":
		return http.StatusServiceUnavailable
	case strings.HasPrefix(code, "Internal"), strings.HasPrefix(code, "Insufficient") && strings.HasSuffix(code, "Capacity"):
		return http.StatusInternalServerError
	}
	return http.StatusBadRequest
}

// Fail writes an error as EC2 does.
func Fail(w http.ResponseWriter, status int, code, text string) {
	w.Header().Set("Content-Type", "text/xml;charset=UTF-8")
	w.WriteHeader(status)
	type one struct{ Code, Message string }
	xml.NewEncoder(w).EncodeElement(struct {
		Errors    []one `xml:"Errors>Error"`
		RequestID string
	}{[]one{{code, text}}, "local"}, xml.StartElement{Name: xml.Name{Local: "Response"}})
}

// id makes a resource's name; later ones are greater.
func (c *Cloud) id(kind string) string {
	c.made++
	return fmt.Sprintf("%s-%017x", kind, c.made)
}

// find is an instance that can be described; c.mu is held.
func (c *Cloud) find(id string) (*instance, error) {
	for _, i := range c.instances {
		if i.id == id && time.Since(i.launched) >= c.o.Hidden {
			return i, nil
		}
	}
	return nil, failure("InvalidInstanceID.NotFound", "The instance ID '%s' does not exist", id)
}
