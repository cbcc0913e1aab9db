package lambda

import (
	"net/http"
	"time"
)

// begin lets a version be as AWS has it for a while after it was made or
// changed: pending, when it cannot be called, or with an update in progress,
// when it can. See https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
func (v *version) begin(changed bool) {
	v.config.State, v.config.LastUpdateStatus = "Active", "Successful"
	if settle := v.of.settle; settle > 0 {
		v.until = time.Now().Add(settle)
		if changed {
			v.config.LastUpdateStatus = "InProgress"
		} else {
			v.config.State, v.config.LastUpdateStatus = "Pending", ""
		}
	}
	if v.config.Version == "$LATEST" {
		v.of.configuration = v.config
	}
}

// settled takes in that the time of what was begun is over.
func (f *function) settled() {
	for _, v := range f.versions {
		if !v.until.IsZero() && !time.Now().Before(v.until) {
			v.until, v.config.State, v.config.LastUpdateStatus = time.Time{}, "Active", "Successful"
			if v.config.Version == "$LATEST" {
				f.configuration = v.config
			}
		}
	}
}

// changes are the calls that are refused while a function is not settled.
var changes = map[string]bool{
	"UpdateFunctionCode": true, "UpdateFunctionConfiguration": true, "PublishVersion": true, "PutFunctionConcurrency": true,
}

// conflict refuses to change what is being made or changed.
func (f *function) conflict() error {
	switch {
	case f.State == "Pending":
		return pending()
	case f.LastUpdateStatus == "InProgress":
		return failure(http.StatusConflict, "ResourceConflictException", "The operation cannot be performed at this time. An update is in progress for resource: %s", f.FunctionArn)
	}
	return nil
}

func pending() error {
	return failure(http.StatusConflict, "ResourceConflictException", "The operation cannot be performed at this time. The function is currently in the following state: Pending")
}
