package logs

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/cespare/xxhash/v2"
)

// featureName is what a column is called as a feature: letters, digits and
// underscores, so that formulas can name it; column3 if it begins with a digit, as
// 3 is a number in a formula.
func featureName(column string) string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' {
			return r
		}
		return '_'
	}, strings.TrimPrefix(column, "."))
	if name != "" && name[0] >= '0' && name[0] <= '9' {
		return "column" + name
	}
	return name
}

// reservedNames are the names that no feature may have, with the reason.
var reservedNames = []struct {
	names  []string
	reason string
}{
	{[]string{"duration", "bytes_in", "bytes_out", "memory_kib"}, "a formula means the field of the request by it"},
	{[]string{"min", "max"}, "a formula means the function by it"},
	{[]string{"key", "blocks", "instructions", "calls", "cold", "attempts", "cut", "init_us"}, "it is an attribute of requests with a meaning of its own"},
}

// CheckFeature is the reason for which no feature may have a name; nil: it may.
func CheckFeature(name string) error {
	if name == "" {
		return errors.New("a feature needs a name")
	}
	for _, r := range reservedNames {
		if slices.Contains(r.names, name) {
			return fmt.Errorf("no feature can be called %q: %s", name, r.reason)
		}
	}
	return nil
}

// checkFeatures refuses features of the user's whose names mean something else, or
// something already.
func (r *Reader) checkFeatures() error {
	taken := map[string]string{}
	for _, a := range r.meaning.Attrs {
		taken[a.Name] = "this kind of log keeps " + a.Name + " by itself: leave --feature away"
	}
	for _, column := range r.options.Features {
		name := featureName(column)
		if err := CheckFeature(name); err != nil {
			return fmt.Errorf("feature %q: %w; rename the column in the log, or leave it out", column, err)
		}
		if reason := taken[name]; reason != "" {
			return fmt.Errorf("feature %q: %s", column, reason)
		}
		taken[name] = fmt.Sprintf("it would be called %s, as the feature %q is: name one of them only, or rename a column in the log", name, column)
	}
	return nil
}

// feature appends a number that is kept as a feature. An empty cell is refused: a
// feature that is not there would count as 0.
func (r *Reader) feature(p place, name string) error {
	cell := bytes.TrimSpace(r.rows.cell(p.at))
	x, err := strconv.ParseFloat(string(cell), 64)
	if err != nil || math.IsInf(x, 0) || math.IsNaN(x) {
		return fmt.Errorf("%s: %.60q is not a number, which a feature must be", p.name, cell)
	}
	r.separate()
	r.attr = append(append(r.attr, name...), '=')
	r.attr = strconv.AppendFloat(r.attr, x, 'g', -1, 64)
	return nil
}

const (
	// keyBlocks is how many blocks of a prompt are its key: the first is often one
	// prompt of the system that all requests begin with.
	keyBlocks = 2
	// maxBlocks bounds the text of blocks that is kept, bytes.
	maxBlocks = 1000
)

// blocks appends the blocks of a prompt, 0+42+43, and the key that requests with the
// same beginning share.
func (r *Reader) blocks() {
	if !r.found.blocks.has() {
		return
	}
	all := r.rows.cell(r.found.blocks.at)
	if len(all) == 0 || bytes.ContainsAny(all, ";=\n\r") {
		return
	}
	if len(all) > maxBlocks {
		all = all[:max(bytes.LastIndexByte(all[:maxBlocks+1], '+'), 0)]
	}
	end := 0
	for n := 0; n < keyBlocks && end < len(all); n++ {
		next := bytes.IndexByte(all[end+min(n, 1):], '+')
		if next < 0 {
			end = len(all)
			break
		}
		end += next + min(n, 1)
	}
	r.separate()
	r.attr = append(append(r.attr, "blocks="...), all...)
	r.attr = append(r.attr, ";key="...)
	r.attr = strconv.AppendUint(r.attr, max(xxhash.Sum64(all[:end]), 1), 16)
}

// separate begins another attribute.
func (r *Reader) separate() {
	if len(r.attr) > 0 {
		r.attr = append(r.attr, ';')
	}
}
