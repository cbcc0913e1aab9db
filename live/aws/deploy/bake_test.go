package deploy

import (
	"path"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
)

// TestBakeFails: that a builder's script has failed is told within half a minute, and what
// its console says.
func TestBakeFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, s := t.Context(), idleSpec(t, "test")
		s.Gateway = nil
		_, cfg := cloud(t, fast())
		c := Connect(cfg)
		if err := c.makes(ctx, s); err != nil {
			t.Fatal(err)
		}
		f, err := c.Find(ctx, s.Name, s.Arch)
		if err != nil {
			t.Fatal(err)
		}
		k := s.workerKit("image")
		function, err := c.Lambda.GetFunction(ctx, &lambda.GetFunctionInput{FunctionName: &k.function})
		if err != nil {
			t.Fatal(err)
		}
		folder, _ := path.Split(*function.Code.Location)
		script, err := k.userData(folder + strings.Repeat("0", 64)) // nothing is there
		if err != nil {
			t.Fatal(err)
		}
		id, err := c.build(ctx, s, f, &job{role: "builder", script: script, after: types.ShutdownBehaviorStop})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		err = c.stopped(ctx, id)
		if took := time.Since(began); err == nil || !strings.Contains(err.Error(), "its script has failed") || took > 30*time.Second {
			t.Errorf("after %v: %v", took, err)
		}
		if text := ending(c.console(ctx, id)); !strings.HasPrefix(text, "; its console ends:\ncnv: baking failed: ") {
			t.Error(text)
		}
		if err := c.EndInstances(ctx, s.Name); err != nil {
			t.Error(err)
		}
	})
}
