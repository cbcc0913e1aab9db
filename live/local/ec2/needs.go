package ec2

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"cnv/live/local/iam"
)

// Needs are what a call has to be allowed: its own action on each resource that it is about,
// and the permissions that EC2 asks for beside it. Source: service authorization reference,
// "Actions, resources, and condition keys for Amazon EC2".
//
// Resources that are not there need no permission: that EC2 says so first is an assumption.
func (c *Cloud) Needs(v url.Values) []iam.Request {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := needs{c: c, f: newForm(v), action: v.Get("Action")}
	switch n.action {
	case "RunInstances":
		n.launch()
	case "CreateImage":
		n.made(map[string]string{"image": c.o.Place.Shared("image/*"), "snapshot": c.o.Place.Shared("snapshot/*")}, nil)
		n.named(n.action, n.f.text("InstanceId"))
	case "CreateSecurityGroup":
		n.made(map[string]string{"security-group": c.o.Place.ARN("ec2", "security-group/*")}, nil)
		n.on(c.o.Place.ARN("ec2", "vpc/"+n.f.text("VpcId")), n.about(map[string]string{"ec2:VpcID": n.f.text("VpcId")}, nil, nil))
	case "CreateTags":
		for _, id := range n.f.list("ResourceId") {
			if have, err := c.tagsOf(id); err == nil {
				n.on(c.arn(id), n.about(nil, n.f.tags("Tag"), have))
			}
		}
	case "DeregisterImage":
		n.named(n.action, n.f.text("ImageId"))
		if m, err := c.findImage(n.f.text("ImageId")); err == nil && n.f.text("DeleteAssociatedSnapshots") == "true" && m.snapshot != "" {
			n.named("DeleteSnapshot", m.snapshot)
		}
	default:
		if strings.HasPrefix(n.action, "Describe") {
			n.on("*", n.about(nil, nil, nil))
			break
		}
		ids := n.f.list("InstanceId")
		for _, name := range []string{"InstanceId", "GroupId", "SnapshotId", "VolumeId", "NetworkInterfaceId"} {
			ids = append(ids, n.f.text(name))
		}
		for _, id := range ids {
			n.named(n.action, id)
		}
	}
	return n.out
}

// needs collects what a call needs.
type needs struct {
	c      *Cloud
	f      *form
	action string
	out    []iam.Request
}

// on adds the action on a resource.
func (n *needs) on(arn string, context map[string][]string) {
	n.out = append(n.out, iam.Request{Action: "ec2:" + n.action, Resource: arn, Context: context})
}

// named adds an action on a resource that is there.
func (n *needs) named(action, id string) {
	if have, err := n.c.tagsOf(id); id != "" && err == nil {
		n.out = append(n.out, iam.Request{Action: "ec2:" + action, Resource: n.c.arn(id), Context: n.about(nil, nil, have)})
	}
}

// arn of a resource with an ID. Images and snapshots have no account in theirs.
func (c *Cloud) arn(id string) string {
	kind, _, _ := strings.Cut(id, "-")
	switch kind {
	case "ami":
		return c.o.Place.Shared("image/" + id)
	case "snap":
		return c.o.Place.Shared("snapshot/" + id)
	}
	names := map[string]string{"i": "instance", "sg": "security-group", "vol": "volume", "eni": "network-interface"}
	return c.o.Place.ARN("ec2", names[kind]+"/"+id)
}

// about is a context: keys of EC2, the tags that the request gives, and those that the
// resource has.
func (n *needs) about(keys, asked, have map[string]string) map[string][]string {
	out := map[string][]string{"ec2:Region": {n.c.o.Place.Region}}
	for k, v := range keys {
		out[k] = []string{v}
	}
	for k, v := range have {
		out["aws:ResourceTag/"+k], out["ec2:ResourceTag/"+k] = []string{v}, []string{v}
	}
	iam.Tagged(out, asked)
	return out
}

// made adds the action on what the call makes, by the kind of resource that its tags name, and
// the right to tag it so.
func (n *needs) made(arns map[string]string, keys map[string]map[string]string) {
	tags, err := n.f.specified(slices.Collect(maps.Keys(arns))...)
	if err != nil {
		return // the call fails for it
	}
	for _, kind := range slices.Sorted(maps.Keys(arns)) {
		n.on(arns[kind], n.about(keys[kind], tags[kind], nil))
		if len(tags[kind]) > 0 {
			with := n.about(map[string]string{"ec2:CreateAction": n.action}, tags[kind], nil)
			n.out = append(n.out, iam.Request{Action: "ec2:CreateTags", Resource: arns[kind], Context: with})
		}
	}
}

// launch adds what RunInstances needs. One that cannot be read fails for that.
func (n *needs) launch() {
	place, f := n.c.o.Place, n.f
	o, err := n.c.order(newForm(f.values))
	if err != nil {
		return
	}
	market := map[bool]string{true: "spot", false: "on-demand"}[o.spot]
	keys := map[string]map[string]string{
		"instance": {
			"ec2:InstanceType": o.kind.Name, "ec2:InstanceMarketType": market, "ec2:AvailabilityZone": o.zone.name, "ec2:RootDeviceType": "ebs", "ec2:Tenancy": "default",
		},
		"volume":            {"ec2:Encrypted": fmt.Sprint(o.sealed), "ec2:VolumeType": "gp3", "ec2:VolumeSize": fmt.Sprint(volumeGB), "ec2:AvailabilityZone": o.zone.name},
		"network-interface": {"ec2:AvailabilityZone": o.zone.name, "ec2:Subnet": place.ARN("ec2", "subnet/"+o.zone.subnet), "ec2:Vpc": place.ARN("ec2", "vpc/"+vpc)},
	}
	for key, parameter := range map[string]string{"ec2:MetadataHttpTokens": "MetadataOptions.HttpTokens", "ec2:MetadataHttpPutResponseHopLimit": "MetadataOptions.HttpPutResponseHopLimit"} {
		if v := f.text(parameter); v != "" {
			keys["instance"][key] = v
		}
	}
	if public := f.text("NetworkInterface.1.AssociatePublicIpAddress"); public != "" {
		keys["network-interface"]["ec2:AssociatePublicIpAddress"] = public
	}
	arns := map[string]string{}
	for _, kind := range []string{"instance", "volume", "network-interface"} {
		arns[kind] = place.ARN("ec2", kind+"/*")
	}
	if o.profile != "" {
		keys["instance"]["ec2:InstanceProfile"] = place.Global("instance-profile/" + o.profile)
		role, _ := n.c.o.Role(o.profile)
		n.out = append(n.out, iam.Pass(place, role, "ec2"))
	}
	n.made(arns, keys)
	n.on(place.Shared("image/"+o.image.id), n.about(map[string]string{"ec2:ImageID": o.image.id, "ec2:ImageType": "machine", "ec2:Owner": o.image.ownerKey()}, nil, o.image.tags))
	n.on(place.ARN("ec2", "subnet/"+o.zone.subnet), n.about(map[string]string{"ec2:SubnetID": o.zone.subnet, "ec2:Vpc": place.ARN("ec2", "vpc/"+vpc)}, nil, nil))
	for _, id := range o.groups {
		have, _ := n.c.tagsOf(id) // order has found it
		n.on(n.c.arn(id), n.about(map[string]string{"ec2:SecurityGroupID": id}, nil, have))
	}
	if len(o.groups) == 0 { // the VPC's own
		n.on(place.ARN("ec2", "security-group/sg-0c0ffee0000000000"), n.about(nil, nil, nil))
	}
	if o.spot {
		n.on(place.ARN("ec2", "spot-instances-request/*"), n.about(nil, nil, nil))
	}
}

// ownerKey is who owns an image, as the condition key ec2:Owner has it.
func (m *image) ownerKey() string {
	if m.owner == "self" {
		return owner
	}
	return m.owner
}
