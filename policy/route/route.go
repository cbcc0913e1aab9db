package route

import (
	"time"

	"cnv/policy"
)

// Specs is the routers by name.
// New returns the defaults, which the experiment file changes key by key; `list` shows them with Doc.
var Specs = []policy.Spec{
	{Name: "roundrobin", Stable: true, New: func() any { return &RoundRobin{} },
		Doc: "the next ready worker in order of ID"},
	{Name: "random", Stable: true, New: func() any { return &Random{} },
		Doc: "a ready worker drawn uniformly"},
	{Name: "jsq", Stable: true, New: func() any { return &JSQ{} },
		Doc: "join the shortest queue: the fewest requests in flight"},
	{Name: "zoneaware", Stable: true, New: func() any { return &ZoneAware{Margin: 1} },
		Doc: "join the shortest queue of the gateway's own zone, unless one elsewhere is shorter by more than a margin"},
	{Name: "p2c", Stable: true, New: func() any { return &PowerOfChoices{Choices: 2} },
		Doc: "power of two choices: the fewest requests in flight of a few drawn at random"},
	{Name: "leastwork", Stable: true, New: func() any { return &LeastWork{} },
		Doc: "the earliest predicted finish, from the predicted work left at each worker"},
	{Name: "wrr", Stable: true, New: func() any { return &WeightedRoundRobin{} },
		Doc: "weighted round robin by cores times speed, with the turns of a worker far apart (nginx)"},
	{Name: "leastrequest", Stable: true, New: func() any { return &LeastRequest{Choices: 2, Bias: 1} },
		Doc: "Envoy's least request: two choices among equal workers, turns by weight and load among others"},
	{Name: "peakewma", Stable: true, New: func() any { return &PeakEWMA{Choices: 2, Decay: 10 * time.Second} },
		Doc: "the least of response time times requests in flight, of a few drawn; peaks count at once (Finagle)"},
	{Name: "jiq", Stable: true, New: func() any { return &JIQ{} },
		Doc: "join the idle queue: an idle worker if there is one, else one at random"},
	{Name: "prequal", Stable: true, New: func() any { return NewPrequal() },
		Doc: "asks some workers beside each request; the least latency of those that are not hot (NSDI 2024)"},
	{Name: "sita", Stable: true, New: func() any { return &SITA{Groups: 2, Window: 10_000, Recut: time.Minute} },
		Doc: "groups of workers for intervals of predicted work, each with its share of the work (SITA-E)"},
	{Name: "ringhash", Stable: true, New: func() any { return &RingHash{Points: 100} },
		Doc: "consistent hashing on a ring: equal keys meet the same worker"},
	{Name: "maglev", Stable: true, New: func() any { return &Maglev{Table: 65_537} },
		Doc: "consistent hashing by Maglev's table: equal keys meet the same worker"},
	{Name: "bounded", Stable: true, New: func() any { return &RingHash{Points: 100, Bound: 1.25} },
		Doc: "ring hash with bounded loads: on to the next worker where one has more than its share"},
	{Name: "pack", Stable: true, New: func() any { return &Pack{} },
		Doc: "best fit: the worker with the least room that takes one more, so that others fall idle"},
	{Name: "hiku", Stable: true, New: func() any { return &Hiku{Keep: 10 * time.Minute} },
		Doc: "workers pull by class: one that is idle and warm for the class, else the least loaded"},
	{Name: "blend", Stable: true, New: func() any { return &Blend{Low: 0.3, High: 0.7} },
		Doc: "packs while the fleet is hardly loaded, spreads while it is, and mixes both between"},
	{Name: "nova", Stable: true, New: func() any { return NewNova() },
		Doc: "OpenStack Nova's filters and weighers"},
	{Name: "nova-original", Stable: true, New: func() any { return NewNovaOriginal() },
		Doc: "the original system's lottery by headroom, with all its side effects; it repeats failed attempts itself, without end, but not calls that a function's time-out ended; [retry] does nothing"},
}
