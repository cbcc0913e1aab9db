package outcome

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"cnv/results/compare"
)

// earlier is the folder within results for what earlier runs have made and this one has
// not, where the runs are not the same: beside them it would be taken for theirs.
const earlier = "earlier"

// earlierFiles is where the manifest says of what is in that folder which command made it.
const earlierFiles = "earlier_files"

// madeEarlier is how it says so.
const madeEarlier = " made by an earlier run: "

// stow keeps in new results what they lack of the old ones, in a folder of its own. In
// made are files that are about to be made. It returns what the manifest says of them.
func stow(from, to string, made []string) ([]string, error) {
	old, err := readRun(from)
	if err != nil {
		return nil, nil // there are no old results
	}
	said := map[string]string{} // by file, of those that were kept before
	list, _ := old[earlierFiles].([]any)
	for _, line := range list {
		text := fmt.Sprint(line)
		name, _, _ := strings.Cut(text, madeEarlier)
		said[name] = text
	}
	var out []string
	for _, name := range ours {
		if _, err := os.Lstat(filepath.Join(to, name)); err == nil || name == earlier || slices.Contains(made, name) {
			continue
		}
		text := name + madeEarlier + cmp.Or(madeBy(old, name), "it does not say by which command")
		err := link(filepath.Join(from, name), filepath.Join(to, earlier, name))
		if errors.Is(err, fs.ErrNotExist) {
			text = cmp.Or(said[name], text)
			err = link(filepath.Join(from, earlier, name), filepath.Join(to, earlier, name))
		}
		switch {
		case err == nil:
			out = append(out, text)
		case !errors.Is(err, fs.ErrNotExist):
			return nil, err
		}
	}
	if len(out) == 0 {
		return nil, nil
	}
	return out, writeRun(to, earlierFiles, out)
}

func asText(v any) string {
	s, _ := v.(string)
	return s
}

// ours is what a folder of results may hold.
var ours = append(compare.Files(), journals, earlier)
