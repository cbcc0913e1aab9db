package local

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"
)

// late knows what has just been made: on AWS not every part of a service knows of it at once,
// and a call that names it is told that there is no such thing.
type late struct {
	delay time.Duration // 0: all is known at once
	mu    sync.Mutex
	known map[string]time.Time // from when on, by name
}

// made notes what a call has made, by its name in the request or the answer.
func (l *late) made(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.known == nil {
		l.known = map[string]time.Time{}
	}
	if _, again := l.known[name]; name != "" && !again {
		l.known[name] = time.Now().Add(l.delay)
	}
}

// unknown is the first of some names that is not known yet; "": all are.
func (l *late) unknown(names []string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, n := range names {
		if at, young := l.known[n]; young && time.Now().Before(at) {
			return n
		}
	}
	return ""
}

// form carries out a call that names things in the values of its form, or says that one of
// them is not there yet.
func (l *late) form(w http.ResponseWriter, f url.Values, fail func(w http.ResponseWriter, code, text string), h func(http.ResponseWriter)) {
	action := f.Get("Action")
	if l.delay == 0 {
		h(w)
		return
	}
	if !strings.HasPrefix(action, "Create") || action == "CreateImage" {
		var names []string
		for key, values := range f {
			if key != "Name" && !strings.Contains(key, "Filter") && !strings.Contains(key, "Tag") {
				names = append(names, values...)
			}
		}
		if n := l.unknown(names); n != "" {
			fail(w, missing(f.Get("Version"), n), n+" does not exist")
			return
		}
	}
	if bound := f.Get("PermissionsBoundary"); l.unknown([]string{bound}) != "" {
		fail(w, missing(f.Get("Version"), bound), "Scope ARN: "+bound+" does not exist or is not attachable.")
		return
	}
	seen := &heard{ResponseWriter: w}
	h(seen)
	if seen.failed || !strings.HasPrefix(action, "Create") {
		return
	}
	l.made(f.Get("RoleName"))
	if action == "CreateInstanceProfile" {
		l.made(f.Get("InstanceProfileName"))
	}
	if action == "CreatePolicy" {
		l.made(string(policyARN.Find(seen.text.Bytes())))
	}
	l.made(string(identity.Find(seen.text.Bytes())))
}

// json does so with a call that names things in the fields of its body.
func (l *late) json(w http.ResponseWriter, r *http.Request, action string, h http.HandlerFunc) {
	if l.delay == 0 {
		h(w, r)
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		failJSON(w, "SerializationException", err.Error())
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	var in struct {
		TableName string
		Group     string `json:"logGroupName"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		h(w, r)
		return
	}
	if strings.HasPrefix(action, "Create") {
		seen := &heard{ResponseWriter: w}
		if h(seen, r); !seen.failed {
			l.made(in.TableName)
			l.made(in.Group)
		}
		return
	}
	if n := l.unknown([]string{in.TableName, in.Group}); n != "" {
		failJSON(w, "ResourceNotFoundException", n+" does not exist")
		return
	}
	h(w, r)
}

// function does so with a call of Lambda, which names the function in its path; the one that
// makes it names it in the answer.
func (l *late) function(w http.ResponseWriter, r *http.Request, action string, h http.HandlerFunc) {
	const made = "function "
	switch name := r.PathValue("name"); {
	case l.delay == 0:
		h(w, r)
	case action == "CreateFunction":
		seen := &heard{ResponseWriter: w}
		h(seen, r)
		var out struct{ FunctionName string }
		if !seen.failed && json.Unmarshal(seen.text.Bytes(), &out) == nil {
			l.made(made + out.FunctionName)
		}
	case l.unknown([]string{made + name}) != "":
		failLambda(w, "ResourceNotFoundException", "Function not found: "+name)
	default:
		h(w, r)
	}
}

// identity is the name that EC2 gives to what it makes.
var identity = regexp.MustCompile(`\b(sg|ami)-[0-9a-f]+`)

// policyARN is that of a managed policy.
var policyARN = regexp.MustCompile(`arn:[\w-]+:iam::\d+:policy/[\w-]+`)

// missing is the code for something that is not there.
func missing(version, name string) string {
	kind, _, _ := strings.Cut(name, "-")
	switch {
	case version == versionIAM:
		return "NoSuchEntity"
	case kind == "sg":
		return "InvalidGroup.NotFound"
	case kind == "ami":
		return "InvalidAMIID.NotFound"
	}
	return "InvalidParameterValue" // of an instance profile
}

// heard passes an answer on and keeps a copy of it.
type heard struct {
	http.ResponseWriter
	failed bool
	text   bytes.Buffer
}

func (h *heard) WriteHeader(status int) {
	h.failed = status >= 300
	h.ResponseWriter.WriteHeader(status)
}

func (h *heard) Write(p []byte) (int, error) {
	h.text.Write(p)
	return h.ResponseWriter.Write(p)
}
