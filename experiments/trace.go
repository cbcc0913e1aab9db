package main

// A traceCmd is `trace`.
type traceCmd struct{}

// Run says what is missing.
func (cmd *traceCmd) Run(*console) error { return refuse("cnv: trace is not built yet") }
