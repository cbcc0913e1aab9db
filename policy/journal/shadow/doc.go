// Package shadow asks another policy what it would have done: it stands by a
// Controller, sees the same View at every placement of a request, and counts
// where the two part. It places nothing; each difference is therefore judged
// on what really was, not on a history that the other policy would have made.
// Scaling is not shadowed.
package shadow
