package iam

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// A Document is a policy of an identity: a user or a role.
type Document struct {
	Version   string
	ID        string `json:"Id"`
	Statement []Statement
}

// A Statement allows or denies actions on resources, where its conditions hold.
//
// Invariant: of Action and NotAction one is given, and of Resource and NotResource.
type Statement struct {
	Sid         string
	Effect      string // Allow or Deny
	Action      list
	NotAction   list
	Resource    list
	NotResource list
	Condition   map[string]map[string]list // values by key by operator
}

// A list is one text or several.
type list []string

// UnmarshalJSON takes a text, true, false, or a list of these.
func (l *list) UnmarshalJSON(text []byte) error {
	var all []any
	if err := json.Unmarshal(text, &all); err != nil {
		var one any
		if err := json.Unmarshal(text, &one); err != nil {
			return err
		}
		all = []any{one}
	}
	for _, v := range all {
		switch v := v.(type) {
		case string:
			*l = append(*l, v)
		case bool:
			*l = append(*l, fmt.Sprint(v))
		default:
			return fmt.Errorf("%s: want a text or a list of texts", text)
		}
	}
	return nil
}

// Parse reads a policy. It refuses what AWS refuses (MalformedPolicyDocument), and what this
// package does not know.
func Parse(text string) (*Document, error) {
	decode := json.NewDecoder(bytes.NewReader([]byte(text)))
	decode.DisallowUnknownFields()
	var d Document
	if err := decode.Decode(&d); err != nil {
		return nil, fmt.Errorf("iam: the policy is not read: %w", err)
	}
	if _, err := decode.Token(); err != io.EOF {
		return nil, errors.New("iam: there is more after the policy")
	}
	errs := []error{}
	if d.Version != "2012-10-17" {
		errs = append(errs, fmt.Errorf("iam: version %q: want 2012-10-17", d.Version))
	}
	if len(d.Statement) == 0 {
		errs = append(errs, errors.New("iam: the policy has no statement"))
	}
	seen := map[string]bool{}
	for i := range d.Statement {
		s := &d.Statement[i]
		for _, err := range s.check() {
			errs = append(errs, fmt.Errorf("iam: statement %d (%s): %w", i+1, s.Sid, err))
		}
		if s.Sid != "" && seen[s.Sid] {
			errs = append(errs, fmt.Errorf("iam: two statements are called %s", s.Sid))
		}
		seen[s.Sid] = true
	}
	return &d, errors.Join(errs...)
}

// check finds what is wrong with a statement.
func (s *Statement) check() (errs []error) {
	if s.Effect != "Allow" && s.Effect != "Deny" {
		errs = append(errs, fmt.Errorf("effect %q: want Allow or Deny", s.Effect))
	}
	if (len(s.Action) > 0) == (len(s.NotAction) > 0) {
		errs = append(errs, errors.New("want either Action or NotAction"))
	}
	if (len(s.Resource) > 0) == (len(s.NotResource) > 0) {
		errs = append(errs, errors.New("want either Resource or NotResource"))
	}
	for _, a := range slices.Concat(s.Action, s.NotAction) {
		if service, name, ok := strings.Cut(a, ":"); a != "*" && (!ok || service == "" || name == "" || strings.ContainsAny(service, "*?")) {
			errs = append(errs, fmt.Errorf("action %q: want SERVICE:ACTION or *", a))
		}
	}
	for _, r := range slices.Concat(s.Resource, s.NotResource) {
		if r != "*" && (!strings.HasPrefix(r, "arn:") || strings.Count(r, ":") < 5) {
			errs = append(errs, fmt.Errorf("resource %q: want an ARN or *", r))
		}
		if strings.Contains(r, "${") {
			errs = append(errs, fmt.Errorf("resource %q: policy variables are not known here", r))
		}
	}
	for _, operator := range slices.Sorted(maps.Keys(s.Condition)) {
		if _, err := parseOperator(operator); err != nil {
			errs = append(errs, err)
		}
		for key, values := range s.Condition[operator] {
			if len(values) == 0 || slices.ContainsFunc(values, func(v string) bool { return strings.Contains(v, "${") }) {
				errs = append(errs, fmt.Errorf("condition %s of %s: want values, without policy variables", operator, key))
			}
		}
	}
	return errs
}
