package deploy

import (
	"context"
	"slices"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
)

// making is in the context of calls that belong to making a deployment: what they name has
// been found or made before, so that an answer that it is not there means that this part of
// AWS does not know of it yet (EC2 developer guide, "Eventual consistency"; IAM user guide,
// "Changes that I make are not always immediately visible").
type making struct{}

// whileMaking marks the context of such calls.
func whileMaking(ctx context.Context) context.Context { return context.WithValue(ctx, making{}, true) }

// whileLooking takes the mark away: what is looked for may not be there.
func whileLooking(ctx context.Context) context.Context {
	return context.WithValue(ctx, making{}, false)
}

// patiently has all clients of a configuration repeat marked calls, for a minute, while what
// they name is not there. Whoever removes something is told at once that it is gone.
func patiently(cfg sdk.Config) sdk.Config {
	cfg = cfg.Copy()
	cfg.APIOptions = append(slices.Clip(cfg.APIOptions), func(s *middleware.Stack) error {
		return s.Initialize.Add(middleware.InitializeMiddlewareFunc("patiently", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (out middleware.InitializeOutput, meta middleware.Metadata, err error) {
			marked, _ := ctx.Value(making{}).(bool)
			passes := func(err error) bool { return marked && absent(err) && !removes(awsmiddleware.GetOperationName(ctx)) }
			err = again(ctx, passes, func() error {
				out, meta, err = next.HandleInitialize(ctx, in)
				return err
			})
			return out, meta, err
		}), middleware.After)
	})
	return cfg
}

// removes says whether a call removes what it names.
func removes(call string) bool {
	return slices.ContainsFunc([]string{"Delete", "Deregister", "Revoke", "Remove", "Terminate"}, func(verb string) bool { return strings.HasPrefix(call, verb) })
}
