package report

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"cnv/results/answer"
	"cnv/results/compare"
	"cnv/results/figure"
)

// Options are the choices for Draw; the zero value is what compare uses.
type Options struct {
	DPI       int  // of the PNG files; 0 or less is 220
	NoFigures bool // write the reports only, without pictures
}

// Draw makes the figures and the report of a folder of results out of the files there,
// running nothing: figures/*.svg, figures/*.png, report.html and report.md. The same files
// give the same bytes. What was there before is replaced when all of it is drawn, and stays
// if any of it cannot be drawn.
//
// It fails where dir is not a folder of results, or cannot be written to.
func Draw(dir string, o Options) error {
	s, err := answer.Load(dir)
	if err != nil {
		return err
	}
	// Pictures are drawn beside the old ones and put in their place together, so that no
	// reader sees some of each.
	aside, err := compare.Aside(filepath.Join(dir, "figures"))
	if err != nil {
		return err
	}
	// It does nothing once the folder has been renamed.
	defer os.RemoveAll(aside)
	var figures []figure.Figure
	if !o.NoFigures {
		if o.DPI <= 0 {
			o.DPI = figure.DefaultDPI
		}
		figures = figure.All(s)
		for i := range figures {
			if err := figures[i].Write(aside, o.DPI); err != nil {
				return fmt.Errorf("results: drawing %s: %w", dir, err)
			}
		}
	}
	page, text, err := report(s, figures)
	if err != nil {
		return err
	}
	// All three are tried: where one cannot be written, the others are new.
	return errors.Join(publish(dir, aside, len(figures) > 0),
		replaceFile(filepath.Join(dir, "report.html"), page), replaceFile(filepath.Join(dir, "report.md"), text))
}

// Page makes only the reports of a folder of results, with the figures that Draw makes.
// Files in figures/ stay as they are.
func Page(dir string) error {
	s, err := answer.Load(dir)
	if err != nil {
		return err
	}
	page, text, err := report(s, figure.All(s))
	if err != nil {
		return err
	}
	return errors.Join(replaceFile(filepath.Join(dir, "report.html"), page), replaceFile(filepath.Join(dir, "report.md"), text))
}

// publish puts the pictures in aside in the place of those of dir. Without any picture
// there is no folder: those of an earlier run would be of other numbers.
func publish(dir, aside string, any bool) error {
	to := filepath.Join(dir, "figures")
	if !any {
		return os.RemoveAll(to)
	}
	return compare.Replace(to, aside)
}

// replaceFile writes a file aside and renames it: a reader finds the old text or the new
// one. The temporary file is in the same folder, as a rename is atomic only within a file
// system.
func replaceFile(name string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".new-")
	if err != nil {
		return fmt.Errorf("results: cannot write %s: %w", name, err)
	}
	defer os.Remove(f.Name()) // of no effect once renamed
	_, err = f.Write(text)
	if err := errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		return fmt.Errorf("results: writing %s: %w", name, err)
	}
	return os.Rename(f.Name(), name)
}
