package runtest

import (
	_ "embed" // the experiment file
	"strings"
)

// Rise is an experiment file: a rise in load for seven seconds, with machines and functions.
//
//go:embed rise.toml
var Rise string

// Brief is Rise in three seconds.
func Brief() string {
	return strings.NewReplacer(`hold = "4s"`, `hold = "500ms"`, `duration = "7s"`, `duration = "3s"`).Replace(Rise)
}
