package dynamo

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// ask makes a call of a DB and says with what it was answered.
func ask(t testing.TB, d *DB, action, body string) int {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	r.Header.Set("X-Amz-Target", target+"."+action)
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	if w.Code == http.StatusInternalServerError || !json.Valid(w.Body.Bytes()) {
		t.Errorf("%s %.300q: %d %.300q", action, body, w.Code, w.Body)
	}
	return w.Code
}

// fuzzed is a DB with a table and an item of every kind.
func fuzzed(f *testing.F) *DB {
	d, err := OpenWith(Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { d.Close() })
	d.bolt.NoSync = true // as fast as it goes
	for _, c := range [][2]string{
		{"CreateTable", `{"TableName":"runs","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"N"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}]}`},
		{"PutItem", `{"TableName":"runs","Item":{"pk":{"S":"a"},"sk":{"N":"1"},"s":{"S":"text"},"n":{"N":"1.5E2"},"b":{"B":"AAE="},"t":{"BOOL":true},"z":{"NULL":true},"l":{"L":[{"N":"1"},{"M":{"x":{"S":"y"}}}]},"m":{"M":{"a":{"L":[]}}},"ss":{"SS":["a","b"]},"ns":{"NS":["1"]}}}`},
	} {
		if code := ask(f, d, c[0], c[1]); code != http.StatusOK {
			f.Fatalf("%s: %d", c[0], code)
		}
	}
	return d
}

// FuzzExpressions: no expression is more than refused.
func FuzzExpressions(f *testing.F) {
	d := fuzzed(f)
	f.Add("attribute_exists(pk) AND NOT (n BETWEEN :n AND :n OR #s IN (:s, s))", "SET l[0] = if_not_exists(n, :n) - :n, m.a = list_append(l, m.a) REMOVE l[1].x ADD ns :n DELETE ss :s", "pk = :s AND begins_with(sk, :s)", "l[1].x, m.a, #s")
	f.Add("size(b) <= :n and contains(ss, :s)", "ADD n :n", "pk = :s and sk between :n and :n", "m")
	f.Fuzz(func(t *testing.T, condition, update, key, projection string) {
		for _, c := range []struct {
			action string
			in     map[string]any
		}{
			{"UpdateItem", map[string]any{"Key": json.RawMessage(`{"pk":{"S":"a"},"sk":{"N":"1"}}`), "ConditionExpression": condition, "UpdateExpression": update}},
			{"Query", map[string]any{"KeyConditionExpression": key, "FilterExpression": condition, "ProjectionExpression": projection}},
		} {
			text, names, values := "", map[string]string{}, map[string]any{}
			for _, v := range c.in {
				if s, ok := v.(string); ok {
					text += s
				}
			}
			if strings.Contains(text, "#s") {
				names["#s"] = "s"
				c.in["ExpressionAttributeNames"] = names
			}
			for name, v := range map[string]string{":n": `{"N":"1"}`, ":s": `{"S":"a"}`} {
				if strings.Contains(text, name) {
					values[name] = json.RawMessage(v)
					c.in["ExpressionAttributeValues"] = values
				}
			}
			c.in["TableName"] = "runs"
			body, err := json.Marshal(c.in)
			if err != nil {
				t.Fatal(err)
			}
			ask(t, d, c.action, string(body))
		}
	})
}

// FuzzCalls: no call is more than refused.
func FuzzCalls(f *testing.F) {
	d := fuzzed(f)
	f.Add("PutItem", `{"TableName":"runs","Item":{"pk":{"S":"b"},"sk":{"N":"-1e-130"},"x":{"L":[{"M":{"y":{"NS":["1","01"]}}}]}},"ReturnValues":"ALL_OLD"}`)
	f.Add("Query", `{"TableName":"runs","KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"a"}},"Limit":1,"ExclusiveStartKey":{"pk":{"S":"a"},"sk":{"N":"0"}},"ScanIndexForward":false,"Select":"COUNT"}`)
	f.Add("BatchWriteItem", `{"RequestItems":{"runs":[{"DeleteRequest":{"Key":{"pk":{"S":"b"},"sk":{"N":"1"}}}},{"PutRequest":{"Item":{"pk":{"S":"b"},"sk":{"N":"2"}}}}]}}`)
	f.Add("BatchGetItem", `{"RequestItems":{"runs":{"Keys":[{"pk":{"S":"a"},"sk":{"N":"1"}}],"ProjectionExpression":"n"}}}`)
	f.Add("TransactWriteItems", `{"ClientRequestToken":"t","TransactItems":[{"Put":{"TableName":"runs","Item":{"pk":{"S":"b"},"sk":{"N":"3"}}}},{"ConditionCheck":{"TableName":"runs","Key":{"pk":{"S":"a"},"sk":{"N":"1"}},"ConditionExpression":"attribute_exists(pk)"}}]}`)
	f.Add("TagResource", `{"ResourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/runs","Tags":[{"Key":"a","Value":"b"}]}`)
	f.Add("UpdateTimeToLive", `{"TableName":"runs","TimeToLiveSpecification":{"AttributeName":"until","Enabled":true}}`)
	f.Fuzz(func(t *testing.T, action, body string) { ask(t, d, action, body) })
}
