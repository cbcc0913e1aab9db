// Package second is a second simulator of the same world as package sim, written from the
// description of that world alone: plain and slow, with no heap, index or table. Tests
// compare what both say of random worlds, request by request and column by column.
// Nothing else imports it.
package second
