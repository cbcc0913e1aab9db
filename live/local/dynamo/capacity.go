package dynamo

// accounted is the parameter that asks what a call has cost.
type accounted struct {
	ReturnConsumedCapacity string
}

func (a *accounted) check() error {
	return oneOf("returnConsumedCapacity", a.ReturnConsumedCapacity, "TOTAL", "NONE")
}

// charge adds to an answer what one table was used for, if it was asked.
func (a *accounted) charge(out map[string]any, table string, units float64) {
	if c := a.capacity(table, units); c != nil {
		out["ConsumedCapacity"] = c
	}
}

// capacity is nil if nobody asked.
func (a *accounted) capacity(table string, units float64) map[string]any {
	if a.ReturnConsumedCapacity != "TOTAL" {
		return nil
	}
	return map[string]any{"TableName": table, "CapacityUnits": units}
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
