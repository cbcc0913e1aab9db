package plan

import (
	"strings"

	"cnv/policy/catalog"
	"cnv/sim"
)

// snapshotRuntimes are those of which Lambda takes snapshots (Developer Guide, "Improving startup
// performance with Lambda SnapStart", 2026-07), by how their names begin.
var snapshotRuntimes = []string{"java", "python", "dotnet"}

// checkSnapshot checks restore of [functions].
func (r *reader) checkSnapshot(f *functionsTable, at func(key string) string) {
	if f.Restore == nil {
		return
	}
	takes := false
	for _, name := range snapshotRuntimes {
		takes = takes || strings.HasPrefix(f.Runtime, name)
	}
	r.wrong(!takes && !r.blamed(at("runtime")), at("restore"), "Lambda takes no snapshots of runtime %q: give one of java, python or dotnet", f.Runtime)
	r.wrong(f.Provisioned > 0, at("restore"), "a function has either a snapshot or environments kept warm: leave restore or provisioned out")
	r.wrong(f.Cold != nil, at("cold"), "does nothing, as environments are restored from a snapshot: leave cold or restore out")
}

// snapshotPrices are what the snapshot costs and a restore from it, if anything: those of Java
// are free (AWS Lambda pricing, SnapStart, 2026-09).
func (f *functionsTable) snapshotPrices() []catalog.Item {
	if f.Restore == nil || strings.HasPrefix(f.Runtime, "java") {
		return nil
	}
	return []catalog.Item{catalog.SnapshotCache, catalog.SnapshotRestore}
}

// snapshot says in the simulated world what environments are made from.
func (f *functionsTable) snapshot(w *sim.Functions) {
	w.Snapshot = f.Restore != nil
	if items := f.snapshotPrices(); items != nil {
		w.SnapshotUSDPerGBs, w.RestoreUSDPerGB = items[0].USD(), items[1].USD()
	}
}
