package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// validated runs validate and returns what it said, and how many values it held.
func validated(t *testing.T, args ...string) (said string, in, of int) {
	t.Helper()
	var out bytes.Buffer
	if code := run(append([]string{"validate"}, args...), &out, &out); code != exitDone {
		t.Fatalf("exit code %d\n%s", code, out.String())
	}
	said = strings.Join(strings.Fields(out.String()), " ")
	m := regexp.MustCompile(`(\d+) of (\d+) values of windows`).FindStringSubmatch(said)
	if m == nil {
		t.Fatalf("no coverage in\n%s", out.String())
	}
	in, _ = strconv.Atoi(m[1])
	of, _ = strconv.Atoi(m[2])
	return said, in, of
}

// TestValidateJournals: what was held out of a journal of a world that stays as it is lies
// within its intervals; where machines are slower from the middle on, most does not.
func TestValidateJournals(t *testing.T) {
	text := filled("", "", "")
	if said, in, of := validated(t, changedJournal(t, text, time.Hour, 1, 1), "--windows", "4"); of != 12 || in < 10 {
		t.Errorf("%d of %d are within, want 10 of 12\n%s", in, of, said)
	}
	if said, in, of := validated(t, changedJournal(t, text, time.Minute, 1.6, 1), "--windows", "4"); of != 12 || in > 8 {
		t.Errorf("of machines that become slower %d of %d are within, want 8 at most\n%s", in, of, said)
	}
}

// TestValidateLogs: a log that goes on as it began is predicted, one that becomes twice as
// fast is not.
func TestValidateLogs(t *testing.T) {
	log := func(later int) string {
		b := strings.Builder{}
		b.WriteString("arrival_us,class,dur_us\n")
		at := 0
		for i := range 2000 {
			step := 100_000 + i*7919%50_000
			if i >= 1000 {
				step /= later
			}
			at += step
			fmt.Fprintf(&b, "%d,a,%d\n", at, 1000+i*104729%9000)
		}
		name := filepath.Join(t.TempDir(), "log.csv")
		if err := os.WriteFile(name, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return name
	}
	if said, in, of := validated(t, log(1)); of != 24 || in < 20 {
		t.Errorf("%d of %d are within, want 20 of 24\n%s", in, of, said)
	}
	if said, in, of := validated(t, log(2)); of != 24 || in > 17 {
		t.Errorf("of a log that becomes faster %d of %d are within, want no rate\n%s", in, of, said)
	}
	var out bytes.Buffer
	if code := run([]string{"validate", log(1), "--windows", "100", "--train", "0.9"}, &out, &out); code != exitInput {
		t.Errorf("too few requests for a window: exit code %d", code)
	}
}
