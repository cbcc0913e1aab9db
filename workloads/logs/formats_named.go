package logs

// namedFormats are those that their columns tell.
var namedFormats = []*Format{
	{
		Name: "k6-csv", Doc: "k6 run --out csv", Document: "https://grafana.com/docs/k6/latest/results-output/real-time/csv/", needs: []string{"metric_name", "timestamp", "metric_value"}, rows: newTable,
		meaning: means(Columns{
			End: col("timestamp"), Duration: in(Millisecond, "metric_value"), Class: col("name", "url"), Status: col("status"), Keep: "metric_name = http_req_duration", InSteps: true,
			Said: "a request is a row http_req_duration, written at its end: arrival = timestamp - metric_value, in whole seconds where timestamp has only these (K6_CSV_TIME_FORMAT=rfc3339_nano writes finer ones)",
		}),
	},
	{
		Name: "k6-json", Doc: "k6 run --out json", Document: "https://grafana.com/docs/k6/latest/results-output/real-time/json/", Untried: true, needs: []string{"metric", "type", "data.time", "data.value"}, rows: newJSONLines,
		meaning: means(Columns{
			End: col("data.time"), Duration: in(Millisecond, "data.value"), Class: col("data.tags.name", "data.tags.url"), Status: col("data.tags.status"), Keep: "metric = http_req_duration and type = Point",
			Said: "a request is a point http_req_duration, written at its end: arrival = time - value",
		}),
	},
	{
		Name: "jmeter", Doc: "results of JMeter in CSV (.jtl)", Document: "https://jmeter.apache.org/usermanual/listeners.html#csvlogformat", Untried: true, needs: []string{"timeStamp", "elapsed", "label"}, rows: newTable,
		meaning: means(Columns{
			Arrival: in(Millisecond, "timeStamp"), Duration: in(Millisecond, "elapsed"), Class: col("label"), Raw: true, Status: col("responseCode"), BytesIn: col("sentBytes"), BytesOut: col("bytes"),
			Said: "timeStamp is the start of a request (sampleresult.timestamp.start=true, as JMeter comes), elapsed the time to its last byte",
		}),
	},
	{
		Name: "vegeta-json", Doc: "vegeta encode", Document: "https://github.com/tsenart/vegeta#encode-command", needs: []string{"timestamp", "latency", "bytes_in", "attack"}, rows: newJSONLines,
		meaning: means(Columns{Arrival: col("timestamp"), Duration: in(Nanosecond, "latency"), Status: col("code"), BytesIn: col("bytes_out"), BytesOut: col("bytes_in"), Class: col("url")}),
	},
	{
		Name: "hey", Doc: "hey -o csv", Document: "https://github.com/rakyll/hey", needs: []string{"response-time", "DNS+dialup", "offset"}, rows: newTable,
		meaning: means(Columns{Arrival: in(Second, "offset"), Duration: in(Second, "response-time"), Status: col("status-code")}),
	},
	{
		Name: "locust", Doc: "history of Locust (--csv NAME --csv-full-history): counts", Document: "https://docs.locust.io/en/stable/retrieving-stats.html", needs: []string{"Timestamp", "User Count", "Requests/s", "Total Request Count"}, rows: newTable,
		meaning: means(Columns{
			Arrival: in(Second, "Timestamp"), Count: col("Total Request Count"), Quantity: Totals, FromStart: true, Keep: "Name = Aggregated",
			Said: "counts are the differences of Total Request Count",
		}),
	},
	{
		Name: "caddy", Doc: "access log of Caddy in JSON", Document: "https://caddyserver.com/docs/logging", needs: []string{"ts", "duration", "request.uri"}, rows: newJSONLines,
		meaning: means(Columns{
			End: col("ts"), Duration: in(Second, "duration"), Class: col("request.uri"), Status: col("status"), BytesIn: col("bytes_read"), BytesOut: col("size"), Said: "ts is the end: arrival = ts - duration",
		}),
	},
	{
		Name: "traefik", Doc: "access log of Traefik in JSON", Document: "https://doc.traefik.io/traefik/observability/access-logs/", Untried: true, needs: []string{"StartUTC|StartLocal|time", "Duration", "RequestPath"}, rows: newJSONLines, meaning: traefikMeaning,
	},
	{
		Name: "nginx-json", Doc: "nginx log_format escape=json with $request_time", Document: "https://nginx.org/en/docs/http/ngx_http_log_module.html", needs: []string{"time_iso8601|msec|time_local|timestamp|time", "request_time"}, rows: newJSONLines, meaning: nginxJSON,
	},
	{
		Name: "lambda-json", Doc: "AWS Lambda system log in JSON (platform.report)", Document: "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html", Untried: true,
		needs: []string{"time", "type", "record.metrics.durationMs"}, rows: newJSONLines,
		meaning: means(Columns{
			End: col("time"), Duration: in(Millisecond, "record.metrics.durationMs"), Init: in(Millisecond, "record.metrics.initDurationMs", "record.metrics.restoreDurationMs"), Memory: col("record.metrics.memorySizeMB"), MemoryKB: 1024,
			Keep: "type = platform.report", Said: "a report is logged at the end: arrival = time - durationMs - initDurationMs",
		}),
	},
	{
		Name: "lambda-insights", Doc: "AWS Lambda reports as fields of CloudWatch Logs Insights, in CSV: @timestamp, @duration (ms)", Document: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html, https://serverlessland.com/content/service/lambda/guides/aws-lambda-operator-guide/useful-queries (durations in milliseconds)", Untried: true,
		needs: []string{"@timestamp", "@duration"}, rows: newTable,
		meaning: means(Columns{
			End: col("@timestamp"), Duration: in(Millisecond, "@duration"), Init: in(Millisecond, "@initDuration"), Keep: "@duration != ''",
			Said: "a report is logged at the end, in milliseconds: arrival = @timestamp - @duration - @initDuration",
		}),
	},
	// Data sets as they are published.
	{
		Name: "azure2021", Doc: "Azure Functions 2021: app, func, end_timestamp, duration (seconds)", Document: "https://github.com/Azure/AzurePublicDataset/blob/master/AzureFunctionsInvocationTrace2021.md", needs: []string{"app", "func", "end_timestamp", "duration"}, rows: newTable,
		meaning: means(Columns{End: in(Second, "end_timestamp"), Duration: in(Second, "duration"), Class: col("func"), Raw: true, Said: "only ends are logged: arrival = end_timestamp - duration"}),
		Origin:  Origin{"AzurePublicDataset, Azure Functions 2021", "CC-BY 4.0", "Zhang et al., Faster and Cheaper Serverless Computing on Harvested Resources, SOSP 2021", "https://github.com/Azure/AzurePublicDataset"},
	},
	{
		Name: "azure-llm", Doc: "Azure LLM inference 2023 and 2024: TIMESTAMP, ContextTokens, GeneratedTokens", Document: "https://github.com/Azure/AzurePublicDataset/blob/master/AzureLLMInferenceDataset2023.md", needs: []string{"TIMESTAMP", "ContextTokens", "GeneratedTokens"}, rows: newTable,
		meaning: means(tokens(col("TIMESTAMP"), "ContextTokens", "GeneratedTokens")),
		Origin:  Origin{"AzurePublicDataset, LLM inference", "CC-BY 4.0", "Patel et al., Splitwise, ISCA 2024", "https://github.com/Azure/AzurePublicDataset"},
	},
	{
		Name: "burstgpt", Doc: "BurstGPT: Timestamp, Model, Request tokens, Response tokens", Document: "https://github.com/HPMLL/BurstGPT", Untried: true, needs: []string{"Timestamp", "Model", "Request tokens", "Response tokens"}, rows: newTable,
		meaning: means(burstGPT()),
		Origin:  Origin{"BurstGPT", "CC-BY 4.0", "Wang et al., BurstGPT, 2024", "https://github.com/HPMLL/BurstGPT"},
	},
	{
		Name: "mooncake", Doc: "Mooncake: timestamp (ms), input_length, output_length, hash_ids", Document: "https://github.com/kvcache-ai/Mooncake", needs: []string{"timestamp", "input_length", "output_length"}, rows: newJSONLines,
		meaning: means(withBlocks(tokens(in(Millisecond, "timestamp"), "input_length", "output_length"), "hash_ids")),
		Origin:  Origin{"Mooncake, FAST 2025 release", "Apache-2.0", "Qin et al., Mooncake, FAST 2025", "https://github.com/kvcache-ai/Mooncake"},
	},
	{
		Name: "huawei2025", Doc: "Huawei Cloud functions 2025: requests", Document: "https://github.com/sir-lab/data-release", Untried: true, needs: []string{"time_worker", "time_frontend", "totalCost_frontend", "funcName"}, rows: newTable,
		meaning: means(Columns{
			End: in(Second, "time_frontend"), Duration: in(Second, "totalCost_frontend"), Class: col("funcName"), Raw: true, BytesIn: col("requestBodySize"),
			Attrs: []Attr{{"cpu_usage", col("cpu_usage")}, {"memory_usage", col("memory_usage")}, {"runtime_s", col("runtimeCost")}, {"pod", col("podID")}},
			Said:  "the front end logs after the worker, so instants are ends: arrival = time_frontend - totalCost_frontend",
		}),
		Origin: huawei2025,
	},
	{
		Name: "huawei2025-coldstarts", Doc: "Huawei Cloud functions 2025: cold starts in parts", Document: "https://github.com/sir-lab/data-release", Untried: true, needs: []string{"totalCost_cold_start", "podAllocationCost", "deployCodeCost"}, rows: newTable,
		meaning: means(Columns{
			Arrival: in(Second, "time"), Duration: in(Second, "totalCost_cold_start"), Class: col("funcName"), Raw: true,
			Attrs: []Attr{
				{"pod_allocation_s", col("podAllocationCost")}, {"deploy_code_s", col("deployCodeCost")}, {"deploy_dependency_s", col("deployDependencyCost")}, {"scheduling_s", col("schedulingCost")},
			},
			Said: "rows are cold starts, not requests",
		}),
		Origin: huawei2025,
	},
	{
		Name: "huawei2023", Doc: "Huawei Cloud functions 2023: requests per minute or second, a column per function", Document: "https://github.com/sir-lab/data-release", Untried: true, starts: isHuawei2023, rows: newWide,
		meaning: means(Columns{Arrival: in(Second, "time"), Count: col("count"), Class: col("function"), Raw: true, Quantity: Counts}),
		Origin:  Origin{"Huawei Cloud public traces 2023", "CC-BY 4.0", "Joosen et al., How Does It Function?, SoCC 2023", "https://github.com/sir-lab/data-release"},
	},
	{
		Name: "alibaba2021", Doc: "Alibaba microservices 2021, MSCallGraph: calls over HTTP", Document: "https://github.com/alibaba/clusterdata/tree/master/cluster-trace-microservices-v2021", Untried: true, needs: []string{"traceid", "timestamp", "rpcid", "rpctype", "rt"}, rows: newTable,
		meaning: means(Columns{Arrival: in(Millisecond, "timestamp"), Duration: in(Millisecond, "rt"), Class: col("dm"), Raw: true, Keep: "rpctype = http", KeepOwn: true}),
		Origin:  Origin{"Alibaba cluster trace, microservices 2021", "see the data set", "Luo et al., Characterizing Microservice Dependency and Performance, SoCC 2021", "https://github.com/alibaba/clusterdata"},
	},
	// What has no kind of its own.
	{
		Name: "jsonl", Doc: "JSON objects, one a line or in one list: --arrival .path and so on", Document: "https://jsonlines.org", general: true, starts: func(head []byte) bool { return isObject(head) || isArray(head) }, rows: newJSONLines, meaning: guess,
	},
	{
		Name: "csv", Doc: "any table, with a header or without one, between commas, tabs, semicolons, bars or spaces: --arrival COLUMN and so on", Document: "https://www.rfc-editor.org/rfc/rfc4180", general: true, rows: newTable, meaning: guess,
	},
}

var huawei2025 = Origin{"Huawei Cloud public traces 2025", "CC-BY 4.0", "Joosen et al., Serverless Cold Starts and Where to Find Them, EuroSys 2025", "https://github.com/sir-lab/data-release"}

// tokens are requests to a language model.
func tokens(arrival Column, input, output string) Columns {
	return Columns{Arrival: arrival, OneClass: "llm", Attrs: []Attr{{"tokens_in", col(input)}, {"tokens_out", col(output)}}, Features: true}
}

// withBlocks are requests whose prompts are hashed in blocks.
func withBlocks(c Columns, name string) Columns {
	c.Blocks = col(name)
	return c
}

func burstGPT() Columns {
	c := tokens(in(Second, "Timestamp"), "Request tokens", "Response tokens")
	c.Class, c.Raw, c.Duration = col("Model"), true, in(Second, "Elapsed time")
	return c
}

// traefikMeaning takes the start of a request; without it, time is when the line was
// written, at the end.
func traefikMeaning(r rows) Columns {
	c := Columns{
		Arrival: col("StartUTC", "StartLocal"), Duration: in(Nanosecond, "Duration"), Class: col("RequestPath"), Status: col("DownstreamStatus"), BytesIn: col("RequestContentSize"), BytesOut: col("DownstreamContentSize"),
	}
	if r.column("StartUTC") < 0 && r.column("StartLocal") < 0 {
		c.Arrival, c.End = Column{}, col("time")
		c.Said = "a line is written at the end of a request: arrival = time - Duration"
	}
	return c
}

// nginxJSON takes the finest of the instants that a line has: with a fraction.
func nginxJSON(r rows) Columns {
	c := Columns{
		End: col("time_iso8601", "msec", "time_local", "timestamp", "time"), Duration: in(Second, "request_time"), Class: col("request_uri", "uri", "request"), Status: col("status"),
		BytesIn: col("request_length"), BytesOut: col("body_bytes_sent", "bytes_sent"),
	}
	j, ok := r.(*jsonRows)
	if !ok {
		return c
	}
	finest := int64(0)
	for _, name := range c.End.Names {
		var p instants
		if at := j.column(name); at < 0 {
			continue
		}
		if _, ok := p.parse(j.firstText(name)); ok && (finest == 0 || p.finest < finest) {
			finest = p.finest
			c.End = col(name)
		}
	}
	c.Said = "a line is written at the end of a request: arrival = " + c.End.Names[0] + " - request_time"
	return c
}
