package main

import (
	"cmp"
	"cnv/results/words"
	"strings"

	"cnv/experiments/plan"
	"cnv/policy"
	"cnv/workloads"
	"cnv/workloads/trace"
)

// A listCmd is `list`.
type listCmd struct {
	All  bool `help:"Also what is not stable yet."`
	Keys bool `help:"All keys of an experiment file instead, with type and default."`
}

// Run prints everything that an experiment file can name.
func (cmd *listCmd) Run(c *console) error {
	if cmd.Keys {
		c.keys()
		return nil
	}
	c.printf("experiments (compare NAME)\n")
	for _, q := range questions() {
		c.entry(q[0], q[1])
	}
	for _, role := range plan.Roles {
		c.printf("\n%ss ([[policy]] %s = NAME, parameters in [policy.%s_params])\n", role.Name, role.Name, role.Name)
		cmd.specs(c, role.Specs)
	}
	c.printf("\ngenerators ([[workload]] generator = NAME, parameters beside it)\n")
	cmd.specs(c, workloads.Generators)
	c.printf("\nsizes ([[workload]] size = NAME, with mean_work and cv2)\n  %s\n", strings.Join(workloads.SizeLaws(), ", "))
	c.printf("\ndistributions (key = { dist = NAME, parameters })\n")
	c.wrapped(2, strings.Join(workloads.DistForms(), ", "))
	c.printf("\nkinds of logs and data sets (trace import FILE -o DIR tells the kind; trace import KIND FILE -o DIR)\n")
	for _, k := range trace.Kinds() {
		doc := k.Doc
		if k.Untried {
			doc += "; not tried on a real file"
		}
		c.entry(k.Name, doc)
	}
	c.printf("\nlist --keys prints all other keys of an experiment file\n")
	return nil
}

// keys prints the keys of an experiment file.
func (c *console) keys() {
	c.printf("keys of an experiment file; +: a list of such values makes a variant for each\n")
	for _, t := range plan.Tables() {
		c.printf("\n")
		c.entry(cmp.Or(t.Head, "at the top"), t.Doc)
		for _, k := range t.Keys {
			kind, doc := k.Type, k.Doc
			if k.Axis {
				kind += " +"
			}
			switch {
			case strings.HasSuffix(k.Default, "required"):
				doc += "; " + k.Default
			case k.Default != "":
				doc += "; default " + k.Default
			}
			c.parameter(k.Key+" = "+kind, doc)
		}
	}
}

// specs prints policies or generators with their parameters.
func (cmd *listCmd) specs(c *console, specs []policy.Spec) {
	for _, s := range specs {
		if !s.Stable && !cmd.All {
			continue
		}
		c.entry(s.Name, s.Doc)
		for _, p := range plan.Parameters(s) {
			c.parameter(p.Key+" = "+p.Default, p.Doc)
		}
	}
}

// width is the columns that output keeps to.
const width = 100

// nameWidth is the column of names.
const nameWidth = 15

// entry prints a name and what it is.
func (c *console) entry(name, text string) {
	if len(name) > nameWidth-2 {
		c.printf("  %s\n", name)
		c.wrapped(nameWidth+3, text)
		return
	}
	lines := words.Wrap(text, width-nameWidth-3)
	for i, line := range lines {
		if i > 0 {
			name = ""
		}
		c.printf("  %-*s %s\n", nameWidth, name, line)
	}
}

// docAt is the column at which parameters are explained.
const docAt = 44

// parameter prints a parameter with its default and what it is.
func (c *console) parameter(setting, doc string) {
	lines := words.Wrap(doc, width-docAt)
	if len(setting) > docAt-nameWidth-5 {
		c.printf("%*s%s\n", nameWidth+3, "", setting)
		setting = ""
	}
	for _, line := range lines {
		c.printf("%*s%-*s%s\n", nameWidth+3, "", docAt-nameWidth-3, setting, line)
		setting = ""
	}
}

// wrapped prints a text at an indent.
func (c *console) wrapped(indent int, text string) {
	for _, line := range words.Wrap(text, width-indent) {
		c.printf("%*s%s\n", indent, "", line)
	}
}
