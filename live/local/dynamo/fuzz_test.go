package dynamo

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"cnv/live/local/iam"
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
	d, err := Open(filepath.Join(f.TempDir(), "tables.db"), iam.In("us-east-1"))
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { d.Close() })
	d.bolt.NoSync = true // as fast as it goes
	for _, c := range [][2]string{
		{"CreateTable", `{"TableName":"runs","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}]}`},
		{"BatchWriteItem", `{"RequestItems":{"runs":[{"PutRequest":{"Item":{"pk":{"S":"a"},"sk":{"S":"1"},"s":{"S":"text"},"n":{"N":"1.5E2"},"l":{"L":[{"N":"1"},{"L":[]}]}}}}]}}`},
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
	f.Add("attribute_exists(pk) AND NOT (n BETWEEN :n AND :n OR #s IN (:s, s))", "SET l = :n, #s = :s", "pk = :s AND begins_with(sk, :s)", "l, n, #s")
	f.Add("n <= :n and contains(l, :s)", "SET n = :n", "pk = :s and sk between :s and :s", "l")
	f.Fuzz(func(t *testing.T, condition, update, key, projection string) {
		for _, c := range []struct {
			action string
			in     map[string]any
		}{
			{"UpdateItem", map[string]any{"Key": json.RawMessage(`{"pk":{"S":"a"},"sk":{"S":"1"}}`), "ConditionExpression": condition, "UpdateExpression": update}},
			{"Query", map[string]any{"KeyConditionExpression": key, "FilterExpression": condition, "ProjectionExpression": projection}},
			{"Scan", map[string]any{"FilterExpression": condition, "ProjectionExpression": projection}},
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
	f.Add("UpdateItem", `{"TableName":"runs","Key":{"pk":{"S":"b"},"sk":{"S":"2"}},"UpdateExpression":"SET n = :n","ExpressionAttributeValues":{":n":{"N":"-1e-130"}},"ReturnValues":"ALL_OLD"}`)
	f.Add("DeleteItem", `{"TableName":"runs","Key":{"pk":{"S":"b"},"sk":{"S":"2"}},"ConditionExpression":"attribute_exists(pk)","ReturnValuesOnConditionCheckFailure":"ALL_OLD"}`)
	f.Add("Query", `{"TableName":"runs","KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"a"}},"Limit":1,"ExclusiveStartKey":{"pk":{"S":"a"},"sk":{"S":"0"}},"ScanIndexForward":false,"Select":"COUNT"}`)
	f.Add("Scan", `{"TableName":"runs","Limit":1,"ExclusiveStartKey":{"pk":{"S":"a"},"sk":{"S":"0"}},"ReturnConsumedCapacity":"TOTAL"}`)
	f.Add("BatchWriteItem", `{"RequestItems":{"runs":[{"PutRequest":{"Item":{"pk":{"S":"b"},"sk":{"S":"2"}}}}]}}`)
	f.Add("ListTagsOfResource", `{"ResourceArn":"arn:aws:dynamodb:us-east-1:123456789012:table/runs"}`)
	f.Add("UpdateTimeToLive", `{"TableName":"runs","TimeToLiveSpecification":{"AttributeName":"until","Enabled":true}}`)
	f.Fuzz(func(t *testing.T, action, body string) { ask(t, d, action, body) })
}
