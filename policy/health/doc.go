// Package health holds the health policies: which workers are taken out of service for a
// while because of how requests there end, and when they come back. They look only at
// requests (passive checks); a worker that crashes is for the health checks of the fleet.
//
// Each file is one policy. To add one, write such a file, add a line to [Specs], and call
// policytest.Health in a test.
package health
