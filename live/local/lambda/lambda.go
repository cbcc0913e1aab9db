// Package lambda answers the calls of the Lambda API that this project makes,
// with environments that are processes on this machine and speak the Lambda
// Runtime API. What it does not know it refuses by name.
package lambda

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Options are what a Service is made of.
type Options struct {
	Dir         string                                   // where packages are unpacked
	Unpack      func(zip []byte, dir, hash string) error // checks and unpacks one
	Cold        func(n uint64) time.Duration             // added to the start of an environment, by its number
	KeepAlive   time.Duration                            // an idle environment ends after so long
	Concurrency int                                      // calls at once in the account
	Log         *slog.Logger
	Grace       time.Duration // between asking a process to end and killing it
}

// A Service is one account's Lambda in one region.
type Service struct {
	o   Options
	url string // of the Runtime API, without a scheme

	mu        sync.Mutex
	functions map[string]*function
	packages  map[string][]byte // zip files by hash
	envs      map[string]*environment
	started   uint64
	running   int // calls under way
	closed    bool
	group     sync.WaitGroup
}

// A function and its versions.
type function struct {
	configuration
	reserved int // -1: none
	versions []*version
}

// A version is what calls run. The last one of a function is $LATEST.
type version struct {
	of       *function
	config   configuration
	program  string
	idle     []*environment // the one used last is at the end
	busy     int
	prepared int // provisioned environments
}

type configuration struct {
	FunctionName     string
	FunctionArn      string
	Runtime          string   `json:",omitempty"`
	Role             string   `json:",omitempty"`
	Handler          string   `json:",omitempty"`
	Description      string   `json:",omitempty"`
	MemorySize       int      `json:",omitempty"`
	Timeout          int      `json:",omitempty"`
	Architectures    []string `json:",omitempty"`
	CodeSha256       string   `json:",omitempty"`
	CodeSize         int      `json:",omitempty"`
	Version          string   `json:",omitempty"`
	State            string   `json:",omitempty"`
	LastUpdateStatus string   `json:",omitempty"`
}

// New returns a Service; url is the address at which Serve and Runtime are
// reached.
func New(o Options, url string) *Service {
	return &Service{o: o, url: url, functions: map[string]*function{}, packages: map[string][]byte{}, envs: map[string]*environment{}}
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

// Environments is how many run.
func (s *Service) Environments() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.envs)
}

// A call is one of the API: /2015-03-31/functions/NAME/REST.
type call struct {
	method, name, rest string
	r                  *http.Request
}

// Serve answers a call of the API.
func (s *Service) Serve(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	c := call{method: r.Method, r: r}
	if len(parts) > 2 {
		c.name = parts[2]
	}
	if len(parts) > 3 {
		c.rest = strings.Join(parts[3:], "/")
	}
	if i := strings.LastIndex(c.name, ":"); i >= 0 { // an ARN
		c.name = c.name[i+1:]
	}
	if c.rest == "invocations" {
		s.invoke(w, &c)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	out, err := s.manage(parts[1], &c)
	if err != nil {
		fail(w, err)
		return
	}
	status := http.StatusOK
	switch {
	case out == nil:
		status = http.StatusNoContent
	case c.method == http.MethodPost:
		status = http.StatusCreated
	case c.rest == "provisioned-concurrency" && c.method == http.MethodPut:
		status = http.StatusAccepted
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if out != nil {
		json.NewEncoder(w).Encode(out) // the client has gone if it fails
	}
}

// manage carries out a call; s.mu is held.
func (s *Service) manage(what string, c *call) (any, error) {
	if what == "account-settings" {
		return map[string]any{"AccountLimit": map[string]any{
			"ConcurrentExecutions": s.o.Concurrency, "UnreservedConcurrentExecutions": s.unreserved(),
		}}, nil
	}
	if c.name == "" && c.method == http.MethodPost {
		return s.create(c)
	}
	f := s.functions[c.name]
	if f == nil {
		return nil, failure(http.StatusNotFound, "ResourceNotFoundException", "Function not found: %s", c.name)
	}
	switch c.method + " " + c.rest {
	case "GET ":
		return s.get(f, c), nil
	case "DELETE ":
		return nil, s.remove(f)
	case "PUT code":
		return s.update(f, c)
	case "PUT configuration":
		return s.configure(f, c)
	case "GET versions":
		return s.list(f), nil
	case "POST versions":
		return s.publish(f, c)
	case "PUT concurrency":
		return s.reserve(f, c)
	case "DELETE concurrency":
		f.reserved = -1
		return nil, nil
	case "PUT provisioned-concurrency", "DELETE provisioned-concurrency":
		return s.provision(f, c)
	}
	return nil, failure(http.StatusBadRequest, "InvalidRequestContentException", "the local Lambda does not know %s %s", c.method, c.r.URL.Path)
}

// unreserved is what the functions without a limit of their own share.
func (s *Service) unreserved() int {
	n := s.o.Concurrency
	for _, f := range s.functions {
		n -= max(0, f.reserved)
	}
	return n
}

// fields reads a JSON body; a field that is not named is refused.
func fields(c *call, v any) error {
	d := json.NewDecoder(c.r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return failure(http.StatusBadRequest, "InvalidRequestContentException", "the local Lambda cannot read it: %v", err)
	}
	return nil
}

func (s *Service) create(c *call) (any, error) {
	var in struct {
		configuration
		Code                 struct{ ZipFile []byte }
		Tags                 map[string]string
		Publish              bool
		PackageType          string
		TracingConfig        any
		VpcConfig, SnapStart any
	}
	if err := fields(c, &in); err != nil {
		return nil, err
	}
	name := in.FunctionName
	if s.functions[name] != nil {
		return nil, failure(http.StatusConflict, "ResourceConflictException", "Function already exist: %s", name)
	}
	f := &function{configuration: in.configuration, reserved: -1}
	f.FunctionArn = "arn:aws:lambda:us-east-1:123456789012:function:" + name
	f.State, f.LastUpdateStatus, f.Version = "Active", "Successful", "$LATEST"
	if err := s.load(f, in.Code.ZipFile); err != nil {
		return nil, err
	}
	s.functions[name] = f
	return f.configuration, nil
}

// load takes a package as the code of $LATEST.
func (s *Service) load(f *function, zip []byte) error {
	sum := sha256.Sum256(zip)
	hash := fmt.Sprintf("%x", sum)
	dir := filepath.Join(s.o.Dir, "functions", hash[:16])
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := s.o.Unpack(zip, dir, hash); err != nil {
		return failure(http.StatusBadRequest, "InvalidParameterValueException", "Could not unzip uploaded file: %v", err)
	}
	f.CodeSha256, f.CodeSize = base64.StdEncoding.EncodeToString(sum[:]), len(zip)
	s.packages[hash] = zip
	latest := &version{of: f, config: f.configuration, program: filepath.Join(dir, "bootstrap")}
	if n := len(f.versions); n > 0 {
		s.retire(f.versions[n-1])
		f.versions[n-1] = latest
	} else {
		f.versions = []*version{latest}
	}
	return nil
}

func (s *Service) get(f *function, c *call) any {
	out := map[string]any{"Configuration": f.configuration}
	for hash := range s.packages {
		if raw, err := base64.StdEncoding.DecodeString(f.CodeSha256); err == nil && fmt.Sprintf("%x", raw) == hash {
			out["Code"] = map[string]string{"RepositoryType": "S3", "Location": "http://" + s.url + "/packages/" + hash + ".zip"}
		}
	}
	if f.reserved >= 0 {
		out["Concurrency"] = map[string]int{"ReservedConcurrentExecutions": f.reserved}
	}
	return out
}

// Package answers with an uploaded zip file.
func (s *Service) Package(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	zip := s.packages[strings.TrimSuffix(r.PathValue("name"), ".zip")]
	s.mu.Unlock()
	if zip == nil {
		http.NotFound(w, r)
		return
	}
	w.Write(zip) // the client has gone if it fails
}

func (s *Service) remove(f *function) error {
	for _, v := range f.versions {
		s.retire(v)
	}
	delete(s.functions, f.FunctionName)
	return nil
}

func (s *Service) update(f *function, c *call) (any, error) {
	var in struct {
		ZipFile       []byte
		Architectures []string
		Publish       bool
	}
	if err := fields(c, &in); err != nil {
		return nil, err
	}
	if len(in.Architectures) > 0 {
		f.Architectures = in.Architectures
	}
	return f.configuration, s.load(f, in.ZipFile)
}

func (s *Service) configure(f *function, c *call) (any, error) {
	var in struct{ MemorySize, Timeout int }
	if err := fields(c, &in); err != nil {
		return nil, err
	}
	if in.MemorySize > 0 {
		f.MemorySize = in.MemorySize
	}
	if in.Timeout > 0 {
		f.Timeout = in.Timeout
	}
	f.versions[len(f.versions)-1].config = f.configuration
	return f.configuration, nil
}

func (s *Service) list(f *function) any {
	var out []configuration
	out = append(out, f.configuration)
	for _, v := range f.versions[:len(f.versions)-1] {
		out = append(out, v.config)
	}
	return map[string]any{"Versions": out}
}

// publish keeps $LATEST under a number, unless the last number is the same.
func (s *Service) publish(f *function, c *call) (any, error) {
	var in struct{ CodeSha256, Description string }
	if err := fields(c, &in); err != nil {
		return nil, err
	}
	if in.CodeSha256 != "" && in.CodeSha256 != f.CodeSha256 {
		return nil, failure(http.StatusBadRequest, "InvalidParameterValueException", "CodeSHA256 (%s) is different from current CodeSHA256 in $LATEST (%s)", in.CodeSha256, f.CodeSha256)
	}
	latest := f.versions[len(f.versions)-1]
	if n := len(f.versions); n > 1 {
		if last := f.versions[n-2]; last.config.CodeSha256 == f.CodeSha256 && last.config.MemorySize == f.MemorySize && last.config.Timeout == f.Timeout {
			return last.config, nil
		}
	}
	v := &version{of: f, config: f.configuration, program: latest.program}
	v.config.Version, v.config.Description = strconv.Itoa(len(f.versions)), in.Description
	v.config.FunctionArn += ":" + v.config.Version
	f.versions = append(f.versions[:len(f.versions)-1], v, latest)
	return v.config, nil
}

// leastUnreserved is what AWS keeps for functions without a limit of their own.
const leastUnreserved = 100

func (s *Service) reserve(f *function, c *call) (any, error) {
	var in struct{ ReservedConcurrentExecutions int }
	if err := fields(c, &in); err != nil {
		return nil, err
	}
	if left := s.unreserved() + max(0, f.reserved) - in.ReservedConcurrentExecutions; left < min(leastUnreserved, s.o.Concurrency) && in.ReservedConcurrentExecutions > 0 {
		return nil, failure(http.StatusBadRequest, "InvalidParameterValueException",
			"Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [%d].", leastUnreserved)
	}
	f.reserved = in.ReservedConcurrentExecutions
	return in, nil
}

// find is a version by its number; "" and $LATEST are the last.
func (f *function) find(qualifier string) *version {
	for _, v := range f.versions {
		if v.config.Version == qualifier || qualifier == "" && v.config.Version == "$LATEST" {
			return v
		}
	}
	return nil
}
