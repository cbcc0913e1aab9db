// Package second is a second simulator of the same world as package sim, written from the
// description of that world alone: plain and slow, with no heap, index or table. Tests
// compare what both say of random worlds, request by request and column by column.
// Nothing else imports it.
//
// It does not judge several gateways and what one counts by reports (sim.Gateways, policy.Sight;
// unjudged in its tests): response times under a stale board are known (TestStaleBoard in sim), and
// everything else of gateways is computed by hand or conserved there.
package second
