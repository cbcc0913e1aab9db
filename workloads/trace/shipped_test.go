package trace

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"cnv/workloads"
)

// shippedImports is how the traces that come with the program were made of the public
// recordings.
var shippedImports = []struct {
	name, kind string
	files      []string
	options    ImportOptions
	total      int64
}{
	{"azure-llm-2023-conversation", "azure-llm", []string{"azure-llm-2023-conv.csv.gz"}, ImportOptions{}, 19_366},
	{"azure-functions-2019", "azure2019", []string{"azure2019-500f.counts.csv.gz", "azure2019-500f.functions.csv.gz"}, ImportOptions{}, 3_037_902},
	{"worldcup98-june-10", "worldcup", []string{"worldcup98-per-minute-0501-0625.csv.gz"}, ImportOptions{Day: "1998-06-10"}, 52_291_414},
}

// TestShippedTracesAreRemade: the importers make the traces that come with the program
// again, to the byte. Another version of Go may pack events and counts otherwise:
// make them again then.
func TestShippedTracesAreRemade(t *testing.T) {
	dir := recordings(t)
	for _, c := range shippedImports {
		var in []string
		for _, f := range c.files {
			in = append(in, filepath.Join(dir, f))
		}
		out := filepath.Join(t.TempDir(), c.name)
		if _, err := Import(c.kind, in, out, c.options); err != nil {
			t.Fatal(err)
		}
		made, err := os.ReadDir(out)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range made {
			got, err := os.ReadFile(filepath.Join(out, f.Name()))
			if err != nil {
				t.Fatal(err)
			}
			want, err := workloads.Shipped.ReadFile(c.name + "/" + f.Name())
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s/%s is not what the importer makes (error: %v)", c.name, f.Name(), err)
			}
		}
		if there, err := workloads.Shipped.ReadDir(c.name); err != nil || len(there) != len(made)+1 { // and ATTRIBUTION.md
			t.Errorf("%s has %d files, the importer makes %d (error: %v)", c.name, len(there), len(made), err)
		}
	}
}

// TestShippedTracesAreWhole: they are found anywhere by name, are good traces, keep the
// totals of their publishers, say where they are from and what is made up, and are
// small.
func TestShippedTracesAreWhole(t *testing.T) {
	t.Chdir(t.TempDir())
	size := 0
	for _, c := range shippedImports {
		path := Shipped + c.name
		if errs := Validate(path); len(errs) > 0 {
			t.Error(errs)
		}
		h, err := readHeader(path)
		if err != nil {
			t.Fatal(err)
		}
		p := h.Provenance
		if h.Records != c.total || h.Name != c.name || p.Licence == "" || p.Citation == "" || p.URL == "" || len(h.Synthesised) == 0 {
			t.Errorf("%s: %+v", c.name, h)
		}
		entries, err := workloads.Shipped.ReadDir(c.name)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			info, err := e.Info()
			if err != nil {
				t.Fatal(err)
			}
			size += int(info.Size())
		}
		if text, err := workloads.Shipped.ReadFile(c.name + "/ATTRIBUTION.md"); err != nil || !bytes.Contains(text, []byte("**Not recorded, and made up")) {
			t.Errorf("%s has no attribution that says what is made up (error: %v)", c.name, err)
		}
	}
	if size > 1e6 {
		t.Errorf("recordings of others take %d bytes, want at most 1 MB", size)
	}
}

// TestShippedNotice: the notice of the World Cup logs is the publisher's, unmodified, as
// its licence asks, and goes with imports and their transforms.
func TestShippedNotice(t *testing.T) {
	notice, err := workloads.Shipped.ReadFile("worldcup98-june-10/NOTICE.txt")
	if err != nil {
		t.Fatal(err)
	}
	const sum = "6b9fa4827ee163a5812a4567a9664ac0c74d6eaf6463167254962c5554f6529e"
	if got := textDigest(string(notice)); got != sum {
		t.Errorf("the notice was changed: its SHA-256 is %s", got)
	}
	out := filepath.Join(t.TempDir(), "hour")
	if _, err := (Transform{To: 3600e9}).Apply(Shipped+"worldcup98-june-10", out); err != nil {
		t.Fatal(err)
	}
	if copied, err := os.ReadFile(filepath.Join(out, noticeFile)); err != nil || !bytes.Equal(copied, notice) {
		t.Errorf("a transform does not keep the notice (error: %v)", err)
	}
	if errs := Validate(out); len(errs) > 0 {
		t.Error(errs)
	}
}

// TestUnknownShippedTrace names the nearest one.
func TestUnknownShippedTrace(t *testing.T) {
	_, err := Open(Shipped+"record", Options{})
	if err == nil || err.Error() != `cnv:record does not come with the program (nearest valid name "cnv:recorded"): open record: file does not exist` {
		t.Errorf("error = %v", err)
	}
}
