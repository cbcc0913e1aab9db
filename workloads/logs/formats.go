package logs

import "slices"

// A Format is a way to write a log.
type Format struct {
	Name     string
	Doc      string   // what it is
	Document string   // what the reader was written after
	Untried  bool     // on a file that the program itself wrote, or that its publisher publishes
	needs    []string // columns that a file of the format has; "a|b": one of them
	general  bool     // takes nearly any file: another format that fits goes first
	binary   bool     // is not text
	plain    bool     // has no columns to name: the first bytes tell it
	shape    bool     // a line that is none of its own cannot be split
	starts   func(head []byte) bool
	refuse   string // why it is not read; "" it is
	rows     func(*Input) (rows, error)
	meaning  func(rows) Columns
	Origin   Origin // of a data set
}

// An Origin is where a data set comes from.
type Origin struct{ Source, Licence, Citation, URL string }

// means is a meaning that is the same for all files.
func means(c Columns) func(rows) Columns { return func(rows) Columns { return c } }

// Formats are all formats, those that fit fewer files first.
var Formats = slices.Concat(toldFormats, serviceFormats, namedFormats)

// toldFormats are those that the first bytes or the shape of lines tell.
var toldFormats = []*Format{
	{
		Name: "wrk2", Doc: "HdrHistogram of wrk2 (refused)", Document: "https://github.com/giltene/wrk2", starts: hasText("Detailed Percentile spectrum", "TotalCount 1/(1-Percentile)"),
		refuse: "a histogram has no instants, so it cannot become arrivals: record requests (vegeta encode, k6 --out csv, or the server's access log)",
	},
	{
		Name: "prometheus-instant", Doc: "answer of Prometheus to an instant query (refused)", Document: "https://prometheus.io/docs/prometheus/latest/querying/api/#instant-queries", starts: promAnswers("resultType", "vector"),
		refuse: "it has the values of one instant, so it cannot become arrivals: ask for a range (/api/v1/query_range with start, end and step)",
	},
	{
		Name: "worldcup", Doc: "WorldCup98 access logs, binary records of 20 bytes", Document: "https://ita.ee.lbl.gov/html/contrib/WorldCup.html", Untried: true, binary: true, starts: isWorldCup,
		rows: newWorldCup, meaning: means(Columns{Arrival: in(Second, "timestamp"), BytesOut: col("size"), Status: col("status"), Class: col("type"), Raw: true}),
		Origin: Origin{"WorldCup98 access logs", "see the notice of the data set", "Arlitt, Jin: 1998 World Cup Web Site Access Logs", "https://ita.ee.lbl.gov/html/contrib/WorldCup.html"},
	},
	{
		Name: "parquet", Doc: "Parquet, columns by name as in csv", Document: "https://parquet.apache.org/docs/file-format/", Untried: true, binary: true, general: true, starts: hasPrefix("PAR1"), rows: newParquet, meaning: guess,
	},
	{
		Name: "alb", Doc: "AWS Application Load Balancer access log", Document: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html", starts: isALB,
		rows: fixed(' ', 0, albColumns...),
		meaning: means(Columns{
			Arrival: col("request_creation_time"), Parts: []Column{in(Second, "request_processing_time"), in(Second, "target_processing_time"), in(Second, "response_processing_time")},
			BytesIn: col("received_bytes"), BytesOut: col("sent_bytes"), Status: col("elb_status_code"), Class: col("request"), Said: "arrival = request_creation_time, duration = the sum of the three times",
		}),
	},
	{
		Name: "haproxy", Doc: "HAProxy HTTP log (option httplog)", Document: "https://docs.haproxy.org/2.8/configuration.html#8.2.3", Untried: true, plain: true, shape: true, rows: newHAProxy,
		meaning: means(Columns{Arrival: col("date"), Duration: in(Millisecond, "total_ms"), Status: col("status"), BytesOut: col("bytes"), Class: col("path")}),
	},
	{
		Name: "lambda", Doc: "AWS Lambda REPORT lines: plain, exported by CloudWatch Logs, or CSV of Logs Insights", Document: "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html",
		starts: hasText("REPORT RequestId:"), rows: newLambda, meaning: lambdaMeaning,
	},
	{
		Name: "lambda-events", Doc: "AWS Lambda REPORT lines in the answer of filter-log-events", Document: "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html", Untried: true,
		starts: hasText(`"events"`, "REPORT RequestId:"), rows: inDocuments(logEvent, "events"), meaning: lambdaMeaning,
	},
	{
		Name: "cloudfront", Doc: "Amazon CloudFront standard log", Document: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html", Untried: true,
		starts: hasPrefix("#Version"), needs: []string{"instant", "time-taken", "x-edge-location"}, rows: newW3C,
		meaning: means(Columns{
			End: col("instant"), Duration: in(Second, "time-taken"), Status: col("sc-status"), BytesIn: col("cs-bytes"), BytesOut: col("sc-bytes"), Class: col("cs-uri-stem"),
			Said: "date and time are the end of the answer: arrival = instant - time-taken",
		}),
	},
	{
		Name: "w3c", Doc: "W3C Extended Log File Format (IIS)", Document: "https://www.w3.org/TR/WD-logfile.html", Untried: true,
		starts: hasText("#Fields:"), needs: []string{"instant"}, rows: newW3C,
		meaning: means(Columns{
			End: col("instant"), Duration: in(Millisecond, "time-taken"), Status: col("sc-status"), BytesIn: col("cs-bytes"), BytesOut: col("sc-bytes"), Class: col("cs-uri-stem"),
			Said: "date and time are the end of the answer, time-taken is milliseconds (IIS)",
		}),
	},
	{
		Name: "swf", Doc: "Standard Workload Format of batch jobs", Document: "https://www.cs.huji.ac.il/labs/parallel/workload/swf.html", plain: true, starts: isSWF, rows: fixed(' ', ';', swfColumns...),
		meaning: means(Columns{
			Arrival: in(Second, "submit"), Duration: in(Second, "run"), Work: in(Second, "cpu"), Cores: col("processors"), Memory: col("memory_kb"), Attrs: []Attr{{"processors", col("processors")}, {"queue", col("queue")}},
			Said: "arrival = submit time, work = average CPU time x processors",
		}),
	},
	{
		Name: "ingress-nginx", Doc: "access log of ingress-nginx (log-format-upstream by default)", Document: "https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/log-format/", Untried: true, starts: isIngress, rows: newIngress,
		meaning: means(Columns{
			End: col("time"), Duration: in(Second, "request_time"), BytesIn: col("request_length"), BytesOut: col("bytes"), Status: col("status"), Class: col("path"), Raw: true,
			Said: "a line is written at the end of a request: arrival = time - request_time",
		}),
	},
	{
		Name: "clf", Doc: "Common or Combined Log Format (Apache, nginx; request_time after the agent)", Document: "https://httpd.apache.org/docs/2.4/mod/mod_log_config.html, https://nginx.org/en/docs/http/ngx_http_log_module.html", plain: true, shape: true, rows: newCLF, meaning: clfMeaning,
	},
	{
		Name: "vegeta-csv", Doc: "vegeta encode --to csv", Document: "https://github.com/tsenart/vegeta#encode-command", plain: true, starts: isVegetaCSV, rows: fixed(',', 0, vegetaColumns...),
		meaning: means(Columns{Arrival: in(Nanosecond, "timestamp"), Duration: in(Nanosecond, "latency"), Status: col("code"), BytesIn: col("bytes_out"), BytesOut: col("bytes_in"), Class: col("url")}),
	},
	// Metrics.
	{
		Name: "cloudwatch-json", Doc: "CloudWatch get-metric-statistics", Document: "https://docs.aws.amazon.com/cli/latest/reference/cloudwatch/get-metric-statistics.html", starts: hasText(`"Datapoints"`),
		rows: inDocuments(asItIs, "Datapoints"), meaning: cloudWatchMeaning,
	},
	{
		Name: "cloudwatch-data", Doc: "CloudWatch get-metric-data", Document: "https://docs.aws.amazon.com/cli/latest/reference/cloudwatch/get-metric-data.html", Untried: true, starts: hasText(`"MetricDataResults"`),
		rows: inDocuments(metricResult, "MetricDataResults"), meaning: cloudWatchMeaning,
	},
	{
		Name: "cloudwatch-csv", Doc: "CSV of the CloudWatch console", Document: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/", starts: hasPrefix("Full label,"), rows: newCloudWatchCSV, meaning: firstNamed,
	},
	{
		Name: "prometheus", Doc: "answer of Prometheus to a range query", Document: "https://prometheus.io/docs/prometheus/latest/querying/api/#range-queries", starts: hasText(`"matrix"`),
		rows: inDocuments(promSeries, "data", "result"), meaning: promMeaning,
	},
	// Spans.
	{
		Name: "jaeger", Doc: "Jaeger traces in JSON: the spans without a parent", Document: "https://www.jaegertracing.io/docs/latest/apis/", Untried: true, starts: hasText(`"spans"`, `"operationName"`),
		rows: inDocuments(spansOfJaeger, "data"),
		meaning: means(Columns{
			Arrival: in(Microsecond, "startTime"), Duration: in(Microsecond, "duration"), Class: col("operationName"), Raw: true, Status: col("tags.http.status_code", "tags.http.response.status_code"),
			Keep: "parents = 0", KeepOwn: true,
		}),
	},
	{
		Name: "otlp", Doc: "OpenTelemetry spans in OTLP JSON: those without a parent", Document: "https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding", Untried: true, starts: hasText(`"resourceSpans"`),
		rows: inDocuments(spansOfOTLP, "resourceSpans"),
		meaning: means(Columns{
			Arrival: in(Nanosecond, "startTimeUnixNano"), End: in(Nanosecond, "endTimeUnixNano"), Class: col("name"), Raw: true, Status: col("attributes.http.response.status_code", "attributes.http.status_code"),
			Keep: "parents = 0", KeepOwn: true,
		}),
	},
}
