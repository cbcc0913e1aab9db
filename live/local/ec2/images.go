package ec2

import (
	"encoding/xml"
	"slices"
	"strconv"
	"time"
)

func itoa(n int) string { return strconv.Itoa(n) }

func (c *Cloud) createImage(f *form) (any, error) {
	i, err := c.find(f.text("InstanceId"))
	if err != nil {
		return nil, err
	}
	if i.state != "stopped" {
		return nil, failure("IncorrectInstanceState", "instance %s is %s: images are made of stopped ones here", i.id, i.state)
	}
	name := f.text("Name")
	f.text("Description")
	if slices.ContainsFunc(c.images, func(m *image) bool { return m.name == name }) {
		return nil, failure("InvalidAMIName.Duplicate", "AMI name %s is already in use", name)
	}
	tags, err := f.specified("image")
	if err != nil {
		return nil, err
	}
	m := &image{id: c.id("ami"), snapshot: c.id("snap"), name: name, owner: "self", program: i.program, created: time.Now(), tags: tags}
	c.images = append(c.images, m)
	return struct {
		XMLName xml.Name
		ID      string `xml:"imageId"`
	}{ID: m.id}, nil
}

func (c *Cloud) describeImages(f *form) (any, error) {
	var out struct {
		XMLName xml.Name
		Images  []imageXML `xml:"imagesSet>item"`
	}
	ids, owners, filters := f.list("ImageId"), f.list("Owner"), f.filters()
	for _, m := range c.images {
		if len(ids) > 0 && !slices.Contains(ids, m.id) || len(owners) > 0 && !slices.Contains(owners, m.owner) {
			continue
		}
		ok, err := match(filters, map[string]string{"name": m.name, "state": "available", "image-id": m.id}, m.tags)
		if err != nil {
			return nil, err
		}
		if ok {
			out.Images = append(out.Images, m.xml())
		}
	}
	if len(ids) > len(out.Images) {
		return nil, failure("InvalidAMIID.NotFound", "The image id '%v' does not exist", ids)
	}
	return out, nil
}

func (c *Cloud) deregisterImage(f *form) (any, error) {
	id, n := f.text("ImageId"), len(c.images)
	c.images = slices.DeleteFunc(c.images, func(m *image) bool { return m.id == id && m.owner == "self" })
	if len(c.images) == n {
		return nil, failure("InvalidAMIID.NotFound", "The image id '%s' does not exist", id)
	}
	return done{Return: true}, nil
}

// deleteSnapshot has nothing to delete: a snapshot is its image here.
func (c *Cloud) deleteSnapshot(f *form) (any, error) {
	id := f.text("SnapshotId")
	for _, m := range c.images {
		if m.snapshot == id {
			return nil, failure("InvalidSnapshot.InUse", "The snapshot %s is currently in use by %s", id, m.id)
		}
	}
	return done{Return: true}, nil
}

func (c *Cloud) createGroup(f *form) (any, error) {
	name := f.text("GroupName")
	f.text("GroupDescription")
	f.text("VpcId")
	if slices.ContainsFunc(c.groups, func(g *group) bool { return g.name == name }) {
		return nil, failure("InvalidGroup.Duplicate", "The security group '%s' already exists", name)
	}
	tags, err := f.specified("security-group")
	if err != nil {
		return nil, err
	}
	g := &group{c.id("sg"), name, tags}
	c.groups = append(c.groups, g)
	return struct {
		XMLName xml.Name
		Return  bool   `xml:"return"`
		ID      string `xml:"groupId"`
	}{Return: true, ID: g.id}, nil
}

// authorize accepts rules: on loopback nobody enforces them.
func (c *Cloud) authorize(f *form) (any, error) {
	for k := range f.values {
		f.read[k] = true
	}
	return done{Return: true}, nil
}

func (c *Cloud) describeGroups(f *form) (any, error) {
	var out struct {
		XMLName xml.Name
		Groups  []groupXML `xml:"securityGroupInfo>item"`
	}
	filters := f.filters()
	for _, g := range c.groups {
		ok, err := match(filters, map[string]string{"group-name": g.name, "group-id": g.id, "vpc-id": vpc}, g.tags)
		if err != nil {
			return nil, err
		}
		if ok {
			out.Groups = append(out.Groups, groupXML{g.id, g.name, vpc, tagList(g.tags)})
		}
	}
	return out, nil
}

func (c *Cloud) deleteGroup(f *form) (any, error) {
	id, n := f.text("GroupId"), len(c.groups)
	c.groups = slices.DeleteFunc(c.groups, func(g *group) bool { return g.id == id })
	if len(c.groups) == n {
		return nil, failure("InvalidGroup.NotFound", "The security group '%s' does not exist", id)
	}
	return done{Return: true}, nil
}

func (c *Cloud) describeVPCs(f *form) (any, error) {
	var out struct {
		XMLName xml.Name
		VPCs    []vpcXML `xml:"vpcSet>item"`
	}
	ok, err := match(f.filters(), map[string]string{"is-default": "true", "isDefault": "true", "vpc-id": vpc}, nil)
	if ok {
		out.VPCs = []vpcXML{{vpc, true}}
	}
	return out, err
}

func (c *Cloud) describeSubnets(f *form) (any, error) {
	var out struct {
		XMLName xml.Name
		Subnets []subnetXML `xml:"subnetSet>item"`
	}
	filters := f.filters()
	for _, z := range zones {
		ok, err := match(filters, map[string]string{"vpc-id": vpc, "subnet-id": z.subnet, "availability-zone": z.name}, nil)
		if err != nil {
			return nil, err
		}
		if ok {
			out.Subnets = append(out.Subnets, subnetXML{z.subnet, vpc, z.name})
		}
	}
	return out, nil
}
