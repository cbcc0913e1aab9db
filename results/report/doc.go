// Package report makes the page of a folder of results, in HTML and Markdown, with its
// tables and figures, and prints the table of a comparison.
package report
