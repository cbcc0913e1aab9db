package workloads

import "embed"

// Shipped is the traces that come with the program, a folder each: what the
// project's own worker has measured ("recorded"), and small recordings that others
// have published, with their notices. Paths of traces call them "cnv:NAME".
//
//go:embed recorded azure-llm-2023-conversation azure-functions-2019 worldcup98-june-10
var Shipped embed.FS
