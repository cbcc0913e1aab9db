// Package estimate holds the estimators: how much work a request will be.
//
// The mean of a request's class stands behind every estimator, inside the
// Controller, so an estimator that knows nothing says so. Each file is one
// estimator. To add one, write such a file, add a line to [Specs], and call
// policytest.Estimator in a test.
package estimate
