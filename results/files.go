package results

// A fileGroup is files that are written together, by their names, where there is anything
// to write. The names stand here, so that a folder can be checked for files of others
// before it is replaced.
type fileGroup struct {
	files []string
	write func(s *Runs, dir string) error
}

// runsFiles are the files of Runs.
var runsFiles = []fileGroup{
	{[]string{"runs.csv"}, (*Runs).writeRuns},
	{[]string{"classes.csv"}, (*Runs).writeClasses},
	{[]string{"sizes.csv"}, (*Runs).writeSizes},
	{[]string{"distributions.csv"}, (*Runs).writeDistributions},
	{[]string{"timeline.parquet"}, (*Runs).writeTimeline},
	{[]string{"requests.csv", "requests.parquet"}, (*Runs).writeRequests},
}

// RunsFiles are the names of all files that WriteFiles may write.
func RunsFiles() []string {
	var out []string
	for _, g := range runsFiles {
		out = append(out, g.files...)
	}
	return out
}

// WriteFiles writes the files of records into a folder.
// Files of the same names are replaced; the folder must be there.
func (s *Runs) WriteFiles(dir string) error {
	for _, g := range runsFiles {
		if err := g.write(s, dir); err != nil {
			return err
		}
	}
	return nil
}
