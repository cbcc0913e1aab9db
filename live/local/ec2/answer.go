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
	Subnet       string     `xml:"subnetId"`
	VPC          string     `xml:"vpcId"`
	Address      string     `xml:"privateIpAddress"`
	Architecture string     `xml:"architecture"`
	Lifecycle    string     `xml:"instanceLifecycle,omitempty"`
	SpotRequest  string     `xml:"spotInstanceRequestId,omitempty"`
	Token        string     `xml:"clientToken,omitempty"`
	Groups       []groupRef `xml:"groupSet>item"`
	Tags         []tagXML   `xml:"tagSet>item"`
}

type groupRef struct {
	ID string `xml:"groupId"`
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
		ID: i.id, Image: i.image.id, State: stateXML{stateCodes[i.state], i.state}, Type: i.kind.Name,
		Launched: stamp(i.launched), Subnet: i.zone.subnet, VPC: vpc, Address: i.address,
		Architecture: i.image.arch, Token: i.token, Tags: tagList(i.tags),
	}
	x.Placement.Zone = i.zone.name
	for _, id := range i.groups {
		x.Groups = append(x.Groups, groupRef{id})
	}
	if i.spot != nil {
		x.Lifecycle, x.SpotRequest = "spot", i.spot.id
	}
	return x
}

// stamp is an instant as EC2 writes it.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

type statusXML struct {
	ID       string   `xml:"instanceId"`
	Zone     string   `xml:"availabilityZone"`
	State    stateXML `xml:"instanceState"`
	Instance struct {
		Status string `xml:"status"`
	} `xml:"instanceStatus"`
	System struct {
		Status string `xml:"status"`
	} `xml:"systemStatus"`
}

type spotXML struct {
	ID       string `xml:"spotInstanceRequestId"`
	State    string `xml:"state"`
	Type     string `xml:"type"`
	Instance string `xml:"instanceId"`
	Status   struct {
		Code    string `xml:"code"`
		Message string `xml:"message"`
		Updated string `xml:"updateTime"`
	} `xml:"status"`
	Tags []tagXML `xml:"tagSet>item"`
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
	Arch    string   `xml:"architecture"`
	Root    string   `xml:"rootDeviceName"`
	Devices []device `xml:"blockDeviceMapping>item"`
	Tags    []tagXML `xml:"tagSet>item"`
}

type device struct {
	Name string `xml:"deviceName"`
	EBS  struct {
		Snapshot  string `xml:"snapshotId"`
		Encrypted bool   `xml:"encrypted"`
	} `xml:"ebs"`
}

// rootDevice is the name of the volume that an instance starts from.
const rootDevice = "/dev/xvda"

func (m *image) xml() imageXML {
	x := imageXML{ID: m.id, Name: m.name, State: "available", Created: stamp(m.created), Owner: m.owner, Arch: m.arch, Root: rootDevice, Tags: tagList(m.tags)}
	if m.snapshot != "" {
		d := device{Name: rootDevice}
		d.EBS.Snapshot, d.EBS.Encrypted = m.snapshot, m.sealed
		x.Devices = []device{d}
	}
	return x
}

// volumeGB is the size of all volumes here, GiB: that of images of Amazon Linux 2023.
const volumeGB = 8

type snapshotXML struct {
	ID      string   `xml:"snapshotId"`
	State   string   `xml:"status"`
	Started string   `xml:"startTime"`
	Owner   string   `xml:"ownerId"`
	About   string   `xml:"description"`
	GiB     int      `xml:"volumeSize"`
	Sealed  bool     `xml:"encrypted"`
	Tags    []tagXML `xml:"tagSet>item"`
}

func (s *snapshot) xml() snapshotXML {
	return snapshotXML{s.id, "completed", stamp(s.created), owner, s.about, volumeGB, s.sealed, tagList(s.tags)}
}

type groupXML struct {
	ID    string          `xml:"groupId"`
	Name  string          `xml:"groupName"`
	About string          `xml:"groupDescription"`
	VPC   string          `xml:"vpcId"`
	Rules []permissionXML `xml:"ipPermissions>item"`
	Tags  []tagXML        `xml:"tagSet>item"`
}

type permissionXML struct {
	Protocol string     `xml:"ipProtocol"`
	From     string     `xml:"fromPort,omitempty"`
	To       string     `xml:"toPort,omitempty"`
	Groups   []groupRef `xml:"groups>item"`
	Ranges   []rangeXML `xml:"ipRanges>item"`
}

type rangeXML struct {
	CIDR string `xml:"cidrIp"`
}

type subnetXML struct {
	ID   string `xml:"subnetId"`
	VPC  string `xml:"vpcId"`
	Zone string `xml:"availabilityZone"`
	Free int    `xml:"availableIpAddressCount"`
}

type vpcXML struct {
	ID      string `xml:"vpcId"`
	Default bool   `xml:"isDefault"`
}

type zoneXML struct {
	Name   string `xml:"zoneName"`
	ID     string `xml:"zoneId"`
	State  string `xml:"zoneState"`
	Region string `xml:"regionName"`
}

type typeXML struct {
	Name          string   `xml:"instanceType"`
	FreePlan      bool     `xml:"freeTierEligible"`
	Burstable     bool     `xml:"burstablePerformanceSupported"`
	Architectures []string `xml:"processorInfo>supportedArchitectures>item"`
	VCPUs         struct {
		Default int `xml:"defaultVCpus"`
		Cores   int `xml:"defaultCores"`
		PerCore int `xml:"defaultThreadsPerCore"`
	} `xml:"vCpuInfo"`
	Memory struct {
		MiB int `xml:"sizeInMiB"`
	} `xml:"memoryInfo"`
}

// console is text as GetConsoleOutput gives it.
func console(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
