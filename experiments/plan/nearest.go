package plan

import (
	"fmt"

	"cnv/policy"
)

// hint is the end of a message about an unknown name.
func hint(name string, valid []string) string {
	for _, v := range policy.Nearest(name, valid, 1) {
		return fmt.Sprintf(" (nearest valid name %q)", v)
	}
	return ""
}
