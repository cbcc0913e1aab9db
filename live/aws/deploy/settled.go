package deploy

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/lambda"
)

// active waits until a function, or a version of it, can be called and changed.
func (c *Clients) active(ctx context.Context, name string, version *string) error {
	return lambda.NewFunctionActiveV2Waiter(c.Lambda, func(o *lambda.FunctionActiveV2WaiterOptions) {
		o.MinDelay, o.MaxDelay = 100*time.Millisecond, 5*time.Second
	}).Wait(ctx, &lambda.GetFunctionInput{FunctionName: &name, Qualifier: version}, patience)
}

// updated waits until a function can be changed again, unless its last change
// has failed with err.
func (c *Clients) updated(ctx context.Context, name string, err error) error {
	if err != nil {
		return err
	}
	return lambda.NewFunctionUpdatedV2Waiter(c.Lambda, func(o *lambda.FunctionUpdatedV2WaiterOptions) {
		o.MinDelay, o.MaxDelay = 100*time.Millisecond, 5*time.Second
	}).Wait(ctx, &lambda.GetFunctionInput{FunctionName: &name}, patience)
}
