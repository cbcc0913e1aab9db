// Package answer says in plain sentences what a comparison found: it reads the rows,
// as findings, and writes of each difference that it is better, worse, the same, or not
// known. Nothing is computed here that the files do not have.
package answer
