package plan

import "cnv/policy/nearest"

// hint is the end of a message about an unknown name.
var hint = nearest.Hint
