package main

import (
	_ "embed"
	"fmt"
	"html/template"
	"os"
	"path/filepath"
	"strings"

	"cnv/results/answer"
)

// A galleryCmd is `gallery`.
type galleryCmd struct {
	Experiments []string `arg:"" optional:"" name:"experiment" help:"Names or files; all that come with the program if none is given."`
	Seeds       *int     `help:"Replications of each, instead of what its file says." placeholder:"N"`
	Worlds      *int     `help:"Worlds of each, likewise." placeholder:"N"`
	Jobs        int      `help:"Runs at once; all cores by default." placeholder:"N"`
	Out         string   `help:"Folder for the page and the results." default:"gallery" placeholder:"DIR"`
}

//go:embed gallery.html.tmpl
var galleryText string

var galleryPage = template.Must(template.New("gallery").Parse(galleryText))

// A shown is one experiment on the page.
type shown struct {
	Name, Question string
	Answer         []string
	Hypothesis     string
}

// Run compares them one after the other; runs that are there are not made again.
func (cmd *galleryCmd) Run(c *console) error {
	names := cmd.Experiments
	if len(names) == 0 {
		for _, q := range questions() {
			names = append(names, q[0])
		}
	}
	var all []shown
	for _, name := range names {
		run := compareCmd{Experiments: []string{name}, Seeds: cmd.Seeds, Worlds: cmd.Worlds, Jobs: cmd.Jobs, Out: cmd.Out, Format: "table", Quiet: true}
		c.printf("%s\n", name)
		if err := run.Run(c); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		p, err := run.read(name)
		if err != nil {
			return err
		}
		s, err := answer.Load(filepath.Join(cmd.Out, p.Name))
		if err != nil {
			return err
		}
		b := s.Brief()
		all = append(all, shown{p.Name, p.Question, append(b.Asked, b.Sentences...), b.Hypothesis})
	}
	var page strings.Builder
	if err := galleryPage.Execute(&page, all); err != nil {
		return err
	}
	file := filepath.Join(cmd.Out, "index.html")
	if err := os.WriteFile(file, []byte(page.String()), 0o644); err != nil {
		return err
	}
	c.printf("open %s\n", file)
	return nil
}
