package ec2

import (
	"encoding/xml"
	"slices"
	"time"
)

// A spotRequest is what a spot instance runs under.
type spotRequest struct {
	id     string
	status string    // EC2's code: "fulfilled", "marked-for-termination", ...
	taken  time.Time // when the instance is taken away; zero: not yet known
}

// messages of the codes.
var messages = map[string]string{
	"fulfilled":                       "Your Spot request is fulfilled.",
	"marked-for-termination":          "Your Spot Instance is marked for termination.",
	"instance-terminated-no-capacity": "Your Spot Instance was terminated because there is no longer any Spot capacity available.",
	"instance-terminated-by-user":     "Your Spot Instance was terminated because you terminated it.",
}

// Interrupt gives a spot instance notice that it is taken away so much later,
// and does so; "" takes the one that has run longest and has none. It says
// which; "" if there is none. EC2's own notice is two minutes.
func (c *Cloud) Interrupt(id string, notice time.Duration) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, i := range c.instances {
		if i.spot == nil || i.state != "running" || !i.spot.taken.IsZero() || id != "" && i.id != id {
			continue
		}
		i.spot.status, i.spot.taken = "marked-for-termination", c.o.Clock.At(time.Now(), notice)
		time.AfterFunc(c.o.Clock.Real(notice), func() { c.take(i) })
		return i.id
	}
	return ""
}

// take ends an interrupted instance.
func (c *Cloud) take(i *instance) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if i.state == "running" {
		i.spot.status = "instance-terminated-no-capacity"
		c.shutDown(i, "shutting-down")
	}
}

// describeSpotRequests is how a controller sees interruptions coming, without
// asking the instances.
func (c *Cloud) describeSpotRequests(f *form) (any, error) {
	var out struct {
		XMLName  xml.Name
		Requests []spotXML `xml:"spotInstanceRequestSet>item"`
	}
	ids, filters := f.list("SpotInstanceRequestId"), f.filters()
	for _, i := range c.instances {
		if i.spot == nil || len(ids) > 0 && !slices.Contains(ids, i.spot.id) {
			continue
		}
		state := "active"
		if i.state == "terminated" || i.state == "shutting-down" {
			state = "closed"
		}
		ok, err := match(filters, map[string]string{
			"spot-instance-request-id": i.spot.id, "instance-id": i.id, "state": state, "status-code": i.spot.status,
		}, i.tags)
		if err != nil {
			return nil, err
		}
		if ok {
			x := spotXML{ID: i.spot.id, State: state, Instance: i.id, Type: "one-time", Tags: tagList(i.tags)}
			x.Status.Code, x.Status.Message, x.Status.Updated = i.spot.status, messages[i.spot.status], stamp(i.launched)
			out.Requests = append(out.Requests, x)
		}
	}
	return out, nil
}
