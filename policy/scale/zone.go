package scale

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// zones are the rules of time zones by name, as POSIX writes them (the last rule of each
// in the tz database 2025b). The files of the machine are not read: the same file means the
// same instants everywhere.
var zones = [][2]string{
	{"UTC", "UTC0"},
	{"Africa/Johannesburg", "SAST-2"},
	{"America/Chicago", "CST6CDT,M3.2.0,M11.1.0"},
	{"America/Denver", "MST7MDT,M3.2.0,M11.1.0"},
	{"America/Los_Angeles", "PST8PDT,M3.2.0,M11.1.0"},
	{"America/New_York", "EST5EDT,M3.2.0,M11.1.0"},
	{"America/Sao_Paulo", "<-03>3"},
	{"America/Toronto", "EST5EDT,M3.2.0,M11.1.0"},
	{"Asia/Dubai", "<+04>-4"},
	{"Asia/Hong_Kong", "HKT-8"},
	{"Asia/Kolkata", "IST-5:30"},
	{"Asia/Seoul", "KST-9"},
	{"Asia/Shanghai", "CST-8"},
	{"Asia/Singapore", "<+08>-8"},
	{"Asia/Tokyo", "JST-9"},
	{"Australia/Sydney", "AEST-10AEDT,M10.1.0,M4.1.0/3"},
	{"Europe/Athens", "EET-2EEST,M3.5.0/3,M10.5.0/4"},
	{"Europe/Berlin", "CET-1CEST,M3.5.0,M10.5.0/3"},
	{"Europe/Dublin", "GMT0IST,M3.5.0/1,M10.5.0"},
	{"Europe/Helsinki", "EET-2EEST,M3.5.0/3,M10.5.0/4"},
	{"Europe/London", "GMT0BST,M3.5.0/1,M10.5.0"},
	{"Europe/Madrid", "CET-1CEST,M3.5.0,M10.5.0/3"},
	{"Europe/Paris", "CET-1CEST,M3.5.0,M10.5.0/3"},
	{"Europe/Rome", "CET-1CEST,M3.5.0,M10.5.0/3"},
	{"Europe/Stockholm", "CET-1CEST,M3.5.0,M10.5.0/3"},
	{"Europe/Zurich", "CET-1CEST,M3.5.0,M10.5.0/3"},
}

// zone is the location of a name in zones, or of a POSIX rule such as
// "CET-1CEST,M3.5.0,M10.5.0/3".
// policy reads no files, and a machine's own database may be older: the same experiment would mean other
// instants there.
func zone(name string) (*time.Location, error) {
	rule := name
	if i := slices.IndexFunc(zones, func(z [2]string) bool { return z[0] == name }); i >= 0 {
		rule = zones[i][1]
	}
	unknown := fmt.Errorf("zone = %q, want one of %s, or a POSIX rule such as %q", name, zoneNames(), "CET-1CEST,M3.5.0,M10.5.0/3")
	if strings.ContainsAny(rule, "\n\x00") || rule == "" {
		return nil, unknown
	}
	loc, err := time.LoadLocationFromTZData(name, ruleFile(rule))
	if err != nil {
		return nil, unknown
	}
	if used, _ := time.Unix(0, 0).In(loc).Zone(); used == noZone { // the rule could not be read
		return nil, unknown
	}
	return loc, nil
}

// zoneNames lists the names.
func zoneNames() string {
	var names []string
	for _, z := range zones {
		names = append(names, z[0])
	}
	return strings.Join(names, ", ")
}

// noZone is the abbreviation where a rule is not used.
const noZone = "?"

// ruleFile is a file of a time zone, as RFC 9636 has it, that says nothing but a rule.
func ruleFile(rule string) []byte {
	header := func(types, chars byte) []byte {
		b := append([]byte("TZif2"), make([]byte, 15)...)
		for _, n := range []byte{0, 0, 0, 0, types, chars} {
			b = append(b, 0, 0, 0, n)
		}
		return b
	}
	b := append(header(0, 0), header(1, byte(len(noZone)+1))...)
	b = append(b, make([]byte, 6)...) // one type: at UTC, no daylight saving time, abbreviation 0
	b = append(b, noZone+"\x00"...)
	return append(b, "\n"+rule+"\n"...)
}
