package dynamo

// accounted are the parameters that ask what a call has cost.
type accounted struct {
	ReturnConsumedCapacity      string
	ReturnItemCollectionMetrics string // only of tables with local indexes, which none has here
}

func (a *accounted) check() error {
	if err := oneOf("returnItemCollectionMetrics", a.ReturnItemCollectionMetrics, "SIZE", "NONE"); err != nil {
		return err
	}
	return oneOf("returnConsumedCapacity", a.ReturnConsumedCapacity, "INDEXES", "TOTAL", "NONE")
}

// charge adds to an answer what one table was used for, if it was asked.
func (a *accounted) charge(out map[string]any, table string, units float64) {
	if c := a.capacity(table, units); c != nil {
		out["ConsumedCapacity"] = c
	}
}

// capacity is nil if nobody asked.
func (a *accounted) capacity(table string, units float64) map[string]any {
	switch a.ReturnConsumedCapacity {
	case "TOTAL":
		return map[string]any{"TableName": table, "CapacityUnits": units}
	case "INDEXES":
		return map[string]any{"TableName": table, "CapacityUnits": units, "Table": map[string]float64{"CapacityUnits": units}}
	}
	return nil
}

// writeUnits are those of a write: one for each KiB of the larger of the item
// before and after.
func writeUnits(old, now item) float64 {
	return float64(max(1, pieces(max(old.size(), now.size()), 1<<10)))
}

// readUnits are those of a read: one for each 4 KiB, half if it need not be
// consistent.
func readUnits(bytes int, consistent bool) float64 {
	units := float64(max(1, pieces(bytes, 4<<10)))
	if !consistent {
		units /= 2
	}
	return units
}

func pieces(n, of int) int { return (n + of - 1) / of }
