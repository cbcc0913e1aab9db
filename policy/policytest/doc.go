// Package policytest is the conformance kit that every policy passes, and
// the Lab for its unit tests. For a new router:
//
//	func TestMine(t *testing.T) {
//		policytest.Router(t, func() policy.Router { return &Mine{Choices: 2} })
//	}
//
// The kit drives a real Controller with the policy in its role through random
// worlds (workers come, go and fail, requests fail, leave and repeat, news is
// late, doubled or absurd) and checks that
//
//   - no request is sent to a worker that takes none, and every request ends
//     exactly once;
//   - no request waits at the gateway while a slot or a function is free that
//     its router and its Spill, asked again at any instant, would send it to;
//   - where the Spill uses nothing but functions, no worker takes what a function can,
//     and nothing that the Spill allows a function is refused for want of a worker;
//   - what counts as launching is what was asked for and has not come yet;
//   - the same events bring the same commands, whatever becomes of an event
//     after it was handed over;
//   - every decision comes to an end;
//   - nothing panics with no worker, one, two, or none but draining ones;
//   - a decision allocates nothing once the policy is warm.
package policytest
