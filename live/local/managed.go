package local

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"cnv/live/local/iam"
)

// A managed policy of the account. It is there only as the permissions boundary of roles: no
// role has one attached.
type managed struct {
	name     string
	versions map[string]string // documents
	used     string            // the version in use
	made     int               // versions until now
}

// The limits of IAM on managed policies. Source: IAM user guide, "IAM and AWS STS quotas".
const (
	mostVersions = 5
	mostPolicy   = 6144 // characters, white space aside
)

func (m *managed) document() string { return m.versions[m.used] }

// isManaged says whether a call is about a managed policy, and not one of a role.
func isManaged(f url.Values) bool { return f.Get("Action") == "CreatePolicy" || f.Has("PolicyArn") }

// bound is the permissions boundary of a role, as it is told; s.mu is held.
func (s *stubs) bound(role string) string {
	if s.bounds[role] == "" {
		return ""
	}
	return "<PermissionsBoundary><PermissionsBoundaryType>Policy</PermissionsBoundaryType><PermissionsBoundaryArn>" + escape(s.bounds[role]) + "</PermissionsBoundaryArn></PermissionsBoundary>"
}

// boundOf is the permissions boundary of a role; "": none.
func (s *stubs) boundOf(role string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bounds[role]
}

// managedPolicy answers a call of IAM about a managed policy; s.mu is held.
func (s *stubs) managedPolicy(w http.ResponseWriter, f url.Values) {
	action, arn, text := f.Get("Action"), f.Get("PolicyArn"), f.Get("PolicyDocument")
	if action == "CreatePolicy" {
		arn = s.at.Global("policy/" + f.Get("PolicyName"))
	}
	m := s.managed[arn]
	var why string
	if strings.HasPrefix(action, "Create") {
		why = badPolicy(text)
	}
	switch {
	case action == "CreatePolicy" && m != nil:
		refuse(w, http.StatusConflict, "EntityAlreadyExists", "A policy called "+m.name+" already exists. Duplicate names are not allowed.")
		return
	case action != "CreatePolicy" && m == nil:
		refuse(w, http.StatusNotFound, "NoSuchEntity", "Policy "+arn+" does not exist or is not attachable.")
		return
	case why != "":
		refuse(w, http.StatusBadRequest, "MalformedPolicyDocument", why)
		return
	case action == "CreatePolicy":
		m = &managed{name: f.Get("PolicyName"), versions: map[string]string{"v1": text}, used: "v1", made: 1}
		s.managed[arn], s.tags["policy "+arn] = m, memberTags(f)
	}
	switch action {
	case "CreatePolicy", "GetPolicy":
		users := len(slices.DeleteFunc(slices.Collect(maps.Values(s.bounds)), func(b string) bool { return b != arn }))
		result(w, "iam.amazonaws.com/doc/2010-05-08/", action, fmt.Sprintf("<Policy><PolicyName>%s</PolicyName><Arn>%s</Arn><Path>/</Path><PolicyId>ANPALOCAL</PolicyId><DefaultVersionId>%s</DefaultVersionId><PermissionsBoundaryUsageCount>%d</PermissionsBoundaryUsageCount><IsAttachable>true</IsAttachable>%s</Policy>",
			escape(m.name), escape(arn), m.used, users, s.tags["policy "+arn]))
	case "DeletePolicy":
		if slices.Contains(slices.Collect(maps.Values(s.bounds)), arn) {
			refuse(w, http.StatusConflict, "DeleteConflict", "Cannot delete a policy attached to entities.")
			return
		}
		if len(m.versions) > 1 {
			refuse(w, http.StatusConflict, "DeleteConflict", "This policy has more than one version. Before you delete a policy, you must delete the policy's versions.")
			return
		}
		delete(s.managed, arn)
		result(w, "iam.amazonaws.com/doc/2010-05-08/", action, "")
	default:
		m.version(w, f)
	}
}

// version answers a call of IAM about a version of the policy.
func (m *managed) version(w http.ResponseWriter, f url.Values) {
	action, id := f.Get("Action"), f.Get("VersionId")
	text, there := m.versions[id]
	member := func(id, document string) string {
		return fmt.Sprintf("<VersionId>%s</VersionId><IsDefaultVersion>%v</IsDefaultVersion>%s", id, id == m.used, document)
	}
	inner := ""
	switch {
	case action == "ListPolicyVersions":
		for _, id := range slices.Sorted(maps.Keys(m.versions)) {
			inner += "<member>" + member(id, "") + "</member>"
		}
		inner = "<Versions>" + inner + "</Versions><IsTruncated>false</IsTruncated>"
	case action == "CreatePolicyVersion" && len(m.versions) == mostVersions:
		refuse(w, http.StatusConflict, "LimitExceeded", "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.")
		return
	case action == "CreatePolicyVersion":
		m.made++
		id = fmt.Sprint("v", m.made)
		m.versions[id] = f.Get("PolicyDocument")
		if f.Get("SetAsDefault") == "true" {
			m.used = id
		}
		inner = "<PolicyVersion>" + member(id, "") + "</PolicyVersion>"
	case !there:
		refuse(w, http.StatusNotFound, "NoSuchEntity", "Policy version "+id+" does not exist.")
		return
	case action == "GetPolicyVersion":
		inner = "<PolicyVersion>" + member(id, "<Document>"+url.PathEscape(text)+"</Document>") + "</PolicyVersion>"
	case action == "DeletePolicyVersion" && id == m.used:
		refuse(w, http.StatusConflict, "DeleteConflict", "Cannot delete the default version of a policy.")
		return
	case action == "DeletePolicyVersion":
		delete(m.versions, id)
	default:
		refuse(w, http.StatusBadRequest, "InvalidAction", "the local IAM does not know "+action)
		return
	}
	result(w, "iam.amazonaws.com/doc/2010-05-08/", action, inner)
}

// badPolicy says why IAM takes no such managed policy; "": it does.
func badPolicy(text string) string {
	if _, err := iam.Parse(text); err != nil {
		return err.Error()
	}
	n := 0
	for _, c := range text {
		if !unicode.IsSpace(c) {
			n++
		}
	}
	if n > mostPolicy {
		return fmt.Sprintf("Cannot exceed quota for PolicySize: %d", mostPolicy)
	}
	return ""
}
