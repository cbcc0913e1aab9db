package ec2

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
)

// A group is a security group. On loopback nobody enforces its rules.
type group struct {
	id, name, about string
	rules           []string        // their parameters, in order
	permissions     []permissionXML // the same, as they are described
	tags            map[string]string
}

func (c *Cloud) findGroup(id string) (*group, error) {
	at := slices.IndexFunc(c.groups, func(g *group) bool { return g.id == id })
	if at < 0 {
		return nil, failure("InvalidGroup.NotFound", "The security group '%s' does not exist", id)
	}
	return c.groups[at], nil
}

func (c *Cloud) createGroup(f *form) (any, error) {
	name, about := f.text("GroupName"), f.text("GroupDescription")
	if v := f.text("VpcId"); v != "" && v != vpc {
		return nil, failure("InvalidVpcID.NotFound", "The vpc ID '%s' does not exist", v)
	}
	if slices.ContainsFunc(c.groups, func(g *group) bool { return g.name == name }) {
		return nil, failure("InvalidGroup.Duplicate", "The security group '%s' already exists", name)
	}
	tags, err := f.specified("security-group")
	if err == nil {
		err = f.end()
	}
	if err != nil {
		return nil, err
	}
	g := &group{id: c.id("sg"), name: name, about: about, tags: tags["security-group"]}
	c.groups = append(c.groups, g)
	return struct {
		XMLName xml.Name
		Return  bool   `xml:"return"`
		ID      string `xml:"groupId"`
	}{Return: true, ID: g.id}, nil
}

// authorize takes rules down.
func (c *Cloud) authorize(f *form) (any, error) {
	g, err := c.findGroup(f.text("GroupId"))
	if err != nil {
		return nil, err
	}
	var rules []string
	var permissions []permissionXML
	for n := 1; f.has(fmt.Sprintf("IpPermissions.%d.", n)); n++ {
		rule, p := permission(f, fmt.Sprintf("IpPermissions.%d.", n))
		if slices.Contains(g.rules, rule) {
			return nil, failure("InvalidPermission.Duplicate", "the specified rule \"%s\" already exists", rule)
		}
		for _, peer := range p.Groups {
			if _, err := c.findGroup(peer.ID); err != nil {
				return nil, err
			}
		}
		rules, permissions = append(rules, rule), append(permissions, p)
	}
	if len(rules) == 0 {
		return nil, failure("MissingParameter", "the local EC2 does not know rules but IpPermissions.N")
	}
	if err := f.end(); err != nil {
		return nil, err
	}
	g.rules, g.permissions = append(g.rules, rules...), append(g.permissions, permissions...)
	return done{Return: true}, nil
}

// revoke takes rules back, each as it was authorized.
func (c *Cloud) revoke(f *form) (any, error) {
	g, err := c.findGroup(f.text("GroupId"))
	if err != nil {
		return nil, err
	}
	gone := map[string]bool{}
	for n := 1; f.has(fmt.Sprintf("IpPermissions.%d.", n)); n++ {
		rule, _ := permission(f, fmt.Sprintf("IpPermissions.%d.", n))
		if !slices.Contains(g.rules, rule) {
			return nil, failure("InvalidPermission.NotFound", "The specified rule does not exist in this security group: %s", rule)
		}
		gone[rule] = true
	}
	if len(gone) == 0 {
		return nil, failure("MissingParameter", "the local EC2 does not know rules but IpPermissions.N")
	}
	if err := f.end(); err != nil {
		return nil, err
	}
	var rules []string
	var permissions []permissionXML
	for i, rule := range g.rules {
		if !gone[rule] {
			rules, permissions = append(rules, rule), append(permissions, g.permissions[i])
		}
	}
	g.rules, g.permissions = rules, permissions
	return done{Return: true}, nil
}

// permission reads a rule, as one text and as it is described.
func permission(f *form, prefix string) (rule string, p permissionXML) {
	p = permissionXML{Protocol: f.text(prefix + "IpProtocol"), From: f.text(prefix + "FromPort"), To: f.text(prefix + "ToPort")}
	parts := []string{p.Protocol, p.From, p.To}
	for n := 1; f.has(fmt.Sprintf("%sGroups.%d.", prefix, n)); n++ {
		peer := f.text(fmt.Sprintf("%sGroups.%d.GroupId", prefix, n))
		parts, p.Groups = append(parts, peer), append(p.Groups, groupRef{peer})
	}
	for n := 1; f.has(fmt.Sprintf("%sIpRanges.%d.", prefix, n)); n++ {
		cidr := f.text(fmt.Sprintf("%sIpRanges.%d.CidrIp", prefix, n))
		parts, p.Ranges = append(parts, cidr), append(p.Ranges, rangeXML{cidr})
		f.text(fmt.Sprintf("%sIpRanges.%d.Description", prefix, n))
	}
	return strings.Join(parts, " "), p
}

func (c *Cloud) describeGroups(f *form) (any, error) {
	var out struct {
		XMLName xml.Name
		Groups  []groupXML `xml:"securityGroupInfo>item"`
	}
	ids, filters := f.list("GroupId"), f.filters()
	for _, id := range ids {
		if _, err := c.findGroup(id); err != nil {
			return nil, err
		}
	}
	for _, g := range c.groups {
		ok, err := match(filters, map[string]string{"group-name": g.name, "group-id": g.id, "vpc-id": vpc}, g.tags)
		if err != nil {
			return nil, err
		}
		if ok && (len(ids) == 0 || slices.Contains(ids, g.id)) {
			out.Groups = append(out.Groups, groupXML{g.id, g.name, g.about, vpc, g.permissions, tagList(g.tags)})
		}
	}
	return out, nil
}

// deleteGroup deletes a group that nobody uses.
func (c *Cloud) deleteGroup(f *form) (any, error) {
	g, err := c.findGroup(f.text("GroupId"))
	if err != nil {
		return nil, err
	}
	used := slices.ContainsFunc(c.instances, func(i *instance) bool {
		return i.state != "terminated" && slices.Contains(i.groups, g.id)
	}) || slices.ContainsFunc(c.groups, func(x *group) bool { return x != g && x.names(g.id) })
	if used {
		return nil, failure("DependencyViolation", "resource %s has a dependent object", g.id)
	}
	if err := f.end(); err != nil {
		return nil, err
	}
	c.groups = slices.DeleteFunc(c.groups, func(x *group) bool { return x == g })
	return done{Return: true}, nil
}

// names says whether a rule is about another group.
func (g *group) names(id string) bool {
	return slices.ContainsFunc(g.permissions, func(p permissionXML) bool { return slices.Contains(p.Groups, groupRef{id}) })
}
