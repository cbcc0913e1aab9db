package local

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"cnv/live/local/dynamo"
	"cnv/live/local/iam"
)

// stubs are the services that only remember names: IAM's roles, CloudWatch's
// log groups, STS, who knows everybody, and the quotas of EC2.
type stubs struct {
	at       iam.Place
	vcpus    int // quota of each market
	mu       sync.Mutex
	roles    map[string]map[string]string // the policies of each, by name
	trust    map[string]string            // who may take on each
	bounds   map[string]string            // the permissions boundary of each role that has one
	managed  map[string]*managed          // policies, by ARN
	profiles map[string]string            // the role of each
	tags     map[string]string            // of roles and profiles, as XML, by their kind and name
	groups   map[string]int32             // days by name
	streams  map[string][]string          // the lines of each, by its group and its name
}

func newStubs(at iam.Place, vcpus int) *stubs {
	return &stubs{at: at, vcpus: vcpus, roles: map[string]map[string]string{}, trust: map[string]string{}, bounds: map[string]string{}, managed: map[string]*managed{}, profiles: map[string]string{}, tags: map[string]string{}, groups: map[string]int32{}, streams: map[string][]string{}}
}

// stubActions are the names of the calls that stubs answer.
var stubActions = []string{
	"CreatePolicy", "GetPolicy", "GetPolicyVersion", "CreatePolicyVersion", "ListPolicyVersions", "DeletePolicyVersion", "DeletePolicy", "PutRolePermissionsBoundary", "DeleteRolePermissionsBoundary",
	"CreateRole", "GetRole", "PutRolePolicy", "GetRolePolicy", "DeleteRolePolicy", "DeleteRole", "GetCallerIdentity", "SimulatePrincipalPolicy",
	"CreateInstanceProfile", "GetInstanceProfile", "AddRoleToInstanceProfile", "RemoveRoleFromInstanceProfile", "DeleteInstanceProfile",
	"CreateLogGroup", "CreateLogStream", "PutLogEvents", "DescribeLogGroups", "PutRetentionPolicy", "DeleteLogGroup", "GetServiceQuota",
}

// iam answers a call of IAM.
func (s *stubs) iam(w http.ResponseWriter, f url.Values) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if action := f.Get("Action"); !slices.Contains(stubActions, action) {
		refuse(w, http.StatusBadRequest, "InvalidAction", "the local IAM does not know "+action)
		return
	}
	if profile := f.Get("InstanceProfileName"); profile != "" {
		s.profile(w, f, profile)
		return
	}
	if isManaged(f) {
		s.managedPolicy(w, f)
		return
	}
	action, name := f.Get("Action"), f.Get("RoleName")
	policies, there := s.roles[name]
	if action != "CreateRole" && !there {
		refuse(w, http.StatusNotFound, "NoSuchEntity", "The role with name "+name+" cannot be found.")
		return
	}
	if action == "CreateRole" && !there {
		s.tags["role "+name] = memberTags(f)
	}
	if bound := f.Get("PermissionsBoundary"); bound != "" {
		if s.managed[bound] == nil {
			refuse(w, http.StatusNotFound, "NoSuchEntity", "Scope ARN: "+bound+" does not exist or is not attachable.")
			return
		}
		if action != "CreateRole" || !there {
			s.bounds[name] = bound
		}
	}
	role := fmt.Sprintf("<Role><RoleName>%s</RoleName><Arn>%s</Arn><Path>/</Path><RoleId>AROALOCAL</RoleId>%s%s</Role>", escape(name), escape(s.at.Global("role/"+name)), s.bound(name), s.tags["role "+name])
	switch action {
	case "CreateRole":
		if there {
			refuse(w, http.StatusConflict, "EntityAlreadyExists", "Role with name "+name+" already exists.")
			return
		}
		s.roles[name], s.trust[name] = map[string]string{}, f.Get("AssumeRolePolicyDocument")
		result(w, "iam.amazonaws.com/doc/2010-05-08/", action, role)
	case "GetRole":
		result(w, "iam.amazonaws.com/doc/2010-05-08/", action, role)
	case "PutRolePolicy", "GetRolePolicy", "DeleteRolePolicy":
		s.rolePolicy(w, f, policies)
	case "PutRolePermissionsBoundary":
		result(w, "iam.amazonaws.com/doc/2010-05-08/", action, "")
	case "DeleteRolePermissionsBoundary":
		delete(s.bounds, name)
		result(w, "iam.amazonaws.com/doc/2010-05-08/", action, "")
	case "DeleteRole":
		if len(policies) > 0 {
			refuse(w, http.StatusConflict, "DeleteConflict", "Cannot delete entity, must delete policies first.")
			return
		}
		if slices.Contains(slices.Collect(maps.Values(s.profiles)), name) {
			refuse(w, http.StatusConflict, "DeleteConflict", "Cannot delete entity, must remove roles from instance profile first.")
			return
		}
		delete(s.roles, name)
		delete(s.bounds, name)
		result(w, "iam.amazonaws.com/doc/2010-05-08/", action, "")
	default:
		refuse(w, http.StatusBadRequest, "InvalidAction", "the local IAM does not know "+action)
	}
}

// memberTags are the tags that a call gives, as they are told later.
func memberTags(f url.Values) string {
	var b strings.Builder
	for n := 1; f.Has(fmt.Sprintf("Tags.member.%d.Key", n)); n++ {
		prefix := fmt.Sprintf("Tags.member.%d.", n)
		fmt.Fprintf(&b, "<member><Key>%s</Key><Value>%s</Value></member>", escape(f.Get(prefix+"Key")), escape(f.Get(prefix+"Value")))
	}
	return "<Tags>" + b.String() + "</Tags>"
}

// sts answers a call of STS.
func (s *stubs) sts(w http.ResponseWriter, f url.Values, who *principal) {
	if action := f.Get("Action"); action != "GetCallerIdentity" {
		refuse(w, http.StatusBadRequest, "InvalidAction", "the local STS does not know "+action)
		return
	}
	result(w, "sts.amazonaws.com/doc/2011-06-15/", "GetCallerIdentity",
		"<Arn>"+escape(who.arn)+"</Arn><UserId>LOCAL</UserId><Account>"+iam.Account+"</Account>")
}

// refuse writes an error of the Query protocol.
func refuse(w http.ResponseWriter, status int, code, text string) {
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(status)
	fmt.Fprintf(w, "<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error></ErrorResponse>", code, escape(text))
}

// result writes an answer of the Query protocol.
func result(w http.ResponseWriter, namespace, action, inner string) {
	w.Header().Set("Content-Type", "text/xml")
	fmt.Fprintf(w, `<%[1]sResponse xmlns="https://%[2]s"><%[1]sResult>%[3]s</%[1]sResult></%[1]sResponse>`, action, namespace, inner)
}

func escape(s string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(s)) // a Builder takes everything
	return b.String()
}

// logs answers a call of CloudWatch Logs.
func (s *stubs) logs(w http.ResponseWriter, r *http.Request, action string) {
	var in struct {
		LogGroupName       string `json:"logGroupName"`
		LogGroupNamePrefix string `json:"logGroupNamePrefix"`
		LogStreamName      string `json:"logStreamName"`
		RetentionInDays    int32  `json:"retentionInDays"`
		LogEvents          []struct{ Message string }
	}
	if err := json.NewDecoder(io.LimitReader(r.Body, 1<<20)).Decode(&in); err != nil {
		dynamo.Fail(w, http.StatusBadRequest, "SerializationException", err.Error())
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	_, there := s.groups[in.LogGroupName]
	out := map[string]any{}
	switch {
	case action == "CreateLogGroup" && there:
		dynamo.Fail(w, http.StatusBadRequest, "ResourceAlreadyExistsException", "The specified log group already exists")
		return
	case action == "CreateLogGroup":
		s.groups[in.LogGroupName] = 0
	case action == "DescribeLogGroups":
		groups := []map[string]any{}
		for _, name := range slices.Sorted(maps.Keys(s.groups)) {
			if strings.HasPrefix(name, in.LogGroupNamePrefix) {
				groups = append(groups, map[string]any{"logGroupName": name, "retentionInDays": s.groups[name]})
			}
		}
		out["logGroups"] = groups
	case !slices.Contains([]string{"PutRetentionPolicy", "DeleteLogGroup", "CreateLogStream", "PutLogEvents"}, action):
		dynamo.Fail(w, http.StatusBadRequest, "UnknownOperationException", "the local CloudWatch Logs does not know "+action)
		return
	case !there:
		dynamo.Fail(w, http.StatusBadRequest, "ResourceNotFoundException", "The specified log group does not exist.")
		return
	case action == "CreateLogStream" || action == "PutLogEvents":
		name := in.LogGroupName + " " + in.LogStreamName
		lines, begun := s.streams[name]
		if begun == (action == "CreateLogStream") {
			code := map[bool]string{true: "ResourceAlreadyExistsException", false: "ResourceNotFoundException"}[begun]
			dynamo.Fail(w, http.StatusBadRequest, code, "The specified log stream exists: "+fmt.Sprint(begun))
			return
		}
		for _, e := range in.LogEvents {
			lines = append(lines, e.Message)
		}
		s.streams[name] = lines
	case action == "PutRetentionPolicy":
		s.groups[in.LogGroupName] = in.RetentionInDays
	default:
		delete(s.groups, in.LogGroupName)
		maps.DeleteFunc(s.streams, func(name string, _ []string) bool { return strings.HasPrefix(name, in.LogGroupName+" ") })
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	json.NewEncoder(w).Encode(out) // the client has gone if it fails
}

// logged are the lines of a group.
func (s *stubs) logged(group string) (lines []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range slices.Sorted(maps.Keys(s.streams)) {
		if strings.HasPrefix(name, group+" ") {
			lines = append(lines, s.streams[name]...)
		}
	}
	return lines
}

// quotas answers a call of Service Quotas.
func (s *stubs) quotas(w http.ResponseWriter, r *http.Request, action string) {
	if action != "GetServiceQuota" {
		dynamo.Fail(w, http.StatusBadRequest, "UnknownOperationException", "the local Service Quotas does not know "+action)
		return
	}
	var in struct{ ServiceCode, QuotaCode string }
	if err := json.NewDecoder(io.LimitReader(r.Body, 1<<20)).Decode(&in); err != nil {
		dynamo.Fail(w, http.StatusBadRequest, "SerializationException", err.Error())
		return
	}
	names := map[string]string{
		"L-1216C47A": "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances",
		"L-34B43A08": "All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests",
	}
	name, there := names[in.QuotaCode]
	if in.ServiceCode != "ec2" || !there {
		dynamo.Fail(w, http.StatusBadRequest, "NoSuchResourceException", "the local cloud has no quota "+in.QuotaCode+" of "+in.ServiceCode)
		return
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	json.NewEncoder(w).Encode(map[string]any{"Quota": map[string]any{ // the client has gone if it fails
		"ServiceCode": in.ServiceCode, "ServiceName": "Amazon Elastic Compute Cloud (Amazon EC2)", "QuotaCode": in.QuotaCode, "QuotaName": name,
		"Value": float64(s.vcpus), "Unit": "None", "Adjustable": true, "GlobalQuota": false,
	}})
}
