package iam

import (
	"slices"
	"strings"
)

// A Request is what has to be allowed: one action on one resource. A call may need several.
type Request struct {
	Action   string              // ec2:RunInstances
	Resource string              // ARN; *: the action knows no resources
	Context  map[string][]string // values of condition keys
}

// A Decision is whether a request is allowed, and why.
type Decision struct {
	Effect Effect
	Sid    string // of the first statement that decides; "": none does, or it has no name
}

// Effect of the policies on a request.
type Effect uint8

// The effects.
const (
	ImplicitDeny Effect = iota // no statement allows it
	Allow
	ExplicitDeny    // a statement denies it
	BoundaryMissing // the permissions boundary does not allow it
)

func (e Effect) String() string {
	return [...]string{"no identity-based policy allows", "allowed", "with an explicit deny in an identity-based policy", "no permissions boundary allows"}[e]
}

// Policies are all that decide on an identity's requests.
type Policies struct {
	Identity []*Document
	Boundary *Document // nil: there is none
}

// Evaluate decides on a request: what a statement denies is denied; else it is allowed if a
// statement of the identity's policies allows it and one of the boundary does, too.
func (p Policies) Evaluate(r Request) Decision {
	every := p.Identity
	if p.Boundary != nil {
		every = append(slices.Clip(every), p.Boundary)
	}
	if sid, ok := first(every, "Deny", r); ok {
		return Decision{ExplicitDeny, sid}
	}
	sid, ok := first(p.Identity, "Allow", r)
	if !ok {
		return Decision{Effect: ImplicitDeny}
	}
	if p.Boundary != nil {
		if _, within := first([]*Document{p.Boundary}, "Allow", r); !within {
			return Decision{Effect: BoundaryMissing}
		}
	}
	return Decision{Allow, sid}
}

// first is the first statement of an effect that applies to a request.
func first(documents []*Document, effect string, r Request) (sid string, ok bool) {
	for _, d := range documents {
		for i := range d.Statement {
			if s := &d.Statement[i]; s.Effect == effect && s.applies(r) {
				return s.Sid, true
			}
		}
	}
	return "", false
}

// applies says whether a statement is about a request.
func (s *Statement) applies(r Request) bool {
	action := func(pattern string) bool { return like(strings.ToLower(pattern), strings.ToLower(r.Action)) }
	target := func(pattern string) bool { return resource(pattern, r.Resource) }
	if slices.ContainsFunc(s.Action, action) != (len(s.Action) > 0) || slices.ContainsFunc(s.NotAction, action) {
		return false
	}
	if slices.ContainsFunc(s.Resource, target) != (len(s.Resource) > 0) || slices.ContainsFunc(s.NotResource, target) {
		return false
	}
	for name, keys := range s.Condition {
		o, err := parseOperator(name)
		if err != nil {
			return false // a defect: Parse refuses it
		}
		for key, want := range keys {
			have, there := r.values(key)
			if !o.holds(want, have, there) {
				return false
			}
		}
	}
	return true
}

// values are those of a condition key, whose name may be written in any case.
func (r *Request) values(key string) ([]string, bool) {
	if have, ok := r.Context[key]; ok {
		return have, true
	}
	for name, have := range r.Context {
		if strings.EqualFold(name, key) {
			return have, true
		}
	}
	return nil, false
}

// Tagged adds to a context the tags that a request gives.
func Tagged(context map[string][]string, tags map[string]string) {
	for k, v := range tags {
		context["aws:RequestTag/"+k] = []string{v}
		context["aws:TagKeys"] = append(context["aws:TagKeys"], k)
	}
}

// Pass is the permission to pass a role of the account to a service.
func Pass(p Place, role, service string) Request {
	return Request{Action: "iam:PassRole", Resource: p.Global("role/" + role), Context: map[string][]string{"iam:PassedToService": {p.Service(service)}}}
}
