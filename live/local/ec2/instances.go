package ec2

import (
	"encoding/xml"
	"slices"
	"time"
)

// reservation is the answer to a launch.
func (c *Cloud) reservation(ids []string) any {
	r := reservationXML{ID: "r-" + ids[0][2:], Owner: owner}
	for _, i := range c.instances {
		if slices.Contains(ids, i.id) {
			r.Instances = append(r.Instances, i.xml())
		}
	}
	return r
}

// attributes are what instances can be filtered by.
func (i *instance) attributes() map[string]string {
	market := ""
	if i.spot {
		market = "spot"
	}
	return map[string]string{
		"instance-id": i.id, "instance-state-name": i.state, "instance-type": i.kind.Name, "image-id": i.image,
		"availability-zone": i.zone.name, "subnet-id": i.zone.subnet, "vpc-id": vpc, "private-ip-address": i.address,
		"client-token": i.token, "instance-lifecycle": market,
	}
}

func (c *Cloud) describeInstances(f *form) (any, error) {
	type out struct {
		XMLName      xml.Name
		Reservations []reservationXML `xml:"reservationSet>item"`
		Next         string           `xml:"nextToken,omitempty"`
	}
	ids := f.list("InstanceId")
	for _, id := range ids {
		if _, err := c.find(id); err != nil {
			return nil, err
		}
	}
	most, err := f.number("MaxResults", 1000)
	if err != nil {
		return nil, err
	}
	from, err := f.number("NextToken", 0)
	if err != nil {
		return nil, err
	}
	filters, answer := f.filters(), out{}
	for n, i := range c.instances {
		if n < from || len(ids) > 0 && !slices.Contains(ids, i.id) || time.Since(i.launched) < c.o.Hidden {
			continue
		}
		ok, err := match(filters, i.attributes(), i.tags)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		if len(answer.Reservations) == most {
			answer.Next = itoa(n)
			break
		}
		answer.Reservations = append(answer.Reservations, reservationXML{ID: "r-" + i.id[2:], Owner: owner, Instances: []instanceXML{i.xml()}})
	}
	return answer, nil
}

type changesXML struct {
	XMLName xml.Name
	Changes []changeXML `xml:"instancesSet>item"`
}

func (c *Cloud) terminateInstances(f *form) (any, error) { return c.change(f, c.end) }

func (c *Cloud) stopInstances(f *form) (any, error) {
	return c.change(f, func(i *instance) {
		if i.process != nil {
			i.process.Stop(c.o.Grace)
		}
		c.off(i)
	})
}

// change does something to the instances of a call; one that is unknown fails
// it all.
func (c *Cloud) change(f *form, do func(*instance)) (any, error) {
	var all []*instance
	for _, id := range f.list("InstanceId") {
		i, err := c.find(id)
		if err != nil {
			return nil, err
		}
		all = append(all, i)
	}
	if err := c.dryRun(f); err != nil {
		return nil, err
	}
	var out changesXML
	for _, i := range all {
		before := i.state
		do(i)
		out.Changes = append(out.Changes, changeXML{i.id, stateXML{stateCodes[i.state], i.state}, stateXML{stateCodes[before], before}})
	}
	return out, nil
}

func (c *Cloud) getConsoleOutput(f *form) (any, error) {
	i, err := c.find(f.text("InstanceId"))
	if err != nil {
		return nil, err
	}
	return struct {
		XMLName xml.Name
		ID      string `xml:"instanceId"`
		Output  string `xml:"output"`
	}{ID: i.id, Output: console(i.console)}, nil
}

// done is the answer to calls that only succeed.
type done struct {
	XMLName xml.Name
	Return  bool `xml:"return"`
}

func (c *Cloud) createTags(f *form) (any, error) {
	tags := f.tags("Tag")
	for _, id := range f.list("ResourceId") {
		var have map[string]string
		for _, i := range c.instances {
			if i.id == id {
				have = i.tags
			}
		}
		for _, m := range c.images {
			if m.id == id {
				have = m.tags
			}
		}
		for k, v := range tags {
			if have != nil {
				have[k] = v
			}
		}
	}
	return done{Return: true}, nil
}
