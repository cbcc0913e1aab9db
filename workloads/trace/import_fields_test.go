package trace

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"cnv/workloads/logs"
)

// TestLaterFieldsAreRead: a W3C log whose server was configured again names its columns
// again: cells are found by their names, whatever their order, and new ones are left out.
func TestLaterFieldsAreRead(t *testing.T) {
	var b strings.Builder
	at := time.Date(2026, 3, 28, 10, 0, 0, 0, time.UTC)
	row := func(i int) time.Time { return at.Add(time.Duration(i) * 300 * time.Millisecond) }
	b.WriteString("#Version: 1.0\n#Fields: date time cs-uri-stem sc-status time-taken\n")
	for i := range 100 {
		fmt.Fprintf(&b, "%s /a 200 %d\n", row(i).Format("2006-01-02 15:04:05"), 40+i%5)
	}
	b.WriteString("#Fields: date time sc-bytes time-taken cs-uri-stem sc-status\n")
	for i := 100; i < 200; i++ {
		fmt.Fprintf(&b, "%s 77777 %d /b 404\n", row(i).Format("2006-01-02 15:04:05"), 40+i%5)
	}
	dir := t.TempDir() + "/t"
	if _, err := ImportFiles("", []string{file(t, "x.log", b.String())}, dir, ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	got := imported(t, dir)
	if len(got) != 200 {
		t.Fatalf("%d arrivals, want 200", len(got))
	}
	for i, a := range got {
		want := int32(200)
		if a.Class != got[0].Class {
			want = 404
		}
		if a.Status != want || a.Wall < 40*time.Millisecond || a.Wall > 44*time.Millisecond {
			t.Fatalf("arrival %d: status %d, took %v, want %d within 40 to 44 ms", i, a.Status, a.Wall, want)
		}
	}
}

// TestConditionsTellNoFormat: a condition that every row of a wrong format fails is no
// sign of that format.
func TestConditionsTellNoFormat(t *testing.T) {
	var b strings.Builder
	for i := range 200 {
		fmt.Fprintf(&b, "10.0.0.1 - - [28/Mar/2026:10:00:%02d +0000] \"GET /a HTTP/1.1\" %d 512 \"-\" \"x\"\n", i%60, 200+300*(i%10/9))
	}
	done, err := ImportFiles("", []string{file(t, "x.log", b.String())}, "", ImportOptions{DryRun: true, Options: logs.Options{Where: "status < 500"}})
	if err != nil || done.Kind.Name != "clf" {
		t.Fatalf("%+v, %v, want a CLF", done, err)
	}
}
