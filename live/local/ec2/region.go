package ec2

import (
	"encoding/xml"
	"slices"

	"cnv/policy/catalog"
)

// What the region has: its network, zones and types.

// Zones are the names of a region's.
func Zones(region string) []string {
	var out []string
	for _, z := range zonesOf(region) {
		out = append(out, z.name)
	}
	return out
}

func (c *Cloud) describeSubnets(f *form) (any, error) {
	var out struct {
		XMLName xml.Name
		Subnets []subnetXML `xml:"subnetSet>item"`
	}
	filters, ids := f.filters(), f.list("SubnetId")
	for _, id := range ids {
		if !slices.ContainsFunc(c.zones, func(z zone) bool { return z.subnet == id }) {
			return nil, failure("InvalidSubnetID.NotFound", "The subnet ID '%s' does not exist", id)
		}
	}
	for _, z := range c.zones {
		if len(ids) > 0 && !slices.Contains(ids, z.subnet) {
			continue
		}
		ok, err := match(filters, map[string]string{"vpc-id": vpc, "subnet-id": z.subnet, "availability-zone": z.name}, nil)
		if err != nil {
			return nil, err
		}
		if ok {
			out.Subnets = append(out.Subnets, subnetXML{z.subnet, vpc, z.name, c.free(z)})
		}
	}
	return out, nil
}

// free is how many addresses a default subnet, a /20, has left.
func (c *Cloud) free(z zone) int {
	n := 4091 // AWS keeps five
	for _, i := range c.instances {
		if i.zone == z && i.state != "terminated" {
			n--
		}
	}
	return n
}

func (c *Cloud) describeZones(f *form) (any, error) {
	var out struct {
		XMLName xml.Name
		Zones   []zoneXML `xml:"availabilityZoneInfo>item"`
	}
	filters := f.filters()
	for _, z := range c.zones {
		ok, err := match(filters, map[string]string{"zone-name": z.name, "zone-id": z.id, "state": "available", "zone-type": "availability-zone"}, nil)
		if err != nil {
			return nil, err
		}
		if ok {
			out.Zones = append(out.Zones, zoneXML{z.name, z.id, "available", c.o.Place.Region})
		}
	}
	return out, nil
}

// describeTypes tells the types of the catalog that a call names; without
// names all, on one page.
// freePlan are the types that accounts on the free plan may launch (EC2 user guide, "Free
// Tier", accounts made since 15 July 2025), as far as the catalog has them.
var freePlan = []string{"t3.micro", "t3.small", "t4g.micro", "t4g.small"}

func (c *Cloud) describeTypes(f *form) (any, error) {
	var out struct {
		XMLName xml.Name
		Types   []typeXML `xml:"instanceTypeSet>item"`
	}
	names, filters := f.list("InstanceType"), f.filters()
	for _, name := range names {
		if _, err := catalog.Lookup(name); err != nil {
			return nil, failure("InvalidInstanceType", "%v", err)
		}
	}
	for _, kind := range catalog.Instances() {
		arch := architecture(&kind)
		ok, err := match(filters, map[string]string{"instance-type": kind.Name, "processor-info.supported-architecture": arch}, nil)
		if err != nil {
			return nil, err
		}
		if !ok || len(names) > 0 && !slices.Contains(names, kind.Name) {
			continue
		}
		x := typeXML{Name: kind.Name, FreePlan: slices.Contains(freePlan, kind.Name), Burstable: kind.Burstable(), Architectures: []string{arch}}
		x.VCPUs.Default, x.VCPUs.Cores, x.VCPUs.PerCore = kind.VCPUs, kind.Cores(), kind.PerCore
		x.Memory.MiB = kind.MemoryMiB
		out.Types = append(out.Types, x)
	}
	return out, nil
}
