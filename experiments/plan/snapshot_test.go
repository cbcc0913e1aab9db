package plan

import (
	"strings"
	"testing"
)

// TestSnapshots: new environments are restored from a snapshot in the time that the file says; of
// Python that costs what the catalog says, of Java nothing. In other worlds it is the restore that
// takes longer.
func TestSnapshots(t *testing.T) {
	for runtime, paid := range map[string]bool{"python3.13": true, "java21": false} {
		p := parse(t, strings.Replace(plainFile, "[[workload]]", "[functions]\nruntime = \""+runtime+"\"\nrestore = { dist = \"constant\", value = \"400ms\" }\n[[workload]]", 1)+"spill = \"busy\"\n")
		f := p.Cells()[0].Config(1).Funcs
		if !f.Snapshot || f.Cold.Mean() != 0.4 || (f.SnapshotUSDPerGBs == 1.5046e-6) != paid || (f.RestoreUSDPerGB == 1.397998e-4) != paid {
			t.Errorf("%s: snapshot %v, restored in %v s for $%v, kept for $%v", runtime, f.Snapshot, f.Cold.Mean(), f.RestoreUSDPerGB, f.SnapshotUSDPerGBs)
		}
		moved, any := p.Moved("cold_start_s", 2)
		if g := moved.Cells()[0].Config(1).Funcs; !any || g.Cold.Mean() < 0.75 || g.Cold.Mean() > 0.85 {
			t.Errorf("%s: restored in %v s in a world where it takes twice as long", runtime, g.Cold.Mean())
		}
	}
}
