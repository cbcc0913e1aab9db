package lambda

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"cnv/live/clock"
	"cnv/live/host"
	"cnv/live/local/iam"
	"cnv/policy/catalog"
)

// Options are what a Service is made of.
type Options struct {
	Dir         string                                   // where packages are unpacked
	Place       iam.Place                                // where it is
	URL         string                                   // where Routes are served, without a scheme
	Unpack      func(zip []byte, dir, hash string) error // checks and unpacks one
	Cold        func(n uint64) time.Duration             // the least that the start of an environment takes, by its number
	Clock       clock.Slow                               // of Cold, KeepAlive and the time-outs of functions
	Function    func(memoryMB int) []string              // environment variables of environments; nil: none
	KeepAlive   time.Duration                            // an idle environment ends after so long
	Concurrency int                                      // calls at once in the account
	Settle      time.Duration                            // that a function takes to be made or changed
	Log         *slog.Logger
	Grace       time.Duration // between asking a process to end and killing it
	Host        host.Host     // where environments run
}

// A Service is one account's Lambda in one region.
type Service struct {
	o        Options
	mostInit time.Duration // by the clock of Options

	mu        sync.Mutex
	functions map[string]*function
	packages  map[string][]byte // zip files by hash
	envs      map[string]*environment
	started   uint64 // environments so far
	calls     uint64 // of functions so far
	starts    Starts
	closed    bool
	group     sync.WaitGroup
}

// New returns a Service.
func New(o Options) *Service {
	o.Host = host.Or(o.Host)
	return &Service{o: o, mostInit: catalog.FunctionInitTimeout, functions: map[string]*function{}, packages: map[string][]byte{}, envs: map[string]*environment{}}
}

// Close ends all environments and waits for their processes.
func (s *Service) Close() {
	s.mu.Lock()
	s.closed = true
	for _, e := range s.envs {
		e.stop()
	}
	s.mu.Unlock()
	s.group.Wait()
}

// Starts are cold starts, and those that took longer than was drawn for them.
type Starts struct {
	All, Late int
	Most      time.Duration // that one was late
}

// add counts one that took so long, by the clock of Options. A twentieth more, or
// what timers and schedulers are off by, is not late.
func (s *Starts) add(drawn, took time.Duration) {
	s.All++
	if late := took - drawn; late > drawn/20+2*time.Millisecond {
		s.Late++
		s.Most = max(s.Most, late)
	}
}

// Starts are those so far.
func (s *Service) Starts() Starts {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.starts
}

// Environments is how many run.
func (s *Service) Environments() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.envs)
}

// An action is a call of the API that manages functions.
type action struct {
	name, pattern string
	status        int // of success
	do            func(*Service, *call) (any, error)
}

const functions = "/2015-03-31/functions"

var actions = []action{
	{"CreateFunction", "POST " + functions, http.StatusCreated, (*Service).create},
	{"ListFunctions", "GET " + functions, http.StatusOK, (*Service).listFunctions},
	{"GetFunction", "GET " + functions + "/{name}", http.StatusOK, (*Service).get},
	{"GetFunctionConfiguration", "GET " + functions + "/{name}/configuration", http.StatusOK, (*Service).getConfiguration},
	{"DeleteFunction", "DELETE " + functions + "/{name}", http.StatusNoContent, (*Service).remove},
	{"UpdateFunctionCode", "PUT " + functions + "/{name}/code", http.StatusOK, (*Service).update},
	{"UpdateFunctionConfiguration", "PUT " + functions + "/{name}/configuration", http.StatusOK, (*Service).configure},
	{"ListVersionsByFunction", "GET " + functions + "/{name}/versions", http.StatusOK, (*Service).listVersions},
	{"PublishVersion", "POST " + functions + "/{name}/versions", http.StatusCreated, (*Service).publish},
	{"CreateAlias", "POST " + functions + "/{name}/aliases", http.StatusCreated, (*Service).createAlias},
	{"ListAliases", "GET " + functions + "/{name}/aliases", http.StatusOK, (*Service).listAliases},
	{"GetAlias", "GET " + functions + "/{name}/aliases/{alias}", http.StatusOK, (*Service).getAlias},
	{"UpdateAlias", "PUT " + functions + "/{name}/aliases/{alias}", http.StatusOK, (*Service).updateAlias},
	{"DeleteAlias", "DELETE " + functions + "/{name}/aliases/{alias}", http.StatusNoContent, (*Service).deleteAlias},
	{"PutFunctionConcurrency", "PUT /2017-10-31/functions/{name}/concurrency", http.StatusOK, (*Service).reserve},
	{"GetFunctionConcurrency", "GET /2019-09-30/functions/{name}/concurrency", http.StatusOK, (*Service).reserved},
	{"DeleteFunctionConcurrency", "DELETE /2017-10-31/functions/{name}/concurrency", http.StatusNoContent, (*Service).unreserve},
	{"PutProvisionedConcurrencyConfig", "PUT /2019-09-30/functions/{name}/provisioned-concurrency", http.StatusAccepted, (*Service).provision},
	{"GetProvisionedConcurrencyConfig", "GET /2019-09-30/functions/{name}/provisioned-concurrency", http.StatusOK, (*Service).provisioned},
	{"DeleteProvisionedConcurrencyConfig", "DELETE /2019-09-30/functions/{name}/provisioned-concurrency", http.StatusNoContent, (*Service).unprovision},
	{"TagResource", "POST /2017-03-31/tags/{name}", http.StatusNoContent, (*Service).tag},
	{"UntagResource", "DELETE /2017-03-31/tags/{name}", http.StatusNoContent, (*Service).untag},
	{"ListTags", "GET /2017-03-31/tags/{name}", http.StatusOK, (*Service).listTags},
	{"GetAccountSettings", "GET /2016-08-19/account-settings", http.StatusOK, (*Service).settings},
}

// Actions are the names of the calls that are answered.
func Actions() []string {
	names := []string{"Invoke"}
	for _, a := range actions {
		names = append(names, a.name)
	}
	return names
}

// Routes adds the API, the Runtime API and the packages to mux. Calls of the
// API go through wrap, with their names.
func (s *Service) Routes(mux *http.ServeMux, wrap func(action string, h http.HandlerFunc) http.HandlerFunc) {
	mux.HandleFunc("POST "+functions+"/{name}/invocations", wrap("Invoke", s.invoke))
	for _, a := range actions {
		h := wrap(a.name, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, &a) })
		mux.HandleFunc(a.pattern, h)
		if strings.HasSuffix(a.pattern, functions) { // some clients end it with a slash
			mux.HandleFunc(a.pattern+"/{$}", h)
		}
	}
	const runtime = "/runtime/{environment}/2018-06-01/runtime"
	mux.HandleFunc("GET "+runtime+"/invocation/next", s.next)
	mux.HandleFunc("POST "+runtime+"/invocation/{call}/response", func(w http.ResponseWriter, r *http.Request) { s.finish(w, r, "") })
	mux.HandleFunc("POST "+runtime+"/invocation/{call}/error", func(w http.ResponseWriter, r *http.Request) { s.finish(w, r, "Unhandled") })
	mux.HandleFunc("POST "+runtime+"/init/error", s.initError)
	mux.HandleFunc("GET /packages/{hash}", s.serveCode)
}

// A call is one of the API.
type call struct {
	r         *http.Request
	function  *function // nil if the path names none
	qualifier string    // version or alias; "": $LATEST
}

// longest is the largest body of a call: a package of 50 MB in base64.
const longest = 70 << 20

// serve carries out a call that manages functions.
func (s *Service) serve(w http.ResponseWriter, r *http.Request, a *action) {
	r.Body = http.MaxBytesReader(w, r.Body, longest)
	s.mu.Lock()
	c, err := s.call(r)
	if err == nil && changes[a.name] {
		err = c.function.conflict()
	}
	var out any
	if err == nil {
		out, err = a.do(s, c)
	}
	var text []byte
	if err == nil && out != nil {
		text, err = json.Marshal(out)
	}
	s.mu.Unlock()
	if err != nil {
		fail(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(a.status)
	w.Write(text) // the client has gone if it fails
}

// call finds the function that a request names: by NAME, NAME:QUALIFIER, or an
// ARN, which has six words before it. s.mu is held.
func (s *Service) call(r *http.Request) (*call, error) {
	c := &call{r: r, qualifier: r.URL.Query().Get("Qualifier")}
	name := r.PathValue("name")
	if name == "" {
		return c, nil
	}
	words := strings.Split(name, ":")
	if at := slices.Index(words, "function"); at >= 0 {
		words = words[at+1:]
	}
	if len(words) == 2 && c.qualifier == "" {
		c.qualifier = words[1]
	}
	if len(words) > 0 {
		c.function = s.functions[words[0]]
	}
	if c.function == nil {
		return nil, failure(http.StatusNotFound, "ResourceNotFoundException", "Function not found: %s", name)
	}
	c.function.settled()
	return c, nil
}

// version is the one that a call names.
func (c *call) version() (*version, error) {
	if v := c.function.find(c.qualifier); v != nil {
		return v, nil
	}
	return nil, failure(http.StatusNotFound, "ResourceNotFoundException", "Function not found: %s:%s", c.function.FunctionArn, c.qualifier)
}

// fields reads a JSON body; a field that is not named is refused.
func (s *Service) fields(c *call, v any) error {
	d := json.NewDecoder(c.r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil && !errors.Is(err, io.EOF) {
		s.o.Log.Warn("the local Lambda does not know what it was sent", "path", c.r.URL.Path, "err", err)
		return failure(http.StatusBadRequest, "InvalidRequestContentException", "the local Lambda cannot read it: %v", err)
	}
	return nil
}

// settings are the account's limits.
func (s *Service) settings(*call) (any, error) {
	size := 0
	for _, f := range s.functions {
		size += f.CodeSize
	}
	return map[string]any{
		"AccountLimit": map[string]any{"ConcurrentExecutions": s.o.Concurrency, "UnreservedConcurrentExecutions": s.unreserved()},
		"AccountUsage": map[string]any{"FunctionCount": len(s.functions), "TotalCodeSize": size},
	}, nil
}
