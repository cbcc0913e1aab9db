// Package load replays a workload against a gateway, open loop: each request
// is due at an instant that does not depend on how the earlier ones fare, and
// its response time counts from that instant, so that a slow gateway cannot
// hide behind a generator that waits for it (coordinated omission). How late
// requests were sent is measured, and a run whose generator was too slow says
// so.
package load
