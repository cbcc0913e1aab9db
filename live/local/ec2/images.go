package ec2

import (
	"encoding/xml"
	"slices"
	"time"
)

// An image of a stopped instance.
type image struct {
	id, name, arch, owner string
	snapshot              string // of its volume; "": Amazon's, not ours to see
	sealed                bool   // its snapshot is encrypted
	program, command      string
	created               time.Time
	tags                  map[string]string
}

// A snapshot is what an image's volume is made from. It holds nothing here.
type snapshot struct {
	id, about string
	sealed    bool // encrypted
	created   time.Time
	tags      map[string]string
}

func (c *Cloud) findImage(id string) (*image, error) {
	at := slices.IndexFunc(c.images, func(m *image) bool { return m.id == id })
	if at < 0 {
		return nil, failure("InvalidAMIID.NotFound", "The image id '[%s]' does not exist", id)
	}
	return c.images[at], nil
}

func (c *Cloud) findSnapshot(id string) (*snapshot, error) {
	at := slices.IndexFunc(c.snapshots, func(s *snapshot) bool { return s.id == id })
	if at < 0 {
		return nil, failure("InvalidSnapshot.NotFound", "The snapshot '%s' does not exist.", id)
	}
	return c.snapshots[at], nil
}

func (c *Cloud) createImage(f *form) (any, error) {
	i, err := c.find(f.text("InstanceId"))
	if err != nil {
		return nil, err
	}
	if i.state != "stopped" {
		return nil, failure("IncorrectInstanceState", "instance %s is %s: the local EC2 makes images of stopped ones only", i.id, i.state)
	}
	name, about := f.text("Name"), f.text("Description")
	if slices.ContainsFunc(c.images, func(m *image) bool { return m.name == name }) {
		return nil, failure("InvalidAMIName.Duplicate", "AMI name %s is already in use", name)
	}
	tags, err := f.specified("image", "snapshot")
	if err == nil {
		err = f.end()
	}
	if err != nil {
		return nil, err
	}
	s := &snapshot{id: c.id("snap"), about: about, sealed: i.sealed, created: time.Now(), tags: tags["snapshot"]}
	m := &image{
		id: c.id("ami"), snapshot: s.id, name: name, arch: i.image.arch, owner: "self", sealed: i.sealed, program: i.program, command: i.command, created: s.created, tags: tags["image"],
	}
	c.snapshots, c.images = append(c.snapshots, s), append(c.images, m)
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
	for _, id := range ids {
		if _, err := c.findImage(id); err != nil {
			return nil, err
		}
	}
	for _, m := range c.images {
		if len(ids) > 0 && !slices.Contains(ids, m.id) || len(owners) > 0 && !slices.Contains(owners, m.owner) {
			continue
		}
		ok, err := match(filters, map[string]string{"name": m.name, "state": "available", "image-id": m.id, "architecture": m.arch}, m.tags)
		if err != nil {
			return nil, err
		}
		if ok {
			out.Images = append(out.Images, m.xml())
		}
	}
	return out, nil
}

func (c *Cloud) deregisterImage(f *form) (any, error) {
	m, err := c.findImage(f.text("ImageId"))
	if err != nil {
		return nil, err
	}
	if m.owner != "self" {
		return nil, failure("AuthFailure", "Not authorized for image:%s", m.id)
	}
	too := f.text("DeleteAssociatedSnapshots") == "true"
	if err := f.end(); err != nil {
		return nil, err
	}
	c.images = slices.DeleteFunc(c.images, func(x *image) bool { return x == m })
	if too {
		c.snapshots = slices.DeleteFunc(c.snapshots, func(s *snapshot) bool { return s.id == m.snapshot })
	}
	return done{Return: true}, nil
}

func (c *Cloud) describeSnapshots(f *form) (any, error) {
	var out struct {
		XMLName   xml.Name
		Snapshots []snapshotXML `xml:"snapshotSet>item"`
	}
	ids, filters := f.list("SnapshotId"), f.filters()
	for _, o := range f.list("Owner") {
		if o != "self" {
			return nil, failure("InvalidParameterValue", "the local EC2 has snapshots of self only, not of %s", o)
		}
	}
	for _, id := range ids {
		if _, err := c.findSnapshot(id); err != nil {
			return nil, err
		}
	}
	for _, s := range c.snapshots {
		if len(ids) > 0 && !slices.Contains(ids, s.id) {
			continue
		}
		ok, err := match(filters, map[string]string{"snapshot-id": s.id, "status": "completed", "description": s.about}, s.tags)
		if err != nil {
			return nil, err
		}
		if ok {
			out.Snapshots = append(out.Snapshots, s.xml())
		}
	}
	return out, nil
}

func (c *Cloud) deleteSnapshot(f *form) (any, error) {
	s, err := c.findSnapshot(f.text("SnapshotId"))
	if err != nil {
		return nil, err
	}
	for _, m := range c.images {
		if m.snapshot == s.id {
			return nil, failure("InvalidSnapshot.InUse", "The snapshot %s is currently in use by %s", s.id, m.id)
		}
	}
	if err := f.end(); err != nil {
		return nil, err
	}
	c.snapshots = slices.DeleteFunc(c.snapshots, func(x *snapshot) bool { return x == s })
	return done{Return: true}, nil
}
