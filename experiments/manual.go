package main

import (
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// A manCmd is `man`.
type manCmd struct{}

// Run prints a manual page: `cnv man | man -l -`.
func (manCmd) Run(c *console, k *kong.Context) error {
	model := k.Model
	c.printf(".TH CNV 1\n.SH NAME\ncnv \\- %s\n.SH SYNOPSIS\n.B cnv\n[COMMAND] [ARGS]\n.SH COMMANDS\n", roff(model.Help))
	for _, n := range model.Children {
		c.printf(".SS cnv %s\n%s\n", roff(n.Summary()), roff(n.Help))
		for _, p := range n.Positional {
			c.printf(".TP\n.I %s\n%s\n", roff(p.Summary()), roff(p.Help))
		}
		for _, f := range n.Flags {
			c.printf(".TP\n.B %s\n%s\n", roff(f.String()), roff(f.Help))
		}
	}
	c.printf(".SH EXIT STATUS\n0: done. 1: ran and failed. 2: unusable input.\n")
	return nil
}

// roff keeps a text from being markup of a manual page.
func roff(text string) string {
	text = strings.ReplaceAll(text, `\`, `\e`)
	text = strings.ReplaceAll(text, "-", `\-`)
	text = strings.Join(strings.Fields(text), " ")
	if strings.HasPrefix(text, ".") || strings.HasPrefix(text, "'") {
		text = `\&` + text
	}
	return text
}

// A completionCmd is `completion`.
type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish." placeholder:"SHELL"`
}

// Run prints it: `source <(cnv completion bash)`.
func (cmd *completionCmd) Run(c *console, k *kong.Context) error {
	var names []string
	for _, n := range k.Model.Children {
		names = append(names, n.Name)
	}
	if cmd.Shell == "fish" {
		for _, n := range k.Model.Children {
			c.printf("complete -c cnv -n __fish_use_subcommand -a %s -d %s\n", n.Name, quoted(n.Help))
			for _, word := range completed(n) {
				if flag, ok := strings.CutPrefix(word, "--"); ok {
					c.printf("complete -c cnv -n '__fish_seen_subcommand_from %s' -l %s\n", n.Name, flag)
				} else {
					c.printf("complete -c cnv -n '__fish_seen_subcommand_from %s' -a %s\n", n.Name, word)
				}
			}
		}
		return nil
	}
	if cmd.Shell == "zsh" {
		c.printf("autoload -U +X bashcompinit && bashcompinit\n")
	}
	c.printf("_cnv() {\n  local cur=${COMP_WORDS[COMP_CWORD]}\n  if [ \"$COMP_CWORD\" -eq 1 ]; then\n    COMPREPLY=($(compgen -W %s -- \"$cur\"))\n    return\n  fi\n  case ${COMP_WORDS[1]} in\n", quoted(strings.Join(names, " ")))
	for _, n := range k.Model.Children {
		c.printf("    %s) COMPREPLY=($(compgen -W %s -- \"$cur\")) ;;\n", n.Name, quoted(strings.Join(completed(n), " ")))
	}
	c.printf("  esac\n}\ncomplete -o default -F _cnv cnv\n")
	return nil
}

// completed are the words that may follow a command: its flags, and its own commands with theirs.
// Commands on deployments tell their flags themselves: of them it is --help alone.
func completed(n *kong.Node) []string {
	words := []string{"--help"}
	add := func(flags []*kong.Flag) {
		for _, f := range flags {
			if word := "--" + f.Name; !slices.Contains(words, word) {
				words = append(words, word)
			}
		}
	}
	add(n.Flags)
	for _, child := range n.Children {
		words = append(words, child.Name)
		add(child.Flags)
	}
	return words
}

// quoted is a text in single quotes of a shell.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
