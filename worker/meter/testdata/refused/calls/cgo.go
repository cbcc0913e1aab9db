package calls

// static int one(void) { return 1; }
import "C"

func init() { one = func() int { return int(C.one()) } }
