// Package catalog is what the simulated and the real cloud are made of:
// instance types, function sizes, cold starts and prices, each with its unit,
// its source and the date it was read.
//
// Everything is for the region us-east-1, Linux, on demand, without free
// tiers and discounts, in US dollars. It is data and arithmetic only. What is
// uncertain says so: [Item.Warning], [Instance.RelativeSpeed] and
// [FunctionShare] return the sentence that belongs under a result which
// depends on it.
package catalog
