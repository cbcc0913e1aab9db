package ec2

import (
	"encoding/xml"
	"slices"

	"cnv/policy/catalog"
)

// A Network is what the account has of networks: one VPC, with a subnet in each zone.
type Network uint8

// The networks.
const (
	Default Network = iota // the default VPC, whose subnets are public
	Own                    // it is not the default, and its subnets are public
	Private                // nor is this; its subnets reach the internet by a NAT gateway
	Closed                 // nor is this; they do not reach it
)

func (c *Cloud) describeVPCs(f *form) (any, error) {
	var out struct {
		XMLName xml.Name
		VPCs    []vpcXML `xml:"vpcSet>item"`
	}
	is := c.o.Network == Default
	text := map[bool]string{true: "true", false: "false"}[is]
	ids := f.list("VpcId")
	if slices.ContainsFunc(ids, func(id string) bool { return id != vpc }) {
		return nil, failure("InvalidVpcID.NotFound", "The vpc ID '%s' does not exist", ids[0])
	}
	ok, err := match(f.filters(), map[string]string{"is-default": text, "isDefault": text, "vpc-id": vpc}, nil)
	if ok {
		out.VPCs = []vpcXML{{vpc, is}}
	}
	return out, err
}

type routeXML struct {
	To    string `xml:"destinationCidrBlock"`
	Local string `xml:"gatewayId,omitempty"`
	NAT   string `xml:"natGatewayId,omitempty"`
	State string `xml:"state"`
}

type tableXML struct {
	ID       string     `xml:"routeTableId"`
	VPC      string     `xml:"vpcId"`
	Routes   []routeXML `xml:"routeSet>item"`
	AllZones []bool     `xml:"associationSet>item>main"`
}

// describeRouteTables tells the main table, which all subnets have.
func (c *Cloud) describeRouteTables(f *form) (any, error) {
	var out struct {
		XMLName xml.Name
		Tables  []tableXML `xml:"routeTableSet>item"`
	}
	t := tableXML{"rtb-0c0ffee0000000001", vpc, []routeXML{{To: "172.31.0.0/16", Local: "local", State: "active"}}, []bool{true}}
	switch c.o.Network {
	case Default, Own:
		t.Routes = append(t.Routes, routeXML{To: "0.0.0.0/0", Local: "igw-0c0ffee0000000001", State: "active"})
	case Private:
		t.Routes = append(t.Routes, routeXML{To: "0.0.0.0/0", NAT: "nat-0c0ffee0000000001", State: "active"})
	}
	ok, err := match(f.filters(), map[string]string{"vpc-id": vpc}, nil)
	if ok {
		out.Tables = []tableXML{t}
	}
	return out, err
}

// describeRegions tells those of the account.
func (c *Cloud) describeRegions(f *form) (any, error) {
	type region struct {
		Name   string `xml:"regionName"`
		Status string `xml:"optInStatus"`
	}
	var out struct {
		XMLName xml.Name
		Regions []region `xml:"regionInfo>item"`
	}
	for _, name := range append([]string{c.o.Place.Region}, c.o.Beside...) {
		out.Regions = append(out.Regions, region{name, "opt-in-not-required"})
	}
	return out, nil
}

// describeOfferings tells that every zone has all types of the catalog, but the last one no
// burstable ones of less than 2 GiB.
func (c *Cloud) describeOfferings(f *form) (any, error) {
	type offering struct {
		Type string `xml:"instanceType"`
		By   string `xml:"locationType"`
		In   string `xml:"location"`
	}
	var out struct {
		XMLName   xml.Name
		Offerings []offering `xml:"instanceTypeOfferingSet>item"`
	}
	if by := f.text("LocationType"); by != "availability-zone" {
		return nil, failure("InvalidParameterValue", "the local EC2 does not know offerings by %q: want availability-zone", by)
	}
	filters := f.filters()
	for _, kind := range catalog.Instances() {
		for n, z := range c.zones {
			ok, err := match(filters, map[string]string{"instance-type": kind.Name, "location": z.name}, nil)
			if err != nil {
				return nil, err
			}
			if ok && !(n == len(c.zones)-1 && kind.Burstable() && kind.MemoryMiB < 2048) {
				out.Offerings = append(out.Offerings, offering{kind.Name, "availability-zone", z.name})
			}
		}
	}
	return out, nil
}
