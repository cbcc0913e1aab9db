// Package operate has what the commands of an operator do with a deployment on AWS: deploy,
// status, destroy, doctor and smoke. Each command is a struct of what its flags say, and Run
// carries it out on a console: it says what it is about to do, asks, and tells how it went.
// What a deployment is, and how it is looked for, made and removed, is live/aws/deploy's.
//
// Errors that are a run.BadInput are of what the user gave; all others came while a command ran.
package operate
