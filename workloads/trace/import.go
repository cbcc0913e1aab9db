package trace

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"

	"cnv/policy/nearest"
	"cnv/workloads"
	"cnv/workloads/logs"
)

// ImportOptions are what a user says about files to import.
type ImportOptions struct {
	logs.Options               // of columns
	Name         string        // of the trace; "" the folder's
	Day          string        // of counts with times: only this date, UTC; "" all
	Force        bool          // take what cannot be
	DryRun       bool          // write nothing
	Stdin        io.Reader     // nil: the standard input of the program
	Read         *atomic.Int64 // counts the rows of a log that were read so far, for who watches; nil: nobody does
}

// An Imported is what came of an import.
type Imported struct {
	Header *Header
	Kind   *Kind
	Told   string   // what the file was taken for; "" it was told
	First  []string // the first rows as they were understood
	Sanity *Sanity
	lines  []Line   // what reading a log has shown
	notes  []string // of the header
}

// An importing is an import that goes on.
type importing struct {
	in       []string
	out      string // "": nothing is written
	options  ImportOptions
	from     Provenance
	w        *writer // after begin
	opened   *logs.Input
	sums     []string // digests of files that were read already
	spooled  string   // the copy of standard input; "" none
	spoolSum string
	done     Imported
	missing  string // bins that counts do not have, in words; "" none
}

// Import converts files into a trace in the new folder out. It returns what
// trace.json says. Everything recorded is kept; totals are those of the files.
func Import(kind string, in []string, out string, o ImportOptions) (*Header, error) {
	done, err := ImportFiles(kind, in, out, o)
	if err != nil {
		return nil, err
	}
	return done.Header, nil
}

// ImportFiles converts files of a kind into a trace in the new folder out; of kind
// "" it tells the kind by the files.
func ImportFiles(kind string, in []string, out string, o ImportOptions) (*Imported, error) {
	if len(in) == 0 {
		return nil, errors.New("importing needs a file")
	}
	m := &importing{in: in, out: out, options: o}
	if o.DryRun {
		m.out = ""
	}
	if m.options.Stdin == nil {
		m.options.Stdin = os.Stdin
	}
	if m.out != "" {
		if err := isFree(m.out); err != nil { // before hours of reading
			return nil, err
		}
	}
	k, err := m.kind(kind)
	if err == nil {
		m.done.Kind, m.from = k, k.from
		err = m.run(k)
	}
	if m.opened != nil {
		m.opened.Close()
	}
	if err == nil && m.w.h.Records == 0 {
		err = fmt.Errorf("%s: no arrivals in it", in[0])
	}
	if err == nil && o.Day != "" && len(m.w.h.Transformations) == 0 {
		err = fmt.Errorf("%s: --day is for counts of one class only", in[0])
	}
	if err == nil {
		m.done.Sanity, m.done.notes = m.w.sanity.result(&m.w.h, m.w.classes), m.w.h.Notes
		err = m.doubts()
	}
	if err != nil {
		if m.w != nil {
			m.w.abandon()
		}
		return nil, err
	}
	m.done.Header, err = m.w.close()
	return &m.done, err
}

// kind is the kind of a name, or of the first file.
func (m *importing) kind(name string) (*Kind, error) {
	var err error
	if name != "" {
		k := kindNamed(name)
		if k == nil {
			var names []string
			for _, k := range kinds {
				names = append(names, k.Name)
			}
			return nil, fmt.Errorf("no importer %q (nearest valid name %q), want one of %s", name, nearest.Names(name, names, 1)[0], strings.Join(names, ", "))
		}
		return k, nil
	}
	if m.opened, err = logs.OpenInput(m.in[0], m.options.Stdin); err != nil {
		return nil, err
	}
	d, err := detect(m.opened, m.options.Options)
	m.done.Told = d.told
	return d.kind, err
}

// run reads the files as what the kind has for them.
func (m *importing) run(k *Kind) error {
	if n := len(m.in); n < k.least || k.most > 0 && n > k.most {
		return fmt.Errorf("importing %s takes %s, got %d: %s", k.Name, fileCount(k.least, k.most), n, k.Doc)
	}
	if k.format == nil {
		return m.readDigest(k)
	}
	if m.opened == nil {
		var err error
		if m.opened, err = logs.OpenInput(m.in[0], m.options.Stdin); err != nil {
			return err
		}
	}
	if k.digest != nil {
		head, err := m.opened.Head()
		if err != nil {
			return err
		}
		if k.isDigest(headerOf(head)) {
			return m.readDigest(k)
		}
	}
	if err := m.inOrder(k.format); err != nil {
		return err
	}
	return m.log(k.format)
}

// readDigest reads what was made of a data set, whose columns are known.
func (m *importing) readDigest(k *Kind) error {
	if !m.options.Options.IsZero() {
		return fmt.Errorf("%s: kind %s has fixed columns: --arrival, --where and similar flags are for logs only", m.in[0], k.Name)
	}
	if slices.Contains(m.in, "-") {
		folder, err := m.spool()
		defer os.RemoveAll(folder)
		if err != nil {
			return fmt.Errorf("standard input: %w", err)
		}
	}
	if err := k.digest(m); err != nil {
		return err
	}
	m.done.First = m.w.first
	return nil
}

// spool copies standard input to a file in a new folder, as files of data sets are
// read more than once, and puts it in the place of "-".
func (m *importing) spool() (folder string, err error) {
	if folder, err = os.MkdirTemp("", spoolMark+owner()+"-"); err != nil {
		return "", err
	}
	i := slices.Index(m.in, "-")
	path := filepath.Join(folder, "standard input")
	f, err := os.Create(path)
	if err != nil {
		return folder, err
	}
	in := m.opened
	if i > 0 || in == nil {
		if in, err = logs.OpenInput("-", m.options.Stdin); err != nil {
			f.Close()
			return folder, err
		}
		defer in.Close()
	}
	if err := errors.Join(in.CopyTo(f), f.Close()); err != nil {
		return folder, err
	}
	m.in = slices.Clone(m.in)
	m.in[i], m.spooled = path, path
	m.spoolSum, err = in.Digest()
	return folder, err
}

// doubts refuses what cannot be.
func (m *importing) doubts() error {
	if len(m.done.Sanity.Doubts) == 0 || m.options.Force {
		return nil
	}
	return fmt.Errorf("%s: this cannot be, so nothing was written (--force takes it all the same):\n  %s\n%s",
		m.in[0], strings.Join(m.done.Sanity.Doubts, "\n  "), m.done.String())
}

func fileCount(least, most int) string {
	switch {
	case least < most:
		return fmt.Sprintf("%d to %d files", least, most)
	case most == 1:
		return "1 file"
	}
	return fmt.Sprintf("%d files", most)
}

// begin begins the trace. Path and digest of several files are listed in
// order, "a.csv, b.csv".
func (m *importing) begin(h Header) error {
	h.Name = m.options.Name
	if h.Name == "" {
		h.Name = stem(m.out)
	}
	var names []string
	for i, path := range m.in {
		name := filepath.Base(path)
		switch {
		case path == m.spooled:
			name = "-"
			m.sums = append(m.sums, m.spoolSum)
		case i >= len(m.sums):
			sum, err := fileDigest(path)
			if err != nil {
				return err
			}
			m.sums = append(m.sums, sum)
		}
		names = append(names, name)
	}
	h.Provenance = m.from
	h.Provenance.Path, h.Provenance.SHA256 = strings.Join(names, ", "), strings.Join(m.sums, ", ")
	var err error
	if f := m.done.Kind.format; f == nil || f.Name == "csv" || len(m.done.First) == 0 {
		m.w, err = create(m.out, h)
	} else {
		m.w, err = createPacked(m.out, h, packedFast)
	}
	if err != nil {
		return err
	}
	m.w.sanity.machines = m.done.Kind.Name == "swf"
	if m.done.Kind.notice != "" {
		m.w.notice, err = workloads.Shipped.ReadFile(m.done.Kind.notice)
	}
	return err
}
