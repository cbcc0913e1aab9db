package logs

import (
	"strings"
	"testing"
	"time"
)

// TestInstants: one instant in every form that logs have.
func TestInstants(t *testing.T) {
	want := time.Date(2025, 6, 1, 12, 0, 1, 0, time.UTC).UnixNano()
	for text, after := range map[string]time.Duration{
		"1748779201":                          0,
		"1748779201.012224":                   12224 * time.Microsecond,
		"1748779201012":                       12 * time.Millisecond,
		"1748779201012224":                    12224 * time.Microsecond,
		"1748779201012223744":                 12223744,
		"1.748779201e9":                       0,
		"2025-06-01T12:00:01Z":                0,
		"2025-06-01T12:00:01.5Z":              500 * time.Millisecond,
		"2025-06-01T14:00:01+02:00":           0,
		"2025-06-01 17:30:01.25 +0530":        250 * time.Millisecond,
		"2025-06-01 12:00:01,012":             12 * time.Millisecond,
		"2025/06/01 12:00:01":                 0,
		"2025-06-01 12:00:01 UTC":             0,
		"2025-06-01T12:00:01.0122240000":      12224 * time.Microsecond,
		"\"2025-06-01T12:00:01Z\"":            0,
		"[01/Jun/2025:12:00:01 +0000]":        0,
		"01/Jun/2025:08:00:01 -0400":          0,
		"01/Jun/2025:12:00:01.012":            12 * time.Millisecond,
		"Sun, 01 Jun 2025 12:00:01 GMT":       0,
		"2025-06-01T12:00:01.012224123+00:00": 12224123,
	} {
		var p instants
		if got, ok := p.parse([]byte(text)); !ok || got != want+int64(after) {
			t.Errorf("%s = %d, %v, want %d", text, got, ok, want+int64(after))
		}
	}
}

// TestNoInstants: what is no instant is refused, whatever its size.
func TestNoInstants(t *testing.T) {
	for _, text := range []string{
		"", "-", "-5", "+Inf", "NaN", "0x1p4", "1_000", "9223372036854775808", "1e300", "99999999999999999999999", "2025-13-01T00:00:00Z",
		"2025-02-29T00:00:00Z", "2025-06-01T25:00:00Z", "2025-06-01T12:00:01+99:00", "1969-12-31T23:59:59Z", "9999-01-01T00:00:00Z", "32/Jun/2025:12:00:00 +0000",
		"01/Jux/2025:12:00:00 +0000", "hello", "2025-06-01", "2025-06-01T12:00:0",
	} {
		var p instants
		if got, ok := p.parse([]byte(text)); ok {
			t.Errorf("%q is taken for %d", text, got)
		}
	}
}

// TestUnitIsOfTheFirst: later numbers have the unit of the first, however small.
func TestUnitIsOfTheFirst(t *testing.T) {
	p := instants{}
	a, _ := p.parse([]byte("1748779200072"))
	b, _ := p.parse([]byte("5"))
	if a != 1748779200072e6 || b != 5e6 || p.finest != 1e6 {
		t.Errorf("%d, %d, finest %d", a, b, p.finest)
	}
}

// FuzzInstant: what RFC 3339 says, and what decimal arithmetic says.
func FuzzInstant(f *testing.F) {
	for _, s := range []string{"2025-06-01T12:00:01.5Z", "2024-02-29T23:59:59+01:00", "1748779200.25", "01/Jun/2025:12:00:01 +0000", "1e9", "0.5"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var p instants
		got, ok := p.parse([]byte(s))
		if ok && got < 0 && p.unit != 0 {
			t.Fatalf("%q = %d", s, got)
		}
		want, err := time.Parse(time.RFC3339, s)
		if err != nil || want.Year() < 1970 || want.Year() >= 2262 || len(s) > 30 {
			return
		}
		if !ok || got != want.UnixNano() {
			t.Fatalf("%q = %d, %v, want %d", s, got, ok, want.UnixNano())
		}
	})
}

// TestSerialDays: days of a spreadsheet by hand, and what is none: seconds since a start, a
// name that is not about time, and a unit that is given.
func TestSerialDays(t *testing.T) {
	for text, want := range map[string]string{
		"45809.5":            "2025-06-01T12:00:00Z",
		"45809.500000835023": "2025-06-01T12:00:00.072146Z",
		"25569.25":           "1970-01-01T06:00:00Z",
		"25568.9":            "none",
	} {
		p := instants{unit: Day}
		got := "none"
		if ns, ok := p.parse([]byte(text)); ok {
			got = time.Unix(0, ns).UTC().Round(time.Microsecond).Format(time.RFC3339Nano)
		}
		if got != want {
			t.Errorf("%s days = %s, want %s", text, got, want)
		}
	}
	for _, c := range []struct {
		header, unit string
		year         int
	}{{"Date", "", 2025}, {"request_time_stamp", "", 2025}, {"offset", "", 1970}, {"Date", "s", 1970}, {"offset", "days", 2025}} {
		in, err := input("x.csv", []byte(c.header+",n\n45809.50000835,1\n45809.50001,2\n"))
		if err != nil {
			t.Fatal(err)
		}
		r := NewReader(Named("csv"), One(in), Options{Arrival: c.header, ArrivalUnit: c.unit})
		var e Event
		if err := r.Next(&e); err != nil || time.Unix(0, e.At).UTC().Year() != c.year {
			t.Errorf("%+v: %v, %v", c, time.Unix(0, e.At).UTC(), err)
		}
		if said := strings.Contains(r.Stats().Said, "as spreadsheets write"); said != (c.year == 2025 && c.unit == "") {
			t.Errorf("%+v: said %q", c, r.Stats().Said)
		}
	}
}
