package catalog

// creditsOf is the credit table of the T types (EC2 user guide, "Key concepts
// for burstable performance instances", read 2026-07), and the mode in which they
// start; zero for all others. T3, T3a and T4g are alike.
func creditsOf(family, size string) Credits {
	var c Credits
	switch family {
	case "t3", "t3a":
		c = credits3[size]
		c.Unlimited, c.Surplus = true, SurplusCreditT3
	case "t4g":
		c = credits3[size]
		c.Unlimited, c.Surplus = true, SurplusCreditT4g
	case "t2":
		c = credits2[size]
		c.Surplus = SurplusCreditT3
	}
	return c
}

// launchCredits are given for each vCPU of a T2 instance at its start in the standard mode, to at most a
// hundred starts a day (EC2 user guide, "Standard mode concepts", read 2026-11).
const launchCredits = 30

var credits3 = map[string]Credits{
	"nano":    {PerHour: 6, Max: 144, Baseline: 0.05},
	"micro":   {PerHour: 12, Max: 288, Baseline: 0.10},
	"small":   {PerHour: 24, Max: 576, Baseline: 0.20},
	"medium":  {PerHour: 24, Max: 576, Baseline: 0.20},
	"large":   {PerHour: 36, Max: 864, Baseline: 0.30},
	"xlarge":  {PerHour: 96, Max: 2304, Baseline: 0.40},
	"2xlarge": {PerHour: 192, Max: 4608, Baseline: 0.40},
}

var credits2 = map[string]Credits{
	"nano":    {PerHour: 3, Max: 72, Baseline: 0.05},
	"micro":   {PerHour: 6, Max: 144, Baseline: 0.10},
	"small":   {PerHour: 12, Max: 288, Baseline: 0.20},
	"medium":  {PerHour: 24, Max: 576, Baseline: 0.20},
	"large":   {PerHour: 36, Max: 864, Baseline: 0.30},
	"xlarge":  {PerHour: 54, Max: 1296, Baseline: 0.225},
	"2xlarge": {PerHour: 81.6, Max: 1958.4, Baseline: 0.17},
}
