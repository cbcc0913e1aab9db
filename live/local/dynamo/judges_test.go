package dynamo_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"cnv/live/aws/awstest"
)

// differences are where a judge is known to differ from AWS, and why it is
// the judge that is wrong (or lacks the call).
var differences = map[string]map[string]string{
	"moto": {
		"numbers of more than 38 digits": "takes them",
		"numbers out of range":           "takes them",
		"a key has nothing else":         "takes a key of another type",
		"queries by another type":        "answers",
		"consumed capacity of writes":    "is always 1",
		"consumed capacity of reads":     "is always 0.5",
	},
	"dynalite": {
		"a failed condition returns the item": "it does not",
	},
}

// TestProbes: what the SDK gets from us is what it gets from the judges.
func TestProbes(t *testing.T) {
	t.Run("local", func(t *testing.T) {
		judge(t, open(t), nil)
	})
	t.Run("moto", func(t *testing.T) {
		judge(t, connect(t, awstest.Run(t, "moto_server", "pip install 'moto[server]'", "-H", "127.0.0.1", "-p")), differences["moto"])
	})
	t.Run("dynalite", func(t *testing.T) {
		judge(t, connect(t, awstest.Run(t, "dynalite", "npm install dynalite", "--host", "127.0.0.1", "--createTableMs", "10", "--port")), differences["dynalite"])
	})
}

// TestRefused: what no judge refuses as AWS does, and what is not known here.
func TestRefused(t *testing.T) {
	s := open(t)
	if err := s.create(s.table); err != nil {
		t.Fatal(err)
	}
	_, torn := s.asked("pk = :p AND", "", objects{":p": "1"}, false)
	_, filter := s.asked("pk = :p", "sk = :p", objects{":p": "1"}, false)
	_, inside := s.asked("pk = :p", "l[0] = :p", objects{":p": "1"}, false)
	_, removes := s.api.UpdateItem(s.ctx, &dynamodb.UpdateItemInput{TableName: &s.table, Key: s.key(1), UpdateExpression: aws.String("REMOVE x")})
	_, flag := s.api.DeleteItem(s.ctx, &dynamodb.DeleteItemInput{TableName: &s.table, Key: attrs{"pk": &types.AttributeValueMemberBOOL{Value: true}}})
	_, puts := s.api.PutItem(s.ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: s.key(1)})
	_, segments := s.api.Scan(s.ctx, &dynamodb.ScanInput{TableName: &s.table, Segment: aws.Int32(0), TotalSegments: aws.Int32(2)})
	for _, err := range []error{
		refused("twice", s.write(s.key(1), s.key(1)), wrong, "duplicates"),
		refused("half a condition", torn, wrong, "Syntax error"),
		refused("a filter of a key", filter, wrong, "Filter Expression can only contain non-primary key attributes"),
		refused("within an attribute", inside, wrong, "does not look into attributes"),
		refused("REMOVE", removes, wrong, "knows SET only"),
		refused("BOOL", flag, "SerializationException", "does not know a value of type BOOL"),
		refused("PutItem", puts, "UnknownOperationException", "does not know PutItem"),
		refused("a parallel scan", segments, "SerializationException", "Segment"),
	} {
		if err != nil {
			t.Error(err)
		}
	}
}

// judge runs all probes; those that are known to fail must.
func judge(t *testing.T, s *session, known map[string]string) {
	if err := s.create(s.table); err != nil {
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
