package main

import (
	"fmt"
	"runtime/debug"
)

// version is what built the program, as far as the build tells.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "cnv (unknown version)"
	}
	text, revision, changed := "cnv "+info.Main.Version, "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = ", commit " + s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = ", changed since"
		}
	}
	return fmt.Sprintf("%s%s%s, %s", text, revision, changed, info.GoVersion)
}
