// Package deploy makes, shows and removes what a deployment has on AWS: a
// function, an image of the same worker for instances, security groups, a
// table and a log group. It keeps no state of its own: what belongs to a
// deployment is found by tags and names.
//
// Never run on AWS itself yet.
package deploy
