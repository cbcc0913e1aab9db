package local

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"cnv/live/local/iam"
)

// A principal is who makes calls with an access key.
type principal struct {
	arn  string
	role string          // whose policies it has, as they are at the call; "": those below
	has  []*iam.Document // of a user
	asks func(a Asked)   // is told of all that is asked; nil: nobody is
	root bool            // the account's own: it may do everything
}

// Asked is a permission that a call has needed, and whether it was there.
type Asked struct {
	Call     string // RunInstances
	Request  iam.Request
	Decision iam.Decision
}

// principals are those of the account, by access key.
type principals struct {
	mu sync.Mutex
	of map[string]*principal
}

func (p *principals) add(who *principal) (key string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.of == nil {
		p.of = map[string]*principal{}
	}
	key = "LOCAL" + rand.Text()
	p.of[key] = who
	return key
}

func (p *principals) find(key string) *principal {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.of[key]
}

// As is the endpoint of all services for a user of the account that has these policies, and
// no more: see URL. Asks is told of each permission that a call of the user needs; it may be
// nil.
func (c *Cloud) As(user string, asks func(Asked), policies ...string) (string, error) {
	who := &principal{arn: c.place.Global("user/" + user), asks: asks}
	for _, text := range policies {
		d, err := iam.Parse(text)
		if err != nil {
			return "", err
		}
		who.has = append(who.has, d)
	}
	return c.urlOf(c.principals.add(who)), nil
}

// AsRole is the same for a session of a role of the account, whose policies are those that
// the role has when it calls.
func (c *Cloud) AsRole(role, session string, asks func(Asked)) string {
	return c.urlOf(c.principals.add(&principal{arn: c.session(role, session), role: role, asks: asks}))
}

// session is the ARN of somebody who has taken on a role.
func (c *Cloud) session(role, name string) string {
	return strings.Join([]string{"arn", c.place.Partition, "sts", "", iam.Account, "assumed-role/" + role + "/" + name}, ":")
}

// instanceURL is the endpoint for an instance: as the role of its profile, which may do nothing
// if there is none.
func (c *Cloud) instanceURL(profile, instance string) string {
	role, _ := c.roleOf(profile)
	return c.AsRole(role, instance, nil)
}

func (c *Cloud) urlOf(key string) string { return "http://" + key + "@" + c.url }

// caller is in the context of a call.
type caller struct{}

func by(r *http.Request, who *principal) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), caller{}, who))
}

// callerOf is who makes a call; nil: nobody who has a key.
func callerOf(r *http.Request) *principal {
	who, _ := r.Context().Value(caller{}).(*principal)
	return who
}

// policies are those of a principal now.
func (c *Cloud) policies(who *principal) (iam.Policies, error) {
	if who.role == "" {
		return iam.Policies{Identity: who.has}, nil
	}
	return c.iam().policies(who.role)
}

// permitted says why the caller of a call may not make it; "": it may.
func (c *Cloud) permitted(r *http.Request, call string, needs func() []iam.Request) string {
	who := callerOf(r)
	if who == nil || who.root {
		return ""
	}
	has, err := c.policies(who)
	if err != nil {
		return err.Error()
	}
	for _, need := range needs() {
		need.Context = with(need.Context, "aws:RequestedRegion", c.place.Region)
		d := has.Evaluate(need)
		if who.asks != nil {
			who.asks(Asked{call, need, d})
		}
		if d.Effect != iam.Allow {
			return refusal(who, need, d)
		}
	}
	return ""
}

// with is a context and one key more.
func with(context map[string][]string, key, value string) map[string][]string {
	if context == nil {
		context = map[string][]string{}
	}
	context[key] = []string{value}
	return context
}

// refusal is how AWS says it.
func refusal(who *principal, need iam.Request, d iam.Decision) string {
	text := fmt.Sprintf("User: %s is not authorized to perform: %s", who.arn, need.Action)
	if need.Resource != "*" {
		text += " on resource: " + need.Resource
	}
	if d.Effect == iam.ExplicitDeny {
		return text + " " + d.Effect.String()
	}
	return text + " because " + d.Effect.String() + " the " + need.Action + " action"
}

// policies are those of a role, and its boundary.
func (s *stubs) policies(role string) (p iam.Policies, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range slices.Sorted(maps.Keys(s.roles[role])) {
		d, err := iam.Parse(s.roles[role][name])
		if err != nil {
			return p, err
		}
		p.Identity = append(p.Identity, d)
	}
	if bound := s.bounds[role]; bound != "" {
		p.Boundary, err = iam.Parse(s.managed[bound].document())
	}
	return p, err
}

// iam are the stubs that know the account's roles, which are of all regions.
func (c *Cloud) iam() *stubs {
	if c.global != nil {
		return c.global.stubs
	}
	return c.stubs
}

// roleOf is the role of a profile; "": it has none.
func (c *Cloud) roleOf(profile string) (role string, there bool) { return c.iam().roleOf(profile) }

// roleOf is the role of a profile; "": it has none.
func (s *stubs) roleOf(profile string) (role string, there bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	role, there = s.profiles[profile]
	return role, there
}

// trusts says whether a service may take on a role.
func (s *stubs) trusts(role, service string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Contains(s.trust[role], `"`+service+`"`)
}
