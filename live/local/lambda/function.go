package lambda

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"cnv/policy/catalog"
)

// A function and its versions.
type function struct {
	configuration
	reserved int // its own limit of calls at once; -1: none
	versions []*version
	aliases  map[string]*alias
	tags     map[string]string
	settle   time.Duration // that it takes to be made or changed
}

type configuration struct {
	FunctionName     string
	FunctionArn      string
	Runtime          string   `json:",omitempty"`
	Role             string   `json:",omitempty"`
	Handler          string   `json:",omitempty"`
	Description      string   `json:",omitempty"`
	MemorySize       int      `json:",omitempty"`
	Timeout          int      `json:",omitempty"` // s
	Architectures    []string `json:",omitempty"`
	CodeSha256       string   `json:",omitempty"`
	CodeSize         int      `json:",omitempty"`
	PackageType      string   `json:",omitempty"`
	Version          string   `json:",omitempty"`
	State            string   `json:",omitempty"`
	LastUpdateStatus string   `json:",omitempty"`
}

// check fills what is not said and refuses what Lambda would, and what cannot
// be had here.
func (c *configuration) check() error {
	if c.MemorySize == 0 {
		c.MemorySize = catalog.FunctionMinMB
	}
	if c.Timeout == 0 {
		c.Timeout = 3
	}
	if len(c.Architectures) == 0 {
		c.Architectures = []string{"x86_64"}
	}
	refuse := func(format string, args ...any) error {
		return failure(http.StatusBadRequest, "InvalidParameterValueException", format, args...)
	}
	switch most := int(catalog.FunctionTimeout.Seconds()); {
	case c.FunctionName == "":
		return refuse("FunctionName is missing")
	case !strings.HasPrefix(c.Runtime, "provided.al"):
		return refuse("the local Lambda does not know the runtime %q: want provided.al2023", c.Runtime)
	case c.PackageType != "" && c.PackageType != "Zip":
		return refuse("the local Lambda does not know packages of type %s: want Zip", c.PackageType)
	case c.Role == "":
		return refuse("The role defined for the function cannot be assumed by Lambda.")
	case c.MemorySize < catalog.FunctionMinMB || c.MemorySize > catalog.FunctionMaxMB:
		return refuse("MemorySize %d: want %d to %d MB", c.MemorySize, catalog.FunctionMinMB, catalog.FunctionMaxMB)
	case c.Timeout < 1 || c.Timeout > most:
		return refuse("Timeout %d: want 1 to %d s", c.Timeout, most)
	}
	c.PackageType = "Zip"
	return nil
}

func (s *Service) create(c *call) (any, error) {
	var in struct {
		configuration
		Code    struct{ ZipFile []byte }
		Tags    map[string]string
		Publish bool
	}
	if err := s.fields(c, &in); err != nil {
		return nil, err
	}
	name := in.FunctionName
	if s.functions[name] != nil {
		return nil, failure(http.StatusConflict, "ResourceConflictException", "Function already exist: %s", name)
	}
	f := &function{configuration: in.configuration, reserved: -1, aliases: map[string]*alias{}, tags: map[string]string{}, settle: s.o.Settle}
	if err := f.check(); err != nil {
		return nil, err
	}
	maps.Copy(f.tags, in.Tags)
	f.FunctionArn = s.o.Place.ARN("lambda", "function:"+name)
	f.Version = "$LATEST"
	if err := s.load(f, in.Code.ZipFile); err != nil {
		return nil, err
	}
	f.find("").begin(false)
	s.functions[name] = f
	if in.Publish {
		return f.publish(f.Description).config, nil
	}
	return f.configuration, nil
}

// load takes a package as the code of $LATEST.
func (s *Service) load(f *function, zip []byte) error {
	sum := sha256.Sum256(zip)
	hash := hex.EncodeToString(sum[:])
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
		f.versions[n-1].retire()
		f.versions[n-1] = latest
	} else {
		f.versions = []*version{latest}
	}
	return nil
}

func (s *Service) listFunctions(*call) (any, error) {
	out := []configuration{}
	for _, name := range slices.Sorted(maps.Keys(s.functions)) {
		s.functions[name].settled()
		out = append(out, s.functions[name].configuration)
	}
	return map[string]any{"Functions": out}, nil
}

// withoutTags is in the context of a GetFunction that may not tell the tags: why.
type withoutTags struct{}

// WithoutTags has GetFunction answer without tags, because of why; "": with them.
func WithoutTags(r *http.Request, why string) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), withoutTags{}, why))
}

func (s *Service) get(c *call) (any, error) {
	v, err := c.version()
	if err != nil {
		return nil, err
	}
	sum, err := base64.StdEncoding.DecodeString(v.config.CodeSha256)
	if err != nil {
		return nil, err
	}
	out := map[string]any{
		"Configuration": v.config, "Tags": c.function.tags,
		"Code": map[string]string{"RepositoryType": "S3", "Location": "http://" + s.o.URL + "/packages/" + hex.EncodeToString(sum)},
	}
	if why, _ := c.r.Context().Value(withoutTags{}).(string); why != "" {
		delete(out, "Tags")
		out["TagsError"] = map[string]string{"ErrorCode": "AccessDeniedException", "Message": why}
	}
	if c.function.reserved >= 0 {
		out["Concurrency"] = map[string]int{"ReservedConcurrentExecutions": c.function.reserved}
	}
	return out, nil
}

func (s *Service) getConfiguration(c *call) (any, error) {
	v, err := c.version()
	if err != nil {
		return nil, err
	}
	return v.config, nil
}

// serveCode answers with an uploaded zip file.
func (s *Service) serveCode(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	zip := s.packages[r.PathValue("hash")]
	s.mu.Unlock()
	if zip == nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/zip")
	w.Write(zip) // the client has gone if it fails
}

func (s *Service) remove(c *call) (any, error) {
	if c.qualifier != "" {
		return nil, failure(http.StatusBadRequest, "InvalidParameterValueException", "the local Lambda does not know how to delete one version")
	}
	for _, v := range c.function.versions {
		v.retire()
	}
	delete(s.functions, c.function.FunctionName)
	return nil, nil
}

func (s *Service) update(c *call) (any, error) {
	var in struct {
		ZipFile       []byte
		Architectures []string
		Publish       bool
		DryRun        bool
	}
	if err := s.fields(c, &in); err != nil {
		return nil, err
	}
	f := c.function
	if in.DryRun {
		return f.configuration, nil
	}
	if len(in.Architectures) > 0 {
		f.Architectures = in.Architectures
	}
	if err := s.load(f, in.ZipFile); err != nil {
		return nil, err
	}
	f.find("").begin(true)
	if in.Publish {
		return f.publish(f.Description).config, nil
	}
	return f.configuration, nil
}

// configure changes $LATEST, whose environments begin again.
func (s *Service) configure(c *call) (any, error) {
	var in struct {
		MemorySize, Timeout        int
		Description, Role, Handler string
	}
	if err := s.fields(c, &in); err != nil {
		return nil, err
	}
	f := c.function
	next := f.configuration
	for _, change := range []struct {
		to   *string
		with string
	}{{&next.Description, in.Description}, {&next.Role, in.Role}, {&next.Handler, in.Handler}} {
		if change.with != "" {
			*change.to = change.with
		}
	}
	if in.MemorySize != 0 {
		next.MemorySize = in.MemorySize
	}
	if in.Timeout != 0 {
		next.Timeout = in.Timeout
	}
	if err := next.check(); err != nil {
		return nil, err
	}
	f.configuration = next
	old := f.versions[len(f.versions)-1]
	old.retire()
	f.versions[len(f.versions)-1] = &version{of: f, config: next, program: old.program}
	f.find("").begin(true)
	return f.configuration, nil
}

func (s *Service) tag(c *call) (any, error) {
	var in struct{ Tags map[string]string }
	if err := s.fields(c, &in); err != nil {
		return nil, err
	}
	maps.Copy(c.function.tags, in.Tags)
	return nil, nil
}

func (s *Service) untag(c *call) (any, error) {
	for _, key := range c.r.URL.Query()["tagKeys"] {
		delete(c.function.tags, key)
	}
	return nil, nil
}

func (s *Service) listTags(c *call) (any, error) {
	return map[string]any{"Tags": c.function.tags}, nil
}
