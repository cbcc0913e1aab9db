package trace

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"
)

// What a trace is made in stands aside until it is whole: a folder .NAME.new-HOST-PID-* beside
// its place, and for data sets on standard input a folder cnv-import-HOST-PID-* among
// temporary files. A process that is killed leaves them.
const (
	asideMark = ".new-"
	spoolMark = "cnv-import-"
)

// owner is this machine and process, as names of folders say them.
func owner() string { return fmt.Sprintf("%s-%d", machine(), os.Getpid()) }

// machine is the name of this machine without what a path, or the next part of a name,
// begins with: several may write to the same place, and know nothing of each other's
// processes.
func machine() string {
	host, _ := os.Hostname() // "": machines without a name are one
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return '_'
	}, host)
}

// A Leftover is a folder that a process of this machine made a trace in. It is of use to
// nobody once the process is gone.
type Leftover struct {
	Path    string
	Process int // id
}

// Leftovers are such folders beside a trace and among temporary files, whether their
// process goes on or not.
func Leftovers(dir string) (out []Leftover) {
	for _, place := range []struct{ dir, mark string }{{filepath.Dir(filepath.Clean(dir)), asideMark}, {os.TempDir(), spoolMark}} {
		all, _ := os.ReadDir(place.dir) // what cannot be read has none
		for _, d := range all {
			before, rest, ok := strings.Cut(d.Name(), place.mark+machine()+"-")
			text, _, _ := strings.Cut(rest, "-")
			id, err := strconv.Atoi(text)
			if hidden := strings.HasPrefix(before, "."); ok && err == nil && d.IsDir() && hidden == (place.mark == asideMark) {
				out = append(out, Leftover{filepath.Join(place.dir, d.Name()), id})
			}
		}
	}
	return out
}
