package local

import (
	"fmt"
	"net/http"
	"net/url"
)

// profile answers a call of IAM about an instance profile, which holds a role or
// none; s.mu is held.
func (s *stubs) profile(w http.ResponseWriter, f url.Values, name string) {
	const namespace = "iam.amazonaws.com/doc/2010-05-08/"
	action, role := f.Get("Action"), f.Get("RoleName")
	held, there := s.profiles[name]
	_, known := s.roles[role]
	switch {
	case action == "CreateInstanceProfile" && there:
		refuse(w, http.StatusConflict, "EntityAlreadyExists", "Instance Profile "+name+" already exists.")
		return
	case action == "CreateInstanceProfile":
		s.profiles[name], s.tags["profile "+name] = "", memberTags(f)
	case !there:
		refuse(w, http.StatusNotFound, "NoSuchEntity", "Instance Profile "+name+" cannot be found.")
		return
	case action == "AddRoleToInstanceProfile" && !known:
		refuse(w, http.StatusNotFound, "NoSuchEntity", "The role with name "+role+" cannot be found.")
		return
	case action == "AddRoleToInstanceProfile" && held != "":
		refuse(w, http.StatusConflict, "LimitExceeded", "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1")
		return
	case action == "AddRoleToInstanceProfile":
		s.profiles[name] = role
	case action == "RemoveRoleFromInstanceProfile" && held != role:
		refuse(w, http.StatusNotFound, "NoSuchEntity", "The role with name "+role+" is not in instance profile "+name+".")
		return
	case action == "RemoveRoleFromInstanceProfile":
		s.profiles[name] = ""
	case action == "DeleteInstanceProfile" && held != "":
		refuse(w, http.StatusConflict, "DeleteConflict", "Cannot delete entity, must remove roles from instance profile first.")
		return
	case action == "DeleteInstanceProfile":
		delete(s.profiles, name)
	case action != "GetInstanceProfile":
		refuse(w, http.StatusBadRequest, "InvalidAction", "the local IAM does not know "+action)
		return
	}
	roles := ""
	if held != "" {
		roles = fmt.Sprintf("<member><RoleName>%[1]s</RoleName><Arn>%[2]s</Arn><Path>/</Path><RoleId>AROALOCAL</RoleId></member>", escape(held), escape(s.at.Global("role/"+held)))
	}
	result(w, namespace, action, fmt.Sprintf("<InstanceProfile><InstanceProfileName>%[1]s</InstanceProfileName><Arn>%[2]s</Arn><Path>/</Path><InstanceProfileId>AIPALOCAL</InstanceProfileId><Roles>%[3]s</Roles>%[4]s</InstanceProfile>", escape(name), escape(s.at.Global("instance-profile/"+name)), roles, s.tags["profile "+name]))
}

// rolePolicy answers a call of IAM about a policy that a role has; s.mu is held.
func (s *stubs) rolePolicy(w http.ResponseWriter, f url.Values, policies map[string]string) {
	action, role, name := f.Get("Action"), f.Get("RoleName"), f.Get("PolicyName")
	text, there := policies[name]
	inner := ""
	switch {
	case action == "PutRolePolicy":
		policies[name] = f.Get("PolicyDocument")
	case !there:
		refuse(w, http.StatusNotFound, "NoSuchEntity", "The role policy with name "+name+" cannot be found.")
		return
	case action == "DeleteRolePolicy":
		delete(policies, name)
	default:
		inner = fmt.Sprintf("<RoleName>%s</RoleName><PolicyName>%s</PolicyName><PolicyDocument>%s</PolicyDocument>", escape(role), escape(name), url.PathEscape(text))
	}
	result(w, "iam.amazonaws.com/doc/2010-05-08/", action, inner)
}
