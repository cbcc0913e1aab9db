// Package lambda answers the calls of the Lambda API that this project makes,
// with environments that are processes on this machine and speak the Lambda
// Runtime API. What it does not know it refuses by name.
package lambda
