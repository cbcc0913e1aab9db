// Package dynamo answers the calls of DynamoDB on loopback as AWS does, from
// tables in a bbolt file, so that a second run finds what the first has
// measured. It speaks AWS's JSON 1.0 protocol, so the unmodified SDK and the
// AWS CLI are its clients. It knows what the program asks of its own tables, and
// scan, get-item and query of who looks into them: keys are strings, attributes
// strings, numbers and lists. What it does not know (calls, parameters, functions
// of expressions) it refuses by name; it never ignores it.
//
// Unlike AWS it has one partition; a table is there when it is made, a write is
// durable when it is answered, and every read is consistent.
package dynamo
