// Package proxytest is a conformance suite for HTTP reverse proxies, and a
// backend that fails on command.
//
// Run plays every case against a proxy that the caller starts: a case puts a
// backend of its own on loopback behind it, talks to the proxy over raw TCP,
// TLS or net/http, and judges what both sides were sent. It looks at bytes:
// whatever reaches a backend must be framed in exactly one way, so that no
// backend, however lenient, can find a second request in it; and whatever
// reaches a client must be whole or show that it is not.
//
// Where the RFCs leave a choice, any of the allowed outcomes passes. Where they
// do not, a proxy that cannot do better is listed with a Deviation, which
// fails as soon as it is no longer true.
//
// Waits are bounded and only run out in a case that fails; nothing is proved
// by sleeping.
package proxytest
