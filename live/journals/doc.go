// Package journals keeps the journals of a run in files: a folder of files
// 000001.journal, 000002.journal, ... What is in them, and how, is the matter of
// policy/journal, which opens no file and starts no goroutine; this package does
// both.
package journals
