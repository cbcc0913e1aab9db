// Package ec2 answers the calls of EC2's Query API that this project makes,
// with instances that are processes on this machine. What it does not know it
// refuses by name; nothing is silently ignored.
package ec2

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"cnv/live/local/child"
	"cnv/policy/catalog"
)

// Options are what a Cloud is made of.
type Options struct {
	Dir    string                                   // for the programs of images and what instances write
	Boot   func(n uint64) time.Duration             // from the call to "running", by the number of the launch
	VCPUs  int                                      // of the account, on demand and spot each; 0: no limit
	Hidden time.Duration                            // a new instance is not described for so long
	Fetch  func(url string) ([]byte, error)         // loads a builder's package
	Unpack func(zip []byte, dir, hash string) error // checks and unpacks it into dir
	Room   func(kind, zone string, spot bool) bool  // whether a zone has capacity; nil: always
	Log    *slog.Logger
	Grace  time.Duration // between asking a process to end and killing it
}

// A Cloud is one account's EC2 in one region.
type Cloud struct {
	o Options

	mu        sync.Mutex
	instances []*instance
	images    []*image
	groups    []*group
	tokens    map[string]launched
	made      uint64 // resources so far
	launches  uint64
	closed    bool
}

// A zone of the region, with its default subnet.
type zone struct{ name, subnet string }

const (
	vpc   = "vpc-0c0ffee0000000001"
	owner = "123456789012"
)

var zones = []zone{
	{"us-east-1a", "subnet-0c0ffee000000001a"}, {"us-east-1b", "subnet-0c0ffee000000001b"}, {"us-east-1c", "subnet-0c0ffee000000001c"},
}

// An instance and its process.
type instance struct {
	id, image, state, address, token, script string
	kind                                     catalog.Instance
	zone                                     zone
	spot, stops                              bool // spot; powering off stops it instead of ending it
	launched                                 time.Time
	tags                                     map[string]string
	program                                  string // of its image; "": it runs nothing of ours
	process                                  *child.Child
	console                                  string
}

// An image of a stopped instance.
type image struct {
	id, name, snapshot, owner, program string
	created                            time.Time
	tags                               map[string]string
}

type group struct {
	id, name string
	tags     map[string]string
}

// A launched is what a client token stands for.
type launched struct {
	parameters string
	ids        []string
}

// New returns a Cloud with an image of Amazon Linux 2023 that does nothing.
func New(o Options) *Cloud {
	return &Cloud{o: o, tokens: map[string]launched{}, images: []*image{{
		id: "ami-0000000000000a123", name: "al2023-ami-2023.0.0-kernel-6.1-arm64", owner: "amazon",
		created: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
	}, {
		id: "ami-0000000000000a864", name: "al2023-ami-2023.0.0-kernel-6.1-x86_64", owner: "amazon",
		created: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
	}}}
}

// Close ends all instances and waits for their processes.
func (c *Cloud) Close() {
	c.mu.Lock()
	c.closed = true
	var processes []*child.Child
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
	"TerminateInstances": (*Cloud).terminateInstances, "StopInstances": (*Cloud).stopInstances,
	"GetConsoleOutput": (*Cloud).getConsoleOutput, "CreateTags": (*Cloud).createTags,
	"CreateImage": (*Cloud).createImage, "DescribeImages": (*Cloud).describeImages,
	"DeregisterImage": (*Cloud).deregisterImage, "DeleteSnapshot": (*Cloud).deleteSnapshot,
	"CreateSecurityGroup": (*Cloud).createGroup, "AuthorizeSecurityGroupIngress": (*Cloud).authorize,
	"DescribeSecurityGroups": (*Cloud).describeGroups, "DeleteSecurityGroup": (*Cloud).deleteGroup,
	"DescribeVpcs": (*Cloud).describeVPCs, "DescribeSubnets": (*Cloud).describeSubnets,
}

// Knows says whether a call is answered.
func Knows(action string) bool { return actions[action] != nil }

// Serve answers a call.
func (c *Cloud) Serve(w http.ResponseWriter, v url.Values) {
	name := v.Get("Action")
	act := actions[name]
	if act == nil {
		Fail(w, http.StatusBadRequest, "InvalidAction", "the local EC2 does not know "+name)
		return
	}
	c.mu.Lock()
	f := newForm(v)
	out, err := act(c, f)
	if err == nil && len(f.unread()) > 0 {
		err = failure("UnknownParameter", "the local EC2 does not know %s of %s", strings.Join(f.unread(), ", "), name)
	}
	c.mu.Unlock()
	var known *apiError
	switch {
	case errors.As(err, &known):
		Fail(w, http.StatusBadRequest, known.code, known.text)
	case err != nil:
		Fail(w, http.StatusInternalServerError, "InternalError", err.Error())
	default:
		answer(w, name, out)
	}
}

// answer writes a call's result.
func answer(w http.ResponseWriter, action string, out any) {
	w.Header().Set("Content-Type", "text/xml;charset=UTF-8")
	start := xml.StartElement{Name: xml.Name{Local: action + "Response"}, Attr: []xml.Attr{{
		Name: xml.Name{Local: "xmlns"}, Value: "http://ec2.amazonaws.com/doc/2016-11-15/",
	}}}
	io.WriteString(w, xml.Header)
	xml.NewEncoder(w).EncodeElement(out, start) // the client has gone if it fails
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

// id makes a resource's name.
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

// program installs a builder's package as the program of its image.
func (c *Cloud) install(ctx context.Context, id, location, hash string) (string, error) {
	zip, err := c.o.Fetch(location)
	if err != nil {
		return "", err
	}
	dir := filepath.Join(c.o.Dir, "images", id)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	return filepath.Join(dir, "bootstrap"), errors.Join(ctx.Err(), c.o.Unpack(zip, dir, hash))
}
