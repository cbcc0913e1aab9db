package deploy

import (
	"bytes"
	"context"
	"encoding/json"
	"os/exec"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"

	"cnv/internal/judges"
)

// TestRequestsKeepToTheModels: each request of the rehearsal, with the longest name and in regions
// of three partitions, is what the service's model allows: what is required, lengths, ranges,
// patterns and words, which the SDK for Go checks in part alone.
func TestRequestsKeepToTheModels(t *testing.T) {
	python := judges.Find(t, "python3", "with botocore: pip install botocore")
	if out, err := exec.Command(python, "-c", "import botocore").CombinedOutput(); err != nil {
		t.Skipf("python3 has no botocore, which has the models (pip install botocore): %s", out)
	}
	var asked bytes.Buffer
	services := map[string]int{}
	for _, region := range []string{"ap-southeast-1", "cn-northwest-1", "us-gov-west-1"} {
		synctest.Test(t, func(t *testing.T) {
			r := rehearse(t, region)
			r.s.Name = "n" + strings.Repeat("x", 19)
			var mu sync.Mutex
			r.listens = func(ctx context.Context, input any) {
				mu.Lock()
				defer mu.Unlock()
				text, err := json.Marshal(map[string]any{
					"service": awsmiddleware.GetServiceID(ctx), "operation": awsmiddleware.GetOperationName(ctx), "input": fields(reflect.ValueOf(input)),
				})
				if err != nil {
					t.Error(err)
				}
				services[awsmiddleware.GetServiceID(ctx)]++
				asked.Write(append(text, '\n'))
			}
			r.root = Connect(r.config(t, r.cloud.URL()))
			if err := r.all(t, r.policies(), ""); err != nil {
				t.Fatal(err)
			}
		})
	}
	if len(services) < 7 {
		t.Errorf("only these services were asked: %v", services)
	}
	cmd := exec.Command(python, "testdata/constraints.py")
	cmd.Stdin = &asked
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil || len(out) > 0 {
		t.Errorf("%v\n%s%s", err, out, &stderr)
	}
	t.Logf("%s%v", &stderr, services)
}

// fields are those of a request that are set, by the names that the SDK gives them.
func fields(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Pointer:
		return fields(v.Elem())
	case reflect.Struct:
		out := map[string]any{}
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if f.IsExported() && f.Type.Kind() != reflect.Interface && !v.Field(i).IsZero() {
				out[f.Name] = fields(v.Field(i))
			}
		}
		return out
	case reflect.Slice:
		out := []any{}
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return out
		}
		for i := range v.Len() {
			out = append(out, fields(v.Index(i)))
		}
		return out
	case reflect.Map:
		out := map[string]any{}
		for _, key := range v.MapKeys() {
			if v.Type().Elem().Kind() != reflect.Interface { // values of DynamoDB, which are of several kinds
				out[key.String()] = fields(v.MapIndex(key))
			}
		}
		return out
	}
	return v.Interface()
}
