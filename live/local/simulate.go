package local

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"cnv/live/local/iam"
)

// simulate answers IAM's SimulatePrincipalPolicy: what the policies of a user or role decide.
func (c *Cloud) simulate(w http.ResponseWriter, f url.Values) {
	source := f.Get("PolicySourceArn")
	who := c.principals.named(source)
	if name, role := strings.CutPrefix(source, c.place.Global("role/")); role {
		who = &principal{arn: source, role: name}
	}
	if who == nil {
		refuse(w, http.StatusNotFound, "NoSuchEntity", "The user with name "+source+" cannot be found.")
		return
	}
	has, err := c.policies(who)
	if err != nil {
		refuse(w, http.StatusBadRequest, "PolicyEvaluation", err.Error())
		return
	}
	context := map[string][]string{}
	for n := 1; f.Has(fmt.Sprintf("ContextEntries.member.%d.ContextKeyName", n)); n++ {
		entry := fmt.Sprintf("ContextEntries.member.%d.", n)
		context[f.Get(entry+"ContextKeyName")] = members(f, entry+"ContextKeyValues")
	}
	var out strings.Builder
	for _, action := range members(f, "ActionNames") {
		for _, resource := range members(f, "ResourceArns") {
			d := has.Evaluate(iam.Request{Action: action, Resource: resource, Context: context})
			says := map[iam.Effect]string{iam.Allow: "allowed", iam.ExplicitDeny: "explicitDeny"}[d.Effect]
			if says == "" {
				says = "implicitDeny"
			}
			fmt.Fprintf(&out, "<member><EvalActionName>%s</EvalActionName><EvalResourceName>%s</EvalResourceName><EvalDecision>%s</EvalDecision></member>", escape(action), escape(resource), says)
		}
	}
	result(w, "iam.amazonaws.com/doc/2010-05-08/", "SimulatePrincipalPolicy", "<EvaluationResults>"+out.String()+"</EvaluationResults><IsTruncated>false</IsTruncated>")
}

// members are the values of a list.
func members(f url.Values, name string) (out []string) {
	for n := 1; f.Has(fmt.Sprintf("%s.member.%d", name, n)); n++ {
		out = append(out, f.Get(fmt.Sprintf("%s.member.%d", name, n)))
	}
	return out
}

// named is the principal of an ARN; nil: there is none.
func (p *principals) named(arn string) *principal {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, who := range p.of {
		if who.arn == arn {
			return who
		}
	}
	return nil
}
