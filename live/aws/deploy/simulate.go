package deploy

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// operators asks IAM whether its policies let the caller do what a deployer does, and the
// gateway's role, or the caller where no gateway is deployed, what a runner does.
func (d *doctor) operators(need Need) {
	if strings.HasSuffix(d.caller, ":root") {
		d.say(OK, "policies", "the account's root may do everything: deploy as somebody who may less (deploy --policy deployer)")
		return
	}
	at, types := placeOf(d.caller, d.cfg.Region), Families(need.types(Builder(d.s.Arch)))
	policies := Policies(d.s.Name, at, types)
	for _, which := range []string{"deployer", "deployer-roles"} {
		d.simulate(which, source(d.caller), policies[which])
	}
	switch {
	case need.Gateway == "":
		d.simulate("runner", source(d.caller), policies["runner"])
	case d.found != nil && d.found.GatewayRole != "":
		d.simulate("runner", d.found.GatewayRole, document(operators{d.s.Name, at, types}.runner(d.found.ground())...))
	}
}

// source is the user or role that policies belong to: of a session its role.
func source(caller string) string {
	parts := strings.Split(caller, ":")
	if len(parts) < 6 || parts[2] != "sts" {
		return caller
	}
	name := strings.Split(parts[5], "/") // assumed-role, ROLE, SESSION
	if len(name) < 3 {
		return caller
	}
	return strings.Join([]string{"arn", parts[1], "iam", "", parts[4], "role/" + name[1]}, ":")
}

// simulate asks for each statement of the policy that somebody needs whether the policies of
// who they are allow it.
func (d *doctor) simulate(who, arn, policy string) {
	var document struct{ Statement []Statement }
	if err := json.Unmarshal([]byte(policy), &document); err != nil {
		d.say(Fail, "policies", "%s: %v", who, err)
		return
	}
	var denied []string
	for _, s := range document.Statement {
		out, err := d.c.IAM.SimulatePrincipalPolicy(d.ctx, &iam.SimulatePrincipalPolicyInput{
			PolicySourceArn: &arn, ActionNames: s.Action, ResourceArns: s.Resource, ContextEntries: entries(s),
		})
		if err != nil {
			d.say(Look, "policies", "%s: IAM does not tell what %s may do (%s): iam:SimulatePrincipalPolicy would be needed for that", who, arn, cmp.Or(errorCode(err), err.Error()))
			return
		}
		for _, r := range out.EvaluationResults {
			if a := sdk.ToString(r.EvalActionName); r.EvalDecision != iamtypes.PolicyEvaluationDecisionTypeAllowed && !slices.Contains(denied, a) {
				denied = append(denied, a)
			}
		}
	}
	if len(denied) > 0 {
		d.say(Fail, "policies", "%s: %s may not %s: attach the policy that deploy --policy %s prints", who, arn, strings.Join(denied, ", "), who)
		return
	}
	d.say(OK, "policies", "%s: %s may do all that deploy --policy %s prints", who, arn, who)
}

// entries are values of the condition keys with which a statement allows.
func entries(s Statement) (out []iamtypes.ContextEntry) {
	for _, operator := range slices.Sorted(maps.Keys(s.Condition)) {
		for _, key := range slices.Sorted(maps.Keys(s.Condition[operator])) {
			value := fmt.Sprint(s.Condition[operator][key])
			if all, ok := s.Condition[operator][key].([]any); ok && len(all) > 0 {
				value = fmt.Sprint(all[0])
			}
			kind := iamtypes.ContextKeyTypeEnumString
			if strings.HasPrefix(operator, "Numeric") {
				kind = iamtypes.ContextKeyTypeEnumNumeric
			}
			out = append(out, iamtypes.ContextEntry{
				ContextKeyName: sdk.String(key), ContextKeyType: kind,
				ContextKeyValues: []string{strings.ReplaceAll(value, "*", "large")}, // a type of the family
			})
		}
	}
	return out
}
