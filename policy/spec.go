package policy

// A Spec is a policy by name, as experiment files and `list` know it. Each
// package of policies (route, spill, scale, estimate, ...) has one table of
// them; adding a line there is what makes a policy available everywhere.
type Spec struct {
	Name   string // short, lower case
	Doc    string // one line
	Stable bool   // listed without --all
	// New returns a pointer to a struct with its defaults set. Its exported
	// fields are the parameters: tags toml (the key), doc (one line with
	// the unit) and range ("lo:hi", for tuning). If it has a method
	// Validate() error, that is called once the parameters are set.
	New func() any
}
