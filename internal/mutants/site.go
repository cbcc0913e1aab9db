package main

import (
	"go/ast"
	"go/token"
	"strings"
)

// A Mutant is one change of one place of the source.
type Mutant struct {
	ID      int    // what CNV_MUTANT is set to, from 1; 0 before it is chosen
	Package string // import path
	File    string // below the module's root, with slashes
	Line    int
	Func    string // the function around it: "f", or "T.f" for a method
	Change  string // "a < b -> a <= b"
}

// A site is a node of the syntax tree and the code that holds the node and its mutant.
type site struct {
	Mutant
	node ast.Node
	// wrap writes both: inner is the node as it is without this mutant, and r writes a
	// part of the node. Only one mutant acts at a time, so what acts in its stead is
	// written as the source has it.
	wrap func(id string, inner string, r func(ast.Node) string) string
}

// A renderer writes a file with the chosen mutants in it.
type renderer struct {
	source []byte
	base   token.Pos            // of the file's first byte
	sites  map[ast.Node][]*site // the chosen ones, by node
}

// text is the node as the source has it.
func (r *renderer) text(n ast.Node) string {
	return string(r.source[n.Pos()-r.base : n.End()-r.base])
}

// render writes the node with all chosen mutants at it and in it.
func (r *renderer) render(n ast.Node) string {
	out := r.parts(n)
	for _, s := range r.sites[n] {
		out = s.wrap(itoa(s.ID), out, r.render)
	}
	return out
}

// parts writes the node with the mutants in it, without those at it.
func (r *renderer) parts(n ast.Node) string {
	var out strings.Builder
	at := n.Pos()
	if _, ok := n.(*ast.File); ok {
		at = r.base // what stands above the package clause
	}
	ast.Inspect(n, func(part ast.Node) bool {
		if part == nil || part == n || len(r.sites[part]) == 0 {
			return true
		}
		out.Write(r.source[at-r.base : part.Pos()-r.base])
		out.WriteString(r.render(part))
		at = part.End()
		return false
	})
	end := n.End()
	if _, ok := n.(*ast.File); ok {
		end = r.base + token.Pos(len(r.source))
	}
	out.Write(r.source[at-r.base : end-r.base])
	return out.String()
}
