package run

import (
	"fmt"

	"cnv/experiments/plan"
	"cnv/live/local"
	"cnv/sim"
)

// unmade is what cannot be done to a worker's process, and what can be done instead.
var unmade = map[sim.FaultKind]string{
	sim.Sick:         "a worker's process cannot be made sick (kind = \"sick\"), only to crash, hang or be slow: compare it in the simulator",
	sim.Partition:    "a worker's process cannot be cut off from the gateway alone (kind = \"partition\"): use kind = \"hang\" with lasts, which has requests wait as well, or compare it in the simulator",
	sim.ZoneLost:     "a zone is lost by an option of this command, not by kind = \"zone\": --fault action=outage,code=us-east-1a,from=5m",
	sim.NoCapacity:   "a zone is without capacity by an option of this command, not by kind = \"no-capacity\": --fault action=zone,code=us-east-1a,from=5m",
	sim.TelemetryGap: "reports of a worker's process cannot be lost alone (kind = \"telemetry\"): use kind = \"hang\" with lasts, or compare it in the simulator",
}

// breaks says which faults of the cells a target cannot make.
func (e *Experiment) breaks(cells []plan.Cell) error {
	for _, c := range cells {
		cfg := c.Config(1)
		for i := range cfg.Faults {
			f := &cfg.Faults[i]
			if regional(f) && e.Target != Static {
				if err := e.Target.cannotFail(f, len(cfg.Pools)); err != nil {
					return err
				}
				continue
			}
			if err := e.makes(f); err != nil {
				return err
			}
		}
		for i := range cfg.Hazards {
			if err := e.makes(&cfg.Hazards[i].Fault); err != nil {
				return err
			}
		}
	}
	return nil
}

// makes says why a target cannot make a fault; nil: it can.
func (e *Experiment) makes(f *sim.Fault) error {
	why := unmade[f.Kind]
	switch {
	case e.Target == Static:
		why = "workers given by address cannot be made to fail: use --target local"
	case why != "":
	case e.Target == AWS && f.Kind == sim.StoreOutage:
		why = "DynamoDB cannot be made to fail: use --target local"
	case e.Target == AWS && f.Kind != sim.Crash:
		why = "an instance of EC2 cannot be made to hang, to be slow, or be taken away with notice, only to crash: use --target local"
	default:
		return nil
	}
	if f.At == 0 {
		return fmt.Errorf("cnv: %s: %s", f.Name, why)
	}
	return fmt.Errorf("cnv: fault at %v: %s", f.At, why)
}

// storeCalls are the calls of the table that outages of the store have fail, as errors that
// DynamoDB answers while it has trouble of its own.
func storeCalls(cfg *sim.Config) (out []local.Fault) {
	for i := range cfg.Faults {
		f := &cfg.Faults[i]
		if f.Kind != sim.StoreOutage {
			continue
		}
		to := f.At + f.Lasts
		if f.Lasts == 0 {
			to = 0
		}
		for _, action := range []string{"BatchWriteItem", "GetItem", "Query"} {
			out = append(out, local.Fault{Action: action, Code: "InternalServerError", From: f.At, To: to})
		}
	}
	return out
}
