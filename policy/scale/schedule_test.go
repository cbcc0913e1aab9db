package scale

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the machine may have none

	"pgregory.net/rapid"

	"cnv/policy"
	"cnv/policy/policytest"
)

// TestZonesAreThoseOfTheDatabase: every zone by name has the offsets of the tz database, an
// hour before and after each full hour of 2026 to 2030.
func TestZonesAreThoseOfTheDatabase(t *testing.T) {
	for _, z := range zones {
		ours, err := zone(z[0])
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := time.LoadLocation(z[0])
		if err != nil {
			t.Fatal(err)
		}
		for at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() <= 2030; at = at.Add(time.Hour) {
			_, a := at.In(ours).Zone()
			_, b := at.In(theirs).Zone()
			if a != b {
				t.Errorf("%s at %v: offset %d s, want %d s", z[0], at, a, b)
				break
			}
		}
	}
	for _, bad := range []string{"", "Europe/Berln", "CET-1CEST,M3", "A\nB", "12"} {
		if _, err := zone(bad); err == nil {
			t.Errorf("zone %q is accepted", bad)
		}
	}
}

// TestCronFields: what the entries of a crontab mean, at some minutes of 2026.
func TestCronFields(t *testing.T) {
	for _, c := range []struct{ entry, at, last string }{
		{"0 8 * * mon-fri", "2026-01-05T07:59", "2026-01-02T08:00"},
		{"0 8 * * mon-fri", "2026-01-05T08:00", "2026-01-05T08:00"},
		{"*/15 9-17 * * *", "2026-01-05T12:44", "2026-01-05T12:30"},
		{"*/15 9-17 * * *", "2026-01-05T08:10", "2026-01-04T17:45"},
		{"5/20 * * * *", "2026-01-05T12:50", "2026-01-05T12:45"},
		{"30 2 1,15 * *", "2026-01-20T00:00", "2026-01-15T02:30"},
		{"0 0 13 * 5", "2026-03-01T00:00", "2026-02-27T00:00"}, // the 13th, or a Friday
		{"0 0 13 * 5", "2026-02-13T00:00", "2026-02-13T00:00"},
		{"0 0 * * 7", "2026-01-05T00:00", "2026-01-04T00:00"},
		{"0 0 29 feb *", "2026-01-01T00:00", "2024-02-29T00:00"},
		{"0 0 31 4 *", "2026-01-01T00:00", ""},
		{"0 12 * JUL SUN", "2026-01-01T00:00", "2025-07-27T12:00"},
	} {
		e, err := parseCron(strings.Fields(c.entry))
		if err != nil {
			t.Fatal(err)
		}
		at, err := time.Parse(startForm, c.at)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if last, ok := e.last(at); ok {
			got = last.Format(startForm)
		}
		if got != c.last {
			t.Errorf("%q at %s happened last at %q, want %q", c.entry, c.at, got, c.last)
		}
	}
	for _, bad := range []string{"60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8", "5-1 * * * *", "*/0 * * * *", "a * * * *", "* * * *", "1,,2 * * * *"} {
		if _, err := parseCron(strings.Fields(bad)); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
}

// TestCronLastIsTheLast: no matching minute lies between the last instant and now.
func TestCronLastIsTheLast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		field := func(name, words string) string { return rapid.SampledFrom(strings.Fields(words)).Draw(t, name) }
		e, err := parseCron([]string{
			field("minute", "* 0 30 */7 5,50 59"), field("hour", "* 0 8 9-17 23"), field("day", "* 1 13 */10"), field("month", "* 1 6-8"), field("weekday", "* 0 1-5 sat"),
		})
		if err != nil {
			t.Fatal(err)
		}
		now := time.Date(2026, 1, 1, 0, rapid.IntRange(0, 2*366*24*60).Draw(t, "minute of the year"), 0, 0, time.UTC)
		last, ok := e.last(now)
		matches := func(at time.Time) bool {
			return e.onDay(at.Date()) && e.hours>>at.Hour()&1 == 1 && e.minutes>>at.Minute()&1 == 1
		}
		if ok && !matches(last) {
			t.Fatalf("%v does not match", last)
		}
		for at := now; at.After(last) && now.Sub(at) < 40*24*time.Hour; at = at.Add(-time.Minute) {
			if matches(at) {
				t.Fatalf("last at %v, but %v matches (before %v)", last, at, now)
			}
		}
	})
}

// TestScheduleInItsZone: 12 workers at eight in Berlin are there at seven UTC in winter and
// at six in summer; on the night of the change it is the clock of the wall that counts.
func TestScheduleInItsZone(t *testing.T) {
	for start, hours := range map[string]map[time.Duration]int{
		"2026-01-05T00:00": {7*time.Hour + 59*time.Minute: 2, 8 * time.Hour: 12, 19 * time.Hour: 2, 24*time.Hour + 8*time.Hour: 12},
		"2026-03-29T00:00": {6*time.Hour + 59*time.Minute: 2, 7 * time.Hour: 12}, // a Sunday of 23 hours
		"2026-10-25T00:00": {8*time.Hour + 59*time.Minute: 2, 9 * time.Hour: 12}, // of 25
	} {
		p := NewSchedule()
		p.Begin, p.Zone, p.At = start, "Europe/Berlin", []string{"0 8 * * * 12", "0 19 * * * 2"}
		l := policytest.NewLab(t, policy.Config{})
		policytest.Start(l, p)
		for after, want := range hours {
			if got := p.holds(p.start.Add(after)); got != want {
				t.Errorf("%s and %v: %d workers, want %d", start, after, got, want)
			}
		}
	}
}

// TestScheduleSizes: the size that holds at the start is asked for at once, and another at
// its minute; before the first entry what is there stays.
func TestScheduleSizes(t *testing.T) {
	p := NewSchedule()
	p.At = []string{"0 0 1 1 * 2", "10 0 5 jan * 5", "10 0 5 jan * 4"}
	h := newHost(t, p, policy.Pool{Cores: 1, Speed: 1, Max: 9}, 1)
	h.run(5 * time.Minute)
	if n := h.c.View().Pool(0).Size(); n != 2 {
		t.Errorf("%d workers at first, want 2", n)
	}
	h.run(11 * time.Minute)
	if n := h.c.View().Pool(0).Size(); n != 4 {
		t.Errorf("%d workers after ten minutes, want the 4 of the later entry", n)
	}
	p = NewSchedule()
	p.At = []string{"0 0 31 4 * 7"}
	h = newHost(t, p, policy.Pool{Cores: 1, Speed: 1, Max: 9}, 3)
	h.run(5 * time.Minute)
	if n := h.c.View().Pool(0).Size(); n != 3 {
		t.Errorf("%d workers under a timetable that never holds, want 3", n)
	}
}
