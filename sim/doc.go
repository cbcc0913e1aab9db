// Package sim is the modelled world: virtual time, VMs, functions, network,
// telemetry and bills around the same policy.Controller that runs live.
//
// One run is one call of [Run]: it owns everything it touches, so any number
// of runs go side by side. Event times are integer nanoseconds; events at the
// same instant happen by their ranks, those of a rank in the order in which they were
// scheduled, and all before arrivals of that instant.
//
// # What is modelled
//
//   - A VM has cores of one speed and serves by processor sharing or first come, first served
//     ([Config].PS). It has no disk.
//   - Where a pool says so ([Uneven]), its VMs differ: busy threads of one core slow each other
//     down, service times vary from run to run, some machines are slower, an application that
//     has just started is slower and has kept cores busy, one whose requests have too much
//     memory is killed and starts again, and burstable types spend CPU credits, which change
//     linearly between events. Without, the first request is as quick as the last.
//   - A request uses one core, or as many as its class has (policy.Class.Cores): with its threads it shares
//     cores, or waits in line until there is a slot for each.
//   - A launch has five parts, each with a law of its own ([Launch]). It comes to nothing where
//     its zone has no capacity (NoCapacity) or is lost (ZoneLost), or the account has no vCPUs or
//     no tokens left ([Account]). The gateway hears of that when the call is answered. Which zone
//     is asked, and that another one is asked instead, is policy/zones, as in live/aws; calls to
//     several zones take no longer than one, and a call that exceeds the rate is not repeated by
//     the SDK. That a new instance is not listed for a while is part of Pending: no worker is
//     known by a listing.
//   - VMs are in zones ([Pool].Zones). What goes to another zone than the gateway's may take
//     longer and cost money; the gateway itself is never lost.
//   - A function environment serves one call at a time and is reused last in, first out
//     ([Functions]). New ones are made at the rate that AWS Lambda allows.
//   - The network is one delay for each way, drawn for every attempt. It loses nothing and has no
//     bandwidth: what a request and its answer weigh does not matter.
//   - The gateway decides in no time. How long it takes live is measured by live runs.
//   - What goes wrong is told by a list of faults and by hazards, which befall each worker by chance
//     ([Fault], [Hazard]): crashes, hangs, slow-downs, sick workers, partitions, interruptions of
//     spot instances, lost reports, outages of the store. A partition loses nothing: what is under
//     way is late. Health checks find what they would find live, after a time that is given.
//   - The store answers after a constant time. Beyond its capacity, and in an outage, writes wait
//     and are tried again as the live store does, and lookups go without an answer ([Store]).
//   - There may be several gateways ([Gateways]): a Controller each, with policies of its own. A
//     gateway knows what it has sent; what others have sent it knows only by what workers report
//     (policy.Sight), and of the fleet the leader knows at once and the others later. They take no
//     time to agree, and none of them fails.
//   - Workers report how busy they were over exactly one period, and the report arrives later
//     ([Config].TelemetryDelay).
//
// # What policies share
//
// Whatever chance decides is keyed by the seed, its purpose and a number that policies do not
// change: the launch, the environment, the request and attempt, the fault. So the k-th launch
// takes as long under every policy, and differences between policies vary less than the
// runs themselves (common random numbers: Law, "Simulation Modeling and Analysis", 5th edition,
// section 11.2).
//
// # What is checked against
//
// Closed forms (M/M/1, M/M/c, M/G/1-PS, Erlang B and C), a second simulator that shares no code
// of the world (sim/second), laws of conservation (requests, machines, money), and live runs of
// the same scenario (live/parity_test.go).
package sim
