package meter

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// write puts the copies into folder, with the overlay that shows them to the
// go command as packages below the runtime's.
func (s *source) write(folder string, copies map[*file][]byte) (Overlay, error) {
	o := Overlay{File: filepath.Join(folder, "overlay.json"), Counters: max(1, len(s.counters))}
	replace := map[string]string{}
	for i, f := range s.files {
		name := filepath.Join(folder, fmt.Sprintf("%d-%s", i, f.name()))
		if err := os.WriteFile(name, copies[f], 0o666); err != nil {
			return Overlay{}, fmt.Errorf("meter: write a copy: %w", err)
		}
		replace[filepath.Join(s.folder(s.copy(f.pkg.PkgPath)), f.name())] = name
		if path := f.pkg.PkgPath; !slices.Contains(o.Copied, path) {
			o.Copied = append(o.Copied, path)
			s.embedded(f, replace)
		}
	}
	for at, text := range map[string]string{"copies.go": s.glue(), "count/table.go": s.table()} {
		original := filepath.Join(s.folder(s.Runtime), filepath.FromSlash(at))
		if _, err := os.Stat(original); err != nil {
			return Overlay{}, fmt.Errorf("meter: package %s is not what the meter puts copies into: %w", s.Runtime, err)
		}
		name := filepath.Join(folder, filepath.Base(original))
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			return Overlay{}, fmt.Errorf("meter: write a copy: %w", err)
		}
		replace[original] = name
	}
	text, err := json.MarshalIndent(map[string]any{"Replace": replace}, "", "\t")
	if err != nil {
		return Overlay{}, fmt.Errorf("meter: the overlay: %w", err)
	}
	if err := os.WriteFile(o.File, text, 0o666); err != nil {
		return Overlay{}, fmt.Errorf("meter: write the overlay: %w", err)
	}
	return o, nil
}

// embedded shows the files that f's package embeds beside its copy.
func (s *source) embedded(f *file, replace map[string]string) {
	from, to := filepath.Dir(f.positions.Name()), s.folder(s.copy(f.pkg.PkgPath))
	for _, name := range f.pkg.EmbedFiles {
		if rel, err := filepath.Rel(from, name); err == nil {
			replace[filepath.Join(to, rel)] = name
		}
	}
}

// glue is package metered's way to the copies.
func (s *source) glue() string {
	return fmt.Sprintf(`package metered

import (
	kernel %q
	copied %q
)

func all() map[string]kernel.Func { return copied.All() }
`, s.Border, s.copy(s.Registry))
}

// table is the counters' weights.
func (s *source) table() string {
	var b strings.Builder
	fmt.Fprintf(&b, "package count\n\nconst Metered = true\n\nconst N = %d\n\nvar weights = [N]Weight{\n", max(1, len(s.counters)))
	for _, c := range s.counters {
		fmt.Fprintf(&b, "\t{%d, %d, %d, %d},\n", c.instructions, c.blocks, c.calls, c.statements)
	}
	b.WriteString("}\n")
	return b.String()
}
