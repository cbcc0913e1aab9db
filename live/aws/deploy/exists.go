package deploy

import (
	"context"
	"errors"
	"slices"

	"github.com/aws/smithy-go"
)

// exists says whether a call failed because what it was to make is there. Plan had not
// found it: an answer was lost and the SDK has repeated the call, or somebody else deploys.
func exists(err error) bool {
	var api smithy.APIError
	return errors.As(err, &api) && slices.Contains([]string{
		"EntityAlreadyExists", "EntityAlreadyExistsException", "ResourceAlreadyExistsException", "ResourceInUseException", "ResourceConflictException", "ConflictException",
		"InvalidGroup.Duplicate", "InvalidAMIName.Duplicate", "InvalidPermission.Duplicate",
	}, api.ErrorCode())
}

// unless looks, where making something has failed because it is there, at what is there:
// look fails for what is not of this deployment; AWS may not show at once what is there.
func unless(ctx context.Context, err error, f *Found, look func(context.Context, *Found) error, found func() bool) error {
	if !exists(err) {
		return err
	}
	return again(ctx, exists, func() error {
		if other := look(whileLooking(ctx), f); other != nil {
			return other
		}
		if !found() {
			return err
		}
		return nil
	})
}
