package deploy

import (
	"context"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
)

// Warm is a number of environments that a version of the function keeps warm,
// which is billed whether they are called or not.
type Warm struct {
	Version      string
	Environments int32
	MemoryMB     int32
}

// Warm looks for what the function's versions keep warm.
func (c *Clients) Warm(ctx context.Context, f *Found) (out []Warm, err error) {
	if f.Function == nil {
		return nil, nil
	}
	pages := lambda.NewListProvisionedConcurrencyConfigsPaginator(c.Lambda, &lambda.ListProvisionedConcurrencyConfigsInput{FunctionName: sdk.String(Function(f.Name))})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, p := range page.ProvisionedConcurrencyConfigs {
			arn := sdk.ToString(p.FunctionArn)
			w := Warm{Version: arn[strings.LastIndex(arn, ":")+1:], Environments: sdk.ToInt32(p.RequestedProvisionedConcurrentExecutions)}
			for _, v := range f.Function.Published {
				if v.Number == w.Version {
					w.MemoryMB = v.MemoryMB
				}
			}
			out = append(out, w)
		}
	}
	return out, nil
}
