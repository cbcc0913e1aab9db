package logs

import (
	"strings"
	"testing"

	"cnv/internal/testtime"
)

// TestALongLineIsToldInLittleTime: a JSON document on one line, cut off, is looked at
// as text between separators, too, which must not take the square of its length.
func TestALongLineIsToldInLittleTime(t *testing.T) {
	text := `{"data": [` + strings.Repeat(`{"traceID": "0af7", "spans": [{"operationName": "GET /a", "startTime": 1}]}, `, 2000)
	least := 3600.0 // s
	for range 3 {   // of several, the one that nothing disturbed
		in, err := input("x.json", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		begin := testtime.CPU(t)
		_, _ = Detect(in, Options{})
		least = min(least, testtime.CPU(t)-begin)
	}
	if least > 1 { // it was 5 s, and is 0.05 s
		t.Errorf("%v s of CPU to tell the kind of %d bytes", least, len(text))
	}
}
