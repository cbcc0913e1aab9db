package ec2

import (
	"encoding/xml"
	"slices"
	"time"
)

// reservation is the answer to a launch.
func (c *Cloud) reservation(ids []string) any {
	r := reservationXML{Owner: owner}
	for _, i := range c.instances {
		if slices.Contains(ids, i.id) {
			r.ID = i.reservation
			r.Instances = append(r.Instances, i.xml())
		}
	}
	return r
}

// attributes are what instances can be filtered by.
func (i *instance) attributes() map[string]string {
	market, group := "", ""
	if i.spot != nil {
		market = "spot"
	}
	if len(i.groups) > 0 {
		group = i.groups[0]
	}
	return map[string]string{
		"instance-id": i.id, "instance-state-name": i.state, "instance-type": i.kind.Name, "image-id": i.image.id,
		"availability-zone": i.zone.name, "subnet-id": i.zone.subnet, "vpc-id": vpc, "private-ip-address": i.address,
		"client-token": i.token, "instance-lifecycle": market, "instance.group-id": group, "reservation-id": i.reservation,
	}
}

// A page is which instances a call describes.
type page struct {
	most  int
	after string // ID of the last one told
}

func readPage(f *form) (page, error) {
	most, err := f.number("MaxResults", 1000)
	if err != nil {
		return page{}, err
	}
	if most < 5 || most > 1000 {
		return page{}, failure("InvalidParameterValue", "Value ( %d ) for parameter maxResults is invalid. Expecting a value between 5 and 1000.", most)
	}
	return page{most, f.text("NextToken")}, nil
}

// described are the instances that a call asks for, by IDs, filters and page,
// and the token of the next page.
func (c *Cloud) described(f *form) (out []*instance, next string, err error) {
	ids, filters := f.list("InstanceId"), f.filters()
	for _, id := range ids {
		if _, err := c.find(id); err != nil {
			return nil, "", err
		}
	}
	p, err := readPage(f)
	if err != nil {
		return nil, "", err
	}
	if _, err := match(filters, (&instance{image: &image{}}).attributes(), nil); err != nil {
		return nil, "", err // though there be no instance
	}
	for _, i := range c.instances {
		if i.id <= p.after || len(ids) > 0 && !slices.Contains(ids, i.id) || time.Since(i.launched) < c.o.Hidden {
			continue
		}
		ok, err := match(filters, i.attributes(), i.tags)
		if err != nil {
			return nil, "", err
		}
		if !ok {
			continue
		}
		if len(out) == p.most {
			return out, out[len(out)-1].id, nil
		}
		out = append(out, i)
	}
	return out, "", nil
}

func (c *Cloud) describeInstances(f *form) (any, error) {
	var out struct {
		XMLName      xml.Name
		Reservations []reservationXML `xml:"reservationSet>item"`
		Next         string           `xml:"nextToken,omitempty"`
	}
	all, next, err := c.described(f)
	for _, i := range all {
		if n := len(out.Reservations); n == 0 || out.Reservations[n-1].ID != i.reservation {
			out.Reservations = append(out.Reservations, reservationXML{ID: i.reservation, Owner: owner})
		}
		r := &out.Reservations[len(out.Reservations)-1]
		r.Instances = append(r.Instances, i.xml())
	}
	out.Next = next
	return out, err
}

// describeStatus tells of the checks that EC2 itself makes, which a running
// instance passes here. Others are told of only when asked.
func (c *Cloud) describeStatus(f *form) (any, error) {
	var out struct {
		XMLName  xml.Name
		Statuses []statusXML `xml:"instanceStatusSet>item"`
		Next     string      `xml:"nextToken,omitempty"`
	}
	every := f.text("IncludeAllInstances") == "true"
	all, next, err := c.described(f)
	for _, i := range all {
		passed := "not-applicable"
		if i.state == "running" {
			passed = "ok"
		} else if !every {
			continue
		}
		s := statusXML{ID: i.id, Zone: i.zone.name, State: stateXML{stateCodes[i.state], i.state}}
		s.Instance.Status, s.System.Status = passed, passed
		out.Statuses = append(out.Statuses, s)
	}
	out.Next = next
	return out, err
}

type changesXML struct {
	XMLName xml.Name
	Changes []changeXML `xml:"instancesSet>item"`
}

func (c *Cloud) terminateInstances(f *form) (any, error) {
	return c.change(f, func(i *instance) {
		if i.state == "terminated" {
			return
		}
		i.stops = false
		if i.spot != nil {
			i.spot.status = "instance-terminated-by-user"
		}
		c.shutDown(i, "shutting-down")
	})
}

func (c *Cloud) stopInstances(f *form) (any, error) {
	return c.change(f, func(i *instance) {
		if i.state != "running" && i.state != "pending" {
			return
		}
		i.stops = true
		c.shutDown(i, "stopping")
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
	if len(all) == 0 {
		return nil, failure("MissingParameter", "The request must contain the parameter InstanceId")
	}
	if err := f.end(); err != nil {
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

// getConsoleOutput always tells the latest.
func (c *Cloud) getConsoleOutput(f *form) (any, error) {
	f.text("Latest")
	i, err := c.find(f.text("InstanceId"))
	if err != nil {
		return nil, err
	}
	text := i.console
	if i.said != nil {
		text = i.said.String()
	}
	return struct {
		XMLName xml.Name
		ID      string `xml:"instanceId"`
		Output  string `xml:"output"`
	}{ID: i.id, Output: console(text)}, nil
}

// done is the answer to calls that only succeed.
type done struct {
	XMLName xml.Name
	Return  bool `xml:"return"`
}
