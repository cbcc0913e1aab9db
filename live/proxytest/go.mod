module cnv/live/proxytest

go 1.26.0

replace cnv => ../..

require cnv v0.0.0

require (
	github.com/cespare/xxhash/v2 v2.3.0 // indirect
	golang.org/x/image v0.30.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
)
