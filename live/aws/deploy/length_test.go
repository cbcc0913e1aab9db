package deploy

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"cnv/policy/catalog"
)

// TestPoliciesAreShortEnough: a managed policy of IAM has at most 6,144 characters, and all
// inline policies of a role 10,240, white space aside. Names, regions and
// partitions are as long as they may be, and all families of the catalog are launched.
func TestPoliciesAreShortEnough(t *testing.T) {
	name := "n" + strings.Repeat("x", 19)
	if err := CheckName(name); err != nil || CheckName(name+"x") == nil {
		t.Fatalf("%s is not the longest name: %v", name, err)
	}
	var kinds []string
	for _, i := range catalog.Instances() {
		kinds = append(kinds, i.Name)
	}
	at := Place{"aws-us-gov", "ap-southeast-99", "123456789012"}
	for who, document := range Policies(name, at, Families(kinds)) {
		var short bytes.Buffer
		if err := json.Compact(&short, []byte(document)); err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d characters", who, short.Len())
		if short.Len() > 6144 {
			t.Errorf("the policy of the %s has %d characters, and may have 6144", who, short.Len())
		}
	}
}
