package scheduler

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"cnv/live/local/iam"
)

// Options say what the service is like.
type Options struct {
	Place  iam.Place
	Trusts func(role string) bool               // whether a role of the account, by its name, lets the service take it on
	Act    func(role, call, input string) error // makes a call such as ec2:terminateInstances as a role
	Log    *slog.Logger
}

// A Service has the groups of an account in one region.
type Service struct {
	o      Options
	mu     sync.Mutex
	groups map[string]*group
}

type group struct {
	tags      []tag
	schedules map[string]*schedule
}

type tag struct{ Key, Value string }

// A schedule is one as it was put.
type schedule struct {
	in    fields
	timer *time.Timer
}

// fields are those of a request that are known; others are refused.
type fields struct {
	Name, GroupName, ClientToken, ScheduleExpression, ActionAfterCompletion string
	FlexibleTimeWindow                                                      struct{ Mode string }
	Target                                                                  struct {
		Arn, RoleArn, Input string
		RetryPolicy         struct{ MaximumEventAgeInSeconds, MaximumRetryAttempts int }
	}
	Tags []tag
}

// New returns a service without groups.
func New(o Options) *Service { return &Service{o: o, groups: map[string]*group{}} }

// Close lets no schedule run any more.
func (s *Service) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, g := range s.groups {
		g.end()
	}
}

func (g *group) end() {
	for _, x := range g.schedules {
		x.timer.Stop()
	}
}

// A failure is an error of AWS.
type failure struct {
	status     int
	code, text string
}

func (e *failure) Error() string { return e.code + ": " + e.text }

func missing(text string) error {
	return &failure{http.StatusNotFound, "ResourceNotFoundException", text + " does not exist."}
}

func invalid(text string) error {
	return &failure{http.StatusBadRequest, "ValidationException", text}
}

func conflict(text string) error {
	return &failure{http.StatusConflict, "ConflictException", text + " already exists."}
}

// An action is a call of the API.
type action struct {
	name, pattern string
	do            func(*Service, *call) (any, error)
}

var actions = []action{
	{"CreateScheduleGroup", "POST /schedule-groups/{name}", (*Service).createGroup},
	{"GetScheduleGroup", "GET /schedule-groups/{name}", (*Service).getGroup},
	{"DeleteScheduleGroup", "DELETE /schedule-groups/{name}", (*Service).deleteGroup},
	{"CreateSchedule", "POST /schedules/{name}", (*Service).create},
	{"UpdateSchedule", "PUT /schedules/{name}", (*Service).update},
	{"GetSchedule", "GET /schedules/{name}", (*Service).get},
	{"DeleteSchedule", "DELETE /schedules/{name}", (*Service).remove},
	{"ListTagsForResource", "GET /tags/{arn...}", (*Service).tags},
}

// Actions are the names of the calls that are answered.
func Actions() (names []string) {
	for _, a := range actions {
		names = append(names, a.name)
	}
	return names
}

// Routes adds the API to mux. Calls go through wrap, with their names and what they need to be
// allowed.
func (s *Service) Routes(mux *http.ServeMux, wrap func(action string, h http.HandlerFunc) http.HandlerFunc) {
	for _, a := range actions {
		mux.HandleFunc(a.pattern, wrap(a.name, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, &a) }))
	}
}

// A call is one that has been read.
type call struct {
	name, group string
	arn         string // of ListTagsForResource
	in          fields
}

// names are what schedules and groups may be called.
var names = regexp.MustCompile(`^[0-9a-zA-Z-_.]{1,64}$`)

// read reads a request.
func read(r *http.Request) (*call, error) {
	c := &call{name: r.PathValue("name"), arn: r.PathValue("arn"), group: r.URL.Query().Get("groupName")}
	if r.Method == http.MethodPost || r.Method == http.MethodPut {
		d := json.NewDecoder(io.LimitReader(r.Body, 1<<20))
		d.DisallowUnknownFields()
		if err := d.Decode(&c.in); err != nil && !errors.Is(err, io.EOF) {
			return nil, invalid("the local EventBridge Scheduler cannot read it: " + err.Error())
		}
		c.group = c.in.GroupName
	}
	if c.group == "" {
		c.group = "default"
	}
	if c.arn == "" && !names.MatchString(c.name) {
		return nil, invalid("Name " + c.name + " failed to satisfy constraint: " + names.String())
	}
	return c, nil
}

func (s *Service) serve(w http.ResponseWriter, r *http.Request, a *action) {
	c, err := read(r)
	var out any
	if err == nil {
		s.mu.Lock()
		out, err = a.do(s, c)
		s.mu.Unlock()
	}
	w.Header().Set("Content-Type", "application/json")
	var f *failure
	if errors.As(err, &f) {
		Fail(w, f.status, f.code, f.text)
		return
	}
	if out == nil {
		out = struct{}{}
	}
	json.NewEncoder(w).Encode(out) // the client has gone if it fails
}

// Fail writes an error as the service does.
func Fail(w http.ResponseWriter, status int, code, text string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Amzn-ErrorType", code)
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]string{"Message": text})
}

func (s *Service) groupARN(name string) string {
	return s.o.Place.ARN("scheduler", "schedule-group/"+name)
}

func (s *Service) createGroup(c *call) (any, error) {
	if s.groups[c.name] != nil || c.name == "default" {
		return nil, conflict("Schedule group " + c.name)
	}
	s.groups[c.name] = &group{tags: c.in.Tags, schedules: map[string]*schedule{}}
	return map[string]string{"ScheduleGroupArn": s.groupARN(c.name)}, nil
}

func (s *Service) getGroup(c *call) (any, error) {
	if s.groups[c.name] == nil {
		return nil, missing("Schedule group " + c.name)
	}
	return map[string]string{"Arn": s.groupARN(c.name), "Name": c.name, "State": "ACTIVE"}, nil
}

func (s *Service) deleteGroup(c *call) (any, error) {
	g := s.groups[c.name]
	if g == nil {
		return nil, missing("Schedule group " + c.name)
	}
	g.end()
	delete(s.groups, c.name)
	return nil, nil
}

func (s *Service) tags(c *call) (any, error) {
	_, name, _ := strings.Cut(c.arn, ":schedule-group/")
	g := s.groups[name]
	if g == nil || c.arn != s.groupARN(name) {
		return nil, missing(c.arn)
	}
	return map[string]any{"Tags": append([]tag{}, g.tags...)}, nil
}
