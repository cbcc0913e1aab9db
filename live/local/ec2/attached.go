package ec2

import (
	"encoding/xml"
	"slices"
	"strconv"
	"strings"
)

// What an instance has attached, one volume and one network interface, which
// come and go with it. Nothing of them is real.

type volumeXML struct {
	ID     string   `xml:"volumeId"`
	Status string   `xml:"status"`
	Zone   string   `xml:"availabilityZone"`
	Sealed bool     `xml:"encrypted"`
	Tags   []tagXML `xml:"tagSet>item"`
}

type interfaceXML struct {
	ID     string     `xml:"networkInterfaceId"`
	Status string     `xml:"status"`
	Subnet string     `xml:"subnetId"`
	Groups []groupRef `xml:"groupSet>item"`
	Tags   []tagXML   `xml:"tagSet>item"`
}

// attached is the name of what belongs to an instance.
func (i *instance) attached(kind string) string { return kind + strings.TrimPrefix(i.id, "i") }

func (c *Cloud) describeVolumes(f *form) (any, error) {
	var out struct {
		XMLName xml.Name
		Volumes []volumeXML `xml:"volumeSet>item"`
	}
	filters := f.filters()
	for _, i := range c.instances {
		ok, err := match(filters, map[string]string{"volume-id": i.attached("vol"), "status": "in-use"}, i.diskTags)
		if err != nil {
			return nil, err
		}
		if ok && i.state != "terminated" {
			out.Volumes = append(out.Volumes, volumeXML{i.attached("vol"), "in-use", i.zone.name, i.sealed, tagList(i.diskTags)})
		}
	}
	return out, nil
}

func (c *Cloud) describeInterfaces(f *form) (any, error) {
	var out struct {
		XMLName    xml.Name
		Interfaces []interfaceXML `xml:"networkInterfaceSet>item"`
	}
	filters := f.filters()
	for _, i := range c.instances {
		in := "" // the first of the groups that are asked for
		for _, x := range filters {
			for _, id := range i.groups {
				if x.name == "group-id" && slices.Contains(x.values, id) {
					in = id
				}
			}
		}
		ok, err := match(filters, map[string]string{"network-interface-id": i.attached("eni"), "status": "in-use", "group-id": in}, i.cardTags)
		if err != nil {
			return nil, err
		}
		if ok && i.state != "terminated" {
			x := interfaceXML{ID: i.attached("eni"), Status: "in-use", Subnet: i.zone.subnet, Tags: tagList(i.cardTags)}
			for _, id := range i.groups {
				x.Groups = append(x.Groups, groupRef{id})
			}
			out.Interfaces = append(out.Interfaces, x)
		}
	}
	return out, nil
}

// deleteAttached refuses to delete a volume or an interface: here none is without its instance.
func (c *Cloud) deleteAttached(parameter, code string) func(f *form) (any, error) {
	return func(f *form) (any, error) {
		id := f.text(parameter)
		if _, err := c.tagsOf(id); err != nil {
			return nil, err
		}
		return nil, failure(code, "%s is in use", id)
	}
}

func (c *Cloud) deleteVolume(f *form) (any, error) {
	return c.deleteAttached("VolumeId", "VolumeInUse")(f)
}

func (c *Cloud) deleteInterface(f *form) (any, error) {
	return c.deleteAttached("NetworkInterfaceId", "InvalidNetworkInterface.InUse")(f)
}

// describeAccount tells the account's limits, as far as EC2 does: not that of
// vCPUs.
func (c *Cloud) describeAccount(f *form) (any, error) {
	type attribute struct {
		Name   string   `xml:"attributeName"`
		Values []string `xml:"attributeValueSet>item>attributeValue"`
	}
	var out struct {
		XMLName    xml.Name
		Attributes []attribute `xml:"accountAttributeSet>item"`
	}
	names := f.list("AttributeName")
	for _, a := range []attribute{
		{"vpc-max-elastic-ips", []string{strconv.Itoa(5)}}, {"max-elastic-ips", []string{strconv.Itoa(5)}},
		{"max-instances", []string{strconv.Itoa(20)}}, {"default-vpc", []string{vpc}},
	} {
		if len(names) == 0 || slices.Contains(names, a.Name) {
			out.Attributes = append(out.Attributes, a)
		}
	}
	return out, nil
}
