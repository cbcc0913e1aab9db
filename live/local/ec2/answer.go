package ec2

import (
	"encoding/base64"
	"maps"
	"slices"
	"time"
)

// The answers, as EC2 writes them in XML.

type tagXML struct {
	Key   string `xml:"key"`
	Value string `xml:"value"`
}

func tagList(tags map[string]string) []tagXML {
	var out []tagXML
	for _, k := range slices.Sorted(maps.Keys(tags)) {
		out = append(out, tagXML{k, tags[k]})
	}
	return out
}

type stateXML struct {
	Code int    `xml:"code"`
	Name string `xml:"name"`
}

type instanceXML struct {
	ID        string   `xml:"instanceId"`
	Image     string   `xml:"imageId"`
	State     stateXML `xml:"instanceState"`
	Type      string   `xml:"instanceType"`
	Launched  string   `xml:"launchTime"`
	Placement struct {
		Zone string `xml:"availabilityZone"`
	} `xml:"placement"`
	Subnet       string   `xml:"subnetId"`
	VPC          string   `xml:"vpcId"`
	Address      string   `xml:"privateIpAddress"`
	Architecture string   `xml:"architecture"`
	Lifecycle    string   `xml:"instanceLifecycle,omitempty"`
	Token        string   `xml:"clientToken,omitempty"`
	Tags         []tagXML `xml:"tagSet>item"`
}

type reservationXML struct {
	ID        string        `xml:"reservationId"`
	Owner     string        `xml:"ownerId"`
	Instances []instanceXML `xml:"instancesSet>item"`
}

// codes of the states.
var stateCodes = map[string]int{"pending": 0, "running": 16, "shutting-down": 32, "terminated": 48, "stopping": 64, "stopped": 80}

func (i *instance) xml() instanceXML {
	x := instanceXML{
		ID: i.id, Image: i.image, State: stateXML{stateCodes[i.state], i.state}, Type: i.kind.Name,
		Launched: i.launched.UTC().Format(time.RFC3339), Subnet: i.zone.subnet, VPC: vpc, Address: i.address,
		Architecture: "arm64", Token: i.token, Tags: tagList(i.tags),
	}
	x.Placement.Zone = i.zone.name
	if i.spot {
		x.Lifecycle = "spot"
	}
	return x
}

type changeXML struct {
	ID      string   `xml:"instanceId"`
	Current stateXML `xml:"currentState"`
	Before  stateXML `xml:"previousState"`
}

type imageXML struct {
	ID      string   `xml:"imageId"`
	Name    string   `xml:"name"`
	State   string   `xml:"imageState"`
	Created string   `xml:"creationDate"`
	Owner   string   `xml:"imageOwnerId"`
	Devices []device `xml:"blockDeviceMapping>item"`
	Tags    []tagXML `xml:"tagSet>item"`
}

type device struct {
	Name string `xml:"deviceName"`
	EBS  struct {
		Snapshot string `xml:"snapshotId"`
	} `xml:"ebs"`
}

func (m *image) xml() imageXML {
	x := imageXML{ID: m.id, Name: m.name, State: "available", Created: m.created.UTC().Format(time.RFC3339), Owner: m.owner, Tags: tagList(m.tags)}
	if m.snapshot != "" {
		d := device{Name: "/dev/xvda"}
		d.EBS.Snapshot = m.snapshot
		x.Devices = []device{d}
	}
	return x
}

type groupXML struct {
	ID   string   `xml:"groupId"`
	Name string   `xml:"groupName"`
	VPC  string   `xml:"vpcId"`
	Tags []tagXML `xml:"tagSet>item"`
}

type subnetXML struct {
	ID   string `xml:"subnetId"`
	VPC  string `xml:"vpcId"`
	Zone string `xml:"availabilityZone"`
}

type vpcXML struct {
	ID      string `xml:"vpcId"`
	Default bool   `xml:"isDefault"`
}

// console is text as GetConsoleOutput gives it.
func console(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
