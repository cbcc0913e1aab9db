package catalog

// Factor is how far off a constant of such trust may be, either way, as a factor:
// the true value lies between the given one divided and multiplied by it, equally
// likely anywhere there on a logarithmic scale. An assumption, as nobody has measured
// how wrong such figures are; it is the law of the worlds in which a finding must hold.
//
//	documented  1.05  another region, a price change, or a slower machine of the same type
//	secondary   1.1   a copy that is out of date, or another's measurement
//	recalled    1.25  a figure from memory, or a vendor's "up to"
//	unknown     1.5   taken because something must be taken
func (t Trust) Factor() float64 {
	return [...]float64{Unknown: 1.5, Recalled: 1.25, Secondary: 1.1, Documented: 1.05}[min(t, Documented)]
}

// The degrees of trust of what is no price.
const (
	// LaunchTrust is of how long a launch takes, how that is divided into parts, and
	// how much each varies: see LaunchSpread.
	LaunchTrust = Unknown
	// FunctionSpeedTrust is of how fast a function's vCPU is: see FunctionSpeedNote.
	FunctionSpeedTrust = Unknown
	// InstancePriceTrust is of the prices of instances, which a program has read from
	// AWS's list: see instances_gen.go.
	InstancePriceTrust = Secondary
	// ColdStartTrust is of recorded cold starts: they are of functions that set
	// nothing up.
	ColdStartTrust = Recalled
	// TelemetryTrust is of how long a report of a machine's load is under way.
	TelemetryTrust = Unknown
)

// SpeedTrust is how well the relative speed of the type is known.
func (i *Instance) SpeedTrust() Trust {
	switch i.speed.evidence {
	case reference:
		return Documented
	case vendor:
		return Recalled
	}
	return Unknown
}
