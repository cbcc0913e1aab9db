package plan

import "strings"

// snapshotRuntimes are those of which Lambda takes snapshots (Developer Guide, "Improving startup
// performance with Lambda SnapStart", 2026-07), by how their names begin.
var snapshotRuntimes = []string{"java", "python", "dotnet"}

// checkSnapshot checks restore of [functions].
func (r *reader) checkSnapshot(f *functionsTable, t table) {
	if f.Restore == nil {
		return
	}
	at := func(key string) string { return join(t.path, key) }
	takes := false
	for _, name := range snapshotRuntimes {
		takes = takes || strings.HasPrefix(f.Runtime, name)
	}
	r.wrong(!takes && !r.blamed(at("runtime")), at("restore"), "Lambda takes no snapshots of runtime %q: give one of java, python or dotnet", f.Runtime)
	r.wrong(f.Provisioned > 0, at("restore"), "a function has either a snapshot or environments kept warm: leave restore or provisioned out")
	r.wrong(f.Cold != nil, at("cold"), "does nothing, as environments are restored from a snapshot: leave cold or restore out")
}

// snapshotBilled is 0 where snapshots are free, as those of Java are, else 1 (AWS Lambda pricing,
// SnapStart, 2026-09).
func (f *functionsTable) snapshotBilled() float64 {
	if strings.HasPrefix(f.Runtime, "java") {
		return 0
	}
	return 1
}
