package local

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"

	"cnv/live/local/dynamo"
	"cnv/live/local/ec2"
	"cnv/live/local/iam"
	"cnv/live/local/lambda"
)

// routes tells the services apart: Lambda by its paths, those that speak JSON
// by X-Amz-Target, and those with a form by its version.
func (c *Cloud) routes() http.Handler {
	mux := http.NewServeMux()
	c.lambda.Routes(mux, func(action string, h http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			c.faults.serve(w, r, action, failLambda, func(w http.ResponseWriter, r *http.Request) { c.function(w, r, action, h) })
		}
	})
	c.schedules.Routes(mux, func(action string, h http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			c.faults.serve(w, r, action, failSchedule, func(w http.ResponseWriter, r *http.Request) { c.schedule(w, r, action, h) })
		}
	})
	mux.HandleFunc("POST /{$}", c.post)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		c.unknown(r.Method + " " + r.URL.Path)
		lambda.Fail(w, http.StatusNotFound, "UnknownOperationException", "the local cloud does not know "+r.Method+" "+r.URL.Path)
	})
	return mux
}

// function serves a call of Lambda. Who may not list the tags of a function gets it without.
func (c *Cloud) function(w http.ResponseWriter, r *http.Request, action string, h http.HandlerFunc) {
	var body []byte
	var err error
	if action == "CreateFunction" {
		body, err = peek(r)
	}
	why := c.permitted(r, action, func() []iam.Request { return lambdaNeeds(c.place, action, r, body) })
	if action == "GetFunction" {
		tags := c.permitted(r, action, func() []iam.Request { return lambdaNeeds(c.place, "ListTags", r, nil) })
		r = lambda.WithoutTags(r, tags)
	}
	switch {
	case err != nil:
		failLambda(w, "RequestTooLargeException", err.Error())
	case why != "":
		lambda.Fail(w, http.StatusForbidden, "AccessDeniedException", why)
	default:
		c.late.function(w, r, action, h)
	}
}

// mostBody is the largest body of a call, Lambda's: a package in base64.
const mostBody = 70 << 20

// peek reads the body of a call, and leaves it there.
func peek(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, mostBody))
	r.Body = io.NopCloser(bytes.NewReader(body))
	return body, err
}

// known lets calls through that have the cloud's access key: other users of this
// machine, and pages in a browser, reach its loopback too. Packages are named
// by their content, and environments by what only they know.
func (c *Cloud) known() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key, _, basic := r.BasicAuth()
		if !basic {
			_, signed, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
			key, _, _ = strings.Cut(signed, "/")
		}
		who := c.principals.find(key)
		open := strings.HasPrefix(r.URL.Path, "/packages/") || strings.HasPrefix(r.URL.Path, "/runtime/")
		if open || who != nil {
			c.regional(r).serves.ServeHTTP(w, by(r, who))
			return
		}
		const text = "not the access key of this cloud"
		switch {
		case r.Header.Get("X-Amz-Target") != "":
			failJSON(w, "UnrecognizedClientException", text)
		case r.URL.Path == "/":
			ec2.Fail(w, http.StatusUnauthorized, "AuthFailure", text)
		default:
			lambda.Fail(w, http.StatusForbidden, "UnrecognizedClientException", text)
		}
	})
}

// regional is the cloud of the region that a call is signed for. IAM and STS have none here.
func (c *Cloud) regional(r *http.Request) *Cloud {
	_, signed, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	scope := strings.Split(signed, "/") // key, day, region, service
	for _, other := range c.cfg.Beside {
		if len(scope) > 3 && scope[2] == other.place.Region && scope[3] != "iam" && scope[3] != "sts" {
			return other
		}
	}
	return c
}

// unknown logs a call that nobody here answers: its client may not tell.
func (c *Cloud) unknown(call string) {
	c.cfg.Log.Warn("the local cloud does not know a call", "call", call)
}

// The versions of the services that are asked with a form.
const (
	versionEC2 = "2016-11-15"
	versionIAM = "2010-05-08"
	versionSTS = "2011-06-15"
)

// post serves what is posted to the root.
func (c *Cloud) post(w http.ResponseWriter, r *http.Request) {
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		c.json(w, r, target)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
	if err := r.ParseForm(); err != nil {
		ec2.Fail(w, http.StatusBadRequest, "MalformedQueryString", err.Error())
		return
	}
	action, version := r.Form.Get("Action"), r.Form.Get("Version")
	fail := failEC2
	if version == versionIAM || version == versionSTS {
		fail = failQuery
	}
	c.faults.serve(w, r, action, fail, func(w http.ResponseWriter, r *http.Request) {
		switch why := c.permitted(r, action, func() []iam.Request { return c.formNeeds(version, r.Form) }); {
		case why != "" && version == versionIAM:
			refuse(w, http.StatusForbidden, "AccessDenied", why)
		case why != "":
			failEC2(w, "UnauthorizedOperation", "You are not authorized to perform this operation. "+why)
		default:
			c.late.form(w, r.Form, fail, func(w http.ResponseWriter) { c.form(w, r.Form, callerOf(r)) })
		}
	})
}

// formNeeds are what a call with a form needs. Who somebody is, STS tells everybody.
func (c *Cloud) formNeeds(version string, f url.Values) []iam.Request {
	switch version {
	case versionEC2:
		return c.ec2.Needs(f)
	case versionIAM:
		return iamNeeds(c.place, f, func(role string) string {
			if c.late.unknown([]string{role}) != "" {
				return "" // who decides does not know of it either
			}
			return c.iam().boundOf(role)
		})
	}
	return nil
}

// form serves the services that are asked with a form.
func (c *Cloud) form(w http.ResponseWriter, f url.Values, who *principal) {
	action, version := f.Get("Action"), f.Get("Version")
	switch version {
	case versionEC2:
		c.ec2.Serve(w, f)
	case versionIAM:
		if action == "SimulatePrincipalPolicy" {
			c.simulate(w, f)
			return
		}
		c.iam().iam(w, f)
	case versionSTS:
		c.stubs.sts(w, f, who)
	default:
		c.unknown(action + " of " + version)
		failEC2(w, "InvalidAction", "the local cloud does not know version "+version+" (action "+action+")")
	}
}

// json serves the services that speak JSON.
func (c *Cloud) json(w http.ResponseWriter, r *http.Request, target string) {
	service, action, _ := strings.Cut(target, ".")
	answer := func(w http.ResponseWriter, r *http.Request) {
		switch service {
		case "DynamoDB_20120810":
			c.tables.ServeHTTP(w, r)
		case "Logs_20140328":
			c.stubs.logs(w, r, action)
		case "ServiceQuotasV20190624":
			c.stubs.quotas(w, r, action)
		default:
			c.unknown(target)
			failJSON(w, "UnknownOperationException", "the local cloud does not know "+target)
		}
	}
	needs := map[string]func(iam.Place, string, []byte) []iam.Request{"DynamoDB_20120810": tableNeeds, "Logs_20140328": logNeeds, "ServiceQuotasV20190624": quotaNeeds}[service]
	c.faults.serve(w, r, action, failJSON, func(w http.ResponseWriter, r *http.Request) {
		body, err := peek(r)
		if err != nil {
			failJSON(w, "SerializationException", err.Error())
			return
		}
		if why := c.permitted(r, action, func() []iam.Request { return needs(c.place, action, body) }); needs != nil && why != "" {
			failJSON(w, "AccessDeniedException", why)
			return
		}
		c.late.json(w, r, action, answer)
	})
}

// The errors of each protocol, with the status that the service gives them.

func failEC2(w http.ResponseWriter, code, text string) { ec2.Fail(w, ec2.Status(code), code, text) }

// failQuery is for IAM and STS, which read EC2's errors as unknown ones.
func failQuery(w http.ResponseWriter, code, text string) { refuse(w, serverError(code), code, text) }

func failLambda(w http.ResponseWriter, code, text string) {
	status := serverError(code)
	if code == "TooManyRequestsException" {
		status = http.StatusTooManyRequests
	}
	lambda.Fail(w, status, code, text)
}

func failJSON(w http.ResponseWriter, code, text string) {
	dynamo.Fail(w, serverError(code), code, text)
}

// serverError is 500 for the codes of the server's own errors, else 400.
func serverError(code string) int {
	if strings.HasPrefix(code, "Internal") || strings.HasPrefix(code, "Service") {
		return http.StatusInternalServerError
	}
	return http.StatusBadRequest
}
