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

// update changes a function and waits until it can be changed again. One that is being
// changed, maybe by the same call, whose answer was lost, is waited for.
func (c *Clients) update(ctx context.Context, name string, change func() error) error {
	if err := again(ctx, exists, change); err != nil {
		return err
	}
	return lambda.NewFunctionUpdatedV2Waiter(c.Lambda, func(o *lambda.FunctionUpdatedV2WaiterOptions) {
		o.MinDelay, o.MaxDelay = 100*time.Millisecond, 5*time.Second
	}).Wait(ctx, &lambda.GetFunctionInput{FunctionName: &name}, patience)
}
