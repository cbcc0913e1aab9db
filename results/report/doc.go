// Package report makes the page of a folder of results, in HTML and Markdown, with its
// tables and figures, and prints the table of a comparison and its answer on a terminal.
//
// The page: Draw and Page read the folder; report.go puts together what it shows
// (reportView), of tables from brief, table, ledger, why, sizes, classes, worlds and
// fidelity; report.html.tmpl and markdown.go write it. The terminal: print, print_table,
// print_rows and print_number for comparisons, print_answer and screen for answers.
//
// Texts of results (names, questions) are anybody's: they are escaped where they are
// written, by html/template in HTML and by plainLine in Markdown.
//
// Invariant: the same files give the same page, byte for byte.
package report
