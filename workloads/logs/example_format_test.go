package logs

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// A format is a line of Formats: how a file is told, how its rows are read, and what its
// columns mean.
var till = &Format{
	Name: "till", Doc: "log of a till", Document: "example_format_test.go",
	starts: hasPrefix("#till\n"),
	rows:   fixed(' ', '#', "at", "what", "took"),
	meaning: means(Columns{
		Arrival: in(Second, "at"), Duration: in(Millisecond, "took"), Class: col("what"),
		Said: "arrival = at, duration = took",
	}),
}

func ExampleFormat() {
	in, err := newInput("till.log", io.NopCloser(strings.NewReader("#till\n0.5 sale 120\n2 refund 900\n")))
	if err != nil {
		fmt.Println(err)
		return
	}
	r := NewReader(till, One(in), Options{})
	for {
		var e Event
		err := r.Next(&e)
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(time.Duration(e.At), r.Classes()[e.Class], time.Duration(e.Wall))
	}
	// Output:
	// 500ms sale 120ms
	// 2s refund 900ms
}
