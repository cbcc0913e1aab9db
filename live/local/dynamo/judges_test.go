package dynamo_test

import (
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"cnv/live/aws/awstest"
	"cnv/live/local/dynamo"
)

// differences are where a judge is known to differ from AWS, and why it is
// the judge that is wrong (or lacks the call).
var differences = map[string]map[string]string{
	"moto": {
		"numbers of more than 38 digits":            "takes them",
		"numbers out of range":                      "takes them",
		"sets have no duplicates and are not empty": "takes duplicates",
		"a key has nothing else":                    "takes a key of another type",
		"consumed capacity of writes":               "is always 1",
		"consumed capacity of reads":                "is always 0.5",
		"projections into lists":                    "leaves elements below an index out",
	},
	"dynalite": {
		"a failed condition returns the item": "it does not",
	},
}

// TestProbes: what the SDK gets from us is what it gets from the judges.
func TestProbes(t *testing.T) {
	t.Run("local", func(t *testing.T) {
		s, _ := open(t, dynamo.Options{Creating: 30 * time.Millisecond})
		judge(t, s, nil)
	})
	t.Run("moto", func(t *testing.T) {
		judge(t, connect(t, awstest.Run(t, "moto_server", "pip install 'moto[server]'", "-H", "127.0.0.1", "-p")), differences["moto"])
	})
	t.Run("dynalite", func(t *testing.T) {
		judge(t, connect(t, awstest.Run(t, "dynalite", "npm install dynalite", "--host", "127.0.0.1", "--createTableMs", "10", "--port")), differences["dynalite"])
	})
}

// judge runs all probes; those that are known to fail must.
func judge(t *testing.T, s *session, known map[string]string) {
	if err := s.create(s.table, types.ScalarAttributeTypeS, types.ScalarAttributeTypeN); err != nil {
		t.Fatal(err)
	}
	for name := range known {
		if !slices.ContainsFunc(probes, func(p probe) bool { return p.name == name }) {
			t.Errorf("the difference %q is of no probe", name)
		}
	}
	for _, p := range probes {
		mine := *s
		mine.pk = p.name
		err := p.run(&mine)
		switch why := known[p.name]; {
		case err != nil && why != "":
			t.Logf("known difference: %s: %s (%v)", p.name, why, err)
		case err != nil:
			t.Errorf("%s: %v", p.name, err)
		case why != "":
			t.Errorf("%s: the known difference is gone: %s", p.name, why)
		}
	}
}
