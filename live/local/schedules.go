package local

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"cnv/live/local/iam"
	"cnv/live/local/scheduler"
)

// schedule serves a call of EventBridge Scheduler. A new group is not known at once.
func (c *Cloud) schedule(w http.ResponseWriter, r *http.Request, action string, h http.HandlerFunc) {
	body, err := peek(r)
	if err != nil {
		failSchedule(w, "ValidationException", err.Error())
		return
	}
	var in scheduled
	if len(body) > 0 && json.Unmarshal(body, &in) != nil {
		h(w, r) // which is refused there
		return
	}
	if why := c.permitted(r, action, func() []iam.Request { return scheduleNeeds(c.place, action, r, &in) }); why != "" {
		scheduler.Fail(w, http.StatusForbidden, "AccessDeniedException", why)
		return
	}
	const group = "schedule group "
	name := in.group(r, action)
	switch {
	case action == "CreateScheduleGroup":
		h(w, r)
		c.late.made(group + name)
	case c.late.unknown([]string{group + name}) != "":
		failSchedule(w, "ResourceNotFoundException", "Schedule group "+name+" does not exist.")
	default:
		h(w, r)
	}
}

// scheduled is what is read of a request.
type scheduled struct {
	GroupName string
	Target    struct{ RoleArn string }
	Tags      []struct{ Key, Value string }
}

// group is the one that a call names.
func (in *scheduled) group(r *http.Request, action string) string {
	_, tagged, _ := strings.Cut(r.PathValue("arn"), ":schedule-group/")
	switch {
	case tagged != "":
		return tagged
	case strings.HasSuffix(action, "Group"):
		return r.PathValue("name")
	case in.GroupName != "":
		return in.GroupName
	}
	return r.URL.Query().Get("groupName")
}

// scheduleNeeds are what a call needs to be allowed. Source: the service authorization reference.
func scheduleNeeds(at iam.Place, action string, r *http.Request, in *scheduled) []iam.Request {
	tags := map[string]string{}
	for _, t := range in.Tags {
		tags[t.Key] = t.Value
	}
	of := at.ARN("scheduler", "schedule/"+in.group(r, action)+"/"+r.PathValue("name"))
	group := at.ARN("scheduler", "schedule-group/"+in.group(r, action))
	needs := func(action, resource string) iam.Request {
		return iam.Request{Action: "scheduler:" + action, Resource: resource, Context: tagged(tags)}
	}
	switch action {
	case "CreateScheduleGroup":
		if len(tags) > 0 {
			return []iam.Request{needs(action, group), needs("TagResource", group)}
		}
	case "DeleteScheduleGroup":
		return []iam.Request{needs(action, group), needs("DeleteSchedule", at.ARN("scheduler", "schedule/"+r.PathValue("name")+"/*"))}
	case "CreateSchedule", "UpdateSchedule":
		role := in.Target.RoleArn[strings.LastIndex(in.Target.RoleArn, "/")+1:]
		return []iam.Request{needs(action, of), iam.Pass(at, role, "scheduler")}
	case "GetSchedule", "DeleteSchedule":
		return []iam.Request{needs(action, of)}
	}
	return []iam.Request{needs(action, group)}
}

func failSchedule(w http.ResponseWriter, code, text string) {
	status := map[string]int{"ResourceNotFoundException": http.StatusNotFound, "ConflictException": http.StatusConflict, "AccessDenied": http.StatusForbidden}[code]
	if status == 0 {
		status = serverError(code)
	}
	scheduler.Fail(w, status, code, text)
}

// Schedules are those of a group, by name: when they run, and what they call.
func (c *Cloud) Schedules(group string) map[string]string { return c.schedules.Schedules(group) }

// act makes the call of a schedule, as its role.
func (c *Cloud) act(role, call, input string) (err error) {
	var in struct {
		InstanceIds             []string
		FunctionName, Qualifier string
	}
	if err := json.Unmarshal([]byte(input), &in); err != nil {
		return err
	}
	var r *http.Request
	if call == "ec2:terminateInstances" {
		form := url.Values{"Action": {"TerminateInstances"}, "Version": {versionEC2}}
		for n, id := range in.InstanceIds {
			form.Set(fmt.Sprintf("InstanceId.%d", n+1), id)
		}
		r, err = http.NewRequest(http.MethodPost, "/", strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	} else {
		r, err = http.NewRequest(http.MethodDelete, "/2019-09-30/functions/"+url.PathEscape(in.FunctionName)+"/provisioned-concurrency?Qualifier="+url.QueryEscape(in.Qualifier), nil)
	}
	if err != nil {
		return err
	}
	answer := &heard{ResponseWriter: &unheard{http.Header{}}}
	defer func() {
		if recover() != nil { // a fault has lost the answer
			err = fmt.Errorf("%s: no answer", call)
		}
	}()
	c.serves.ServeHTTP(answer, by(r, &principal{arn: c.session(role, "scheduler"), role: role}))
	if answer.failed {
		err = fmt.Errorf("%s: %s", call, answer.text.String())
	}
	return err
}
