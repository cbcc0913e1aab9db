package deploy

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aws/smithy-go"
)

// again tries until it works, for a minute, while it fails for what passes.
func again(ctx context.Context, passes func(error) bool, try func() error) error {
	began := time.Now()
	for wait := 200 * time.Millisecond; ; wait = min(2*wait, 3*time.Second) {
		err := try()
		if err == nil || !passes(err) || time.Since(began) > time.Minute {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

// roleUnknown: a new role has not reached all of AWS.
func roleUnknown(err error) bool { return strings.Contains(err.Error(), "cannot be assumed") }

// profileUnknown: a new profile has not reached EC2.
func profileUnknown(err error) bool {
	return strings.Contains(err.Error(), "iamInstanceProfile") || strings.Contains(err.Error(), "IAM Instance Profile")
}

// inUse: what has just been deleted still counts as using it.
func inUse(err error) bool {
	var api smithy.APIError
	return asAPI(err, &api) && slices.Contains([]string{"InvalidSnapshot.InUse", "DependencyViolation", "DeleteConflict"}, api.ErrorCode())
}
