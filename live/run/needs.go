package run

import (
	"slices"

	"cnv/experiments/plan"
	"cnv/live/aws/deploy"
)

// Needs are what the cells of an experiment ask of a cloud at most: of each type and market as
// many instances as the pools of a cell may have, but no more than most of them together.
func Needs(cells []plan.Cell, most int) (need deploy.Need) {
	for _, cell := range cells {
		cfg, left := cell.Config(1), most
		mine := map[deploy.PoolNeed]int{} // by type and market
		for i, kind := range cell.Instances() {
			n := min(cfg.Control.Pools[i].Max, left)
			left -= n
			mine[deploy.PoolNeed{Type: kind, Spot: cfg.Pools[i].Spot}] += n
			at := slices.IndexFunc(need.Pools, func(p deploy.PoolNeed) bool { return p.Type == kind && p.Spot == cfg.Pools[i].Spot })
			if at < 0 {
				at = len(need.Pools)
				need.Pools = append(need.Pools, deploy.PoolNeed{Type: kind, Spot: cfg.Pools[i].Spot})
			}
			need.Pools[at].N = max(need.Pools[at].N, mine[deploy.PoolNeed{Type: kind, Spot: cfg.Pools[i].Spot}])
		}
		if f := cfg.Funcs; f != nil {
			need.Concurrency, need.MemoryMB = max(need.Concurrency, atOnce(f.Concurrency)), max(need.MemoryMB, int(f.MemoryMB))
		}
	}
	return need
}
