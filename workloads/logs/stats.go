package logs

// Stats are what reading a log has shown.
type Stats struct {
	Rows     int64  // that were read
	Dropped  int64  // that a condition left out
	Keep     string // the condition of the kind; "" none
	Bad      int64  // that could not be read
	FirstBad error
	Cut      error    // of the last lines of files, without a line break, that could not be read
	Negative int64    // that end before they start
	LessWall int64    // whose duration is negative
	LessWork int64    // whose work is negative
	NaNWork  int64    // whose work is NaN
	NoStatus int64    // whose status is no number
	Bare     int64    // durations, and work, without a unit: they are taken for seconds
	Pointed  int64    // of these, that have a point
	bare     []string // columns of these
	Back     int64    // that were logged before the row above
	FarBack  int64    // by how much at most, ns
	BackAt   string
	Finest   int64 // of instants, ns
	Local    bool  // instants had no zone and are taken for UTC
	Real     bool  // instants are real ones, not from the log's own zero
	Unused   []string
	Used     []string // "arrival: ts"
	used     map[string]bool
	Others   []string // requests of class other: how many, and why
	NoMatch  []string // patterns of classes of which there is no request
	Said     string   // how instants are understood
	Recorded int64    // durations
	NoUnit   int64    // of these, those of which nothing says the unit: they are taken for microseconds
	UnitSum  int64    // of their length, ns
	AsLogged int64    // rows without a duration that arrive at their instant, also where that is an end
	Counts   string   // a column that is not used, and may be counts; "" none
	Ends     bool     // instants of a file are ends that say more than whole steps of durations
	Around   string   // what a container runtime put around each line; "" nothing
	Aside    int64    // lines of other streams, which were left out
}

// Stats are what reading has shown so far.
func (r *Reader) Stats() Stats {
	s := r.stats
	s.Said, s.Used = r.saying(), s.usedAs()
	s.Finest, s.Local, s.Real = r.when.finest, r.when.local, r.when.zoned || r.when.local
	if r.classes != nil {
		s.Others, s.NoMatch = r.classes.told(), r.classes.noMatch()
	}
	return s
}
