package ec2

import (
	"maps"
	"strings"
)

// createTags adds tags to resources; one that is unknown fails it all.
func (c *Cloud) createTags(f *form) (any, error) {
	tags := f.tags("Tag")
	var all []map[string]string
	for _, id := range f.list("ResourceId") {
		have, err := c.tagsOf(id)
		if err != nil {
			return nil, err
		}
		all = append(all, have)
	}
	if err := f.end(); err != nil {
		return nil, err
	}
	for _, have := range all {
		maps.Copy(have, tags)
	}
	return done{Return: true}, nil
}

// tagsOf are the tags of a resource.
func (c *Cloud) tagsOf(id string) (map[string]string, error) {
	kind, _, _ := strings.Cut(id, "-")
	switch kind {
	case "i":
		i, err := c.find(id)
		if err != nil {
			return nil, err
		}
		return i.tags, nil
	case "ami":
		m, err := c.findImage(id)
		if err != nil {
			return nil, err
		}
		return m.tags, nil
	case "snap":
		s, err := c.findSnapshot(id)
		if err != nil {
			return nil, err
		}
		return s.tags, nil
	case "sg":
		g, err := c.findGroup(id)
		if err != nil {
			return nil, err
		}
		return g.tags, nil
	case "vol", "eni":
		for _, i := range c.instances {
			switch {
			case i.state == "terminated":
			case id == i.attached("vol"):
				return i.diskTags, nil
			case id == i.attached("eni"):
				return i.cardTags, nil
			}
		}
		return nil, failure(map[string]string{"vol": "InvalidVolume.NotFound", "eni": "InvalidNetworkInterfaceID.NotFound"}[kind], "The ID '%s' does not exist", id)
	}
	return nil, failure("InvalidID", "The ID '%s' is not valid", id)
}
