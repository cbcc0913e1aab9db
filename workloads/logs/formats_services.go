package logs

import "bytes"

// serviceFormats are those of proxies and gateways that their lines or columns tell.
var serviceFormats = []*Format{
	{
		Name: "envoy", Doc: "access log of Envoy or Istio in text (the format by default)", Document: "https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage, https://istio.io/latest/docs/tasks/observability/logs/access-log/", Untried: true,
		starts: isEnvoy, rows: newEnvoy,
		meaning: means(Columns{
			Arrival: col("start_time"), Duration: in(Millisecond, "duration"), Class: col("request"), Status: col("response_code"), BytesIn: col("bytes_received"), BytesOut: col("bytes_sent"), Said: envoySaid,
		}),
	},
	{
		Name: "envoy-json", Doc: "access log of Envoy or Istio in JSON", Document: "https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage, https://istio.io/latest/docs/tasks/observability/logs/access-log/", Untried: true,
		needs: []string{"start_time", "duration", "response_code", "response_flags|upstream_host|upstream_cluster|upstream_service_time|authority"}, rows: newJSONLines,
		meaning: means(Columns{
			Arrival: col("start_time"), Duration: in(Millisecond, "duration"), Class: col("path", "authority"), Status: col("response_code"), BytesIn: col("bytes_received"), BytesOut: col("bytes_sent"), Said: envoySaid,
		}),
	},
	{
		Name: "elb", Doc: "AWS Classic Load Balancer access log", Document: "https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/access-log-collection.html", Untried: true, starts: isELB,
		rows: fixed(' ', 0, elbColumns...),
		meaning: means(Columns{
			Arrival: col("time"), Parts: []Column{in(Second, "request_processing_time"), in(Second, "backend_processing_time"), in(Second, "response_processing_time")},
			BytesIn: col("received_bytes"), BytesOut: col("sent_bytes"), Status: col("elb_status_code"), Class: col("request"), Said: "time is when the request was received, duration = the sum of the three times",
		}),
	},
	{
		Name: "gcp", Doc: "requests of Google Cloud Logging (load balancers, Cloud Run), JSON", Document: "https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry#HttpRequest", Untried: true,
		needs: []string{"timestamp", "httpRequest.latency", "httpRequest.requestUrl|httpRequest.status"}, rows: newJSONLines,
		meaning: means(Columns{
			Arrival: col("timestamp"), Duration: in(Second, "httpRequest.latency"), Class: col("httpRequest.requestUrl"), Status: col("httpRequest.status"), BytesIn: col("httpRequest.requestSize"), BytesOut: col("httpRequest.responseSize"),
			Said: "timestamp is taken for the arrival (--end timestamp if it is the end)",
		}),
	},
	{
		Name: "appgateway", Doc: "access log of Azure Application Gateway, JSON", Document: "https://learn.microsoft.com/azure/application-gateway/monitor-application-gateway-reference", Untried: true,
		needs: []string{"timeStamp|time", "properties.timeTaken", "properties.httpStatus"}, rows: newJSONLines,
		meaning: means(Columns{
			End: col("timeStamp", "time"), Duration: col("properties.timeTaken"), Class: col("properties.originalRequestUriWithArgs", "properties.requestUri"), Status: col("properties.httpStatus"), BytesIn: col("properties.receivedBytes"), BytesOut: col("properties.sentBytes"),
			Said: "a record is taken for written at the end of a request: arrival = its instant - timeTaken, seconds (--duration-unit ms for gateways v1)",
		}),
	},
	{
		Name: "apigateway", Doc: "access log of AWS API Gateway in JSON, with $context.responseLatency", Document: "https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html", Untried: true,
		needs: []string{"requestTime|requestTimeEpoch", "responseLatency"}, rows: newJSONLines,
		meaning: means(Columns{
			Arrival: col("requestTimeEpoch", "requestTime"), Duration: in(Millisecond, "responseLatency"), Class: col("resourcePath", "routeKey", "path"), Status: col("status"), BytesOut: col("responseLength"),
			Said: "requestTime is when the request was received, responseLatency is in milliseconds",
		}),
	},
	{
		Name: "squid", Doc: "access log of Squid (native format)", Document: "https://wiki.squid-cache.org/Features/LogFormat", Untried: true, starts: isSquid,
		rows: fixed(' ', 0, "time", "elapsed", "client", "result", "bytes", "method", "url", "user", "hierarchy", "type"),
		meaning: means(Columns{
			End: in(Second, "time"), Duration: in(Millisecond, "elapsed"), Class: col("url"), BytesOut: col("bytes"), Said: "a line is written at the end of a request: arrival = time - elapsed, milliseconds",
		}),
	},
	{
		Name: "ab", Doc: "requests of ApacheBench (ab -g)", Document: "https://httpd.apache.org/docs/2.4/programs/ab.html", Untried: true, needs: []string{"starttime", "seconds", "ctime", "dtime", "ttime", "wait"}, rows: newTable,
		meaning: means(Columns{Arrival: in(Second, "seconds"), Duration: in(Millisecond, "ttime"), Said: "seconds is the start of a request, ttime how long it took in milliseconds"}),
	},
	{
		Name: "oha", Doc: "requests of oha (--output-format csv)", Document: "https://github.com/hatoo/oha", Untried: true, needs: []string{"request-start", "request-duration"}, rows: newTable,
		meaning: means(Columns{Arrival: in(Second, "request-start"), Duration: in(Second, "request-duration"), Status: col("status"), BytesOut: col("bytes")}),
	},
	{
		Name: "pino", Doc: "requests of pino-http (Node.js) in JSON", Document: "https://github.com/pinojs/pino-http", Untried: true,
		needs: []string{"time", "responseTime", "req.url", "res.statusCode"}, rows: newJSONLines,
		meaning: means(Columns{
			End: col("time"), Duration: in(Millisecond, "responseTime"), Class: col("req.url"), Status: col("res.statusCode"), Said: "a line is written at the end of a request: arrival = time - responseTime, milliseconds",
		}),
	},
}

const envoySaid = "start_time is the arrival, duration is in milliseconds"

// The fields of a line of Envoy, and of one of Istio, which has more of them.
var (
	envoyColumns = []string{
		"start_time", "request", "response_code", "response_flags", "bytes_received", "bytes_sent", "duration", "upstream_service_time",
		"x_forwarded_for", "user_agent", "request_id", "authority", "upstream_host",
	}
	istioColumns = []string{
		"start_time", "request", "response_code", "response_flags", "response_code_details", "connection_termination_details", "upstream_transport_failure_reason", "bytes_received", "bytes_sent", "duration",
		"upstream_service_time", "x_forwarded_for", "user_agent", "request_id", "authority", "upstream_host", "upstream_cluster", "upstream_local_address", "downstream_local_address", "downstream_remote_address",
		"requested_server_name", "route_name",
	}
	elbColumns = []string{
		"time", "elb", "client", "backend", "request_processing_time", "backend_processing_time", "response_processing_time", "elb_status_code", "backend_status_code", "received_bytes", "sent_bytes",
		"request", "user_agent", "ssl_cipher", "ssl_protocol",
	}
)

// envoyFields is how many fields the first line of Envoy among some has; 0 there is none.
func envoyFields(head []byte) int {
	var s splitter
	n := 0
	for line := range bytes.Lines(head) {
		f := s.split(bytes.TrimRight(line, "\r\n"), ' ', true)
		if len(f) >= len(envoyColumns) && len(f[0]) > 0 && f[0][0] == '[' && isValue(f[0]) && number(f[2]) >= 0 && bytes.Count(f[1], []byte{' '}) == 2 {
			return len(f)
		}
		if n++; n == lookedAt {
			break
		}
	}
	return 0
}

func isEnvoy(head []byte) bool { return envoyFields(head) > 0 }

func newEnvoy(in *Input) (rows, error) {
	head, err := in.Head()
	if err != nil {
		return nil, err
	}
	if envoyFields(head) >= len(istioColumns) {
		return fixed(' ', 0, istioColumns...)(in)
	}
	return fixed(' ', 0, envoyColumns...)(in)
}

// isSquid: seconds with milliseconds, a number, an address, and a result with a status.
func isSquid(head []byte) bool {
	var s splitter
	line, _, _ := bytes.Cut(head, []byte{'\n'})
	f := s.split(bytes.TrimRight(line, "\r"), ' ', true)
	return len(f) >= 10 && len(f[0]) == 14 && isSeconds(f[0]) && number(f[1]) >= 0 && bytes.IndexByte(f[3], '/') > 0 && number(f[4]) >= 0 && isUpper(f[5])
}

// isELB: an instant, a name, and two addresses or - before three times and two statuses.
func isELB(head []byte) bool {
	var s splitter
	line, _, _ := bytes.Cut(head, []byte{'\n'})
	f := s.split(bytes.TrimRight(line, "\r"), ' ', true)
	return len(f) >= 12 && isValue(f[0]) && len(f[0]) > 19 && bytes.IndexByte(f[2], ':') > 0 && isSeconds(f[4]) && bytes.Count(f[11], []byte{' '}) == 2
}
