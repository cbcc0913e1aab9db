package dynamo_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"cnv/live/local/dynamo"
	"cnv/live/local/iam"
)

// filled is a file of tables as runs leave it: several pages deep, with free
// pages and items longer than a page.
func filled(t *testing.T) []byte {
	path := filepath.Join(t.TempDir(), "tables.db")
	d, err := dynamo.Open(path, iam.In("us-east-1"))
	if err != nil {
		t.Fatal(err)
	}
	s, stop := serve(t, d)
	s.table = "runs"
	if err := s.create("runs"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.api.UpdateTimeToLive(s.ctx, &dynamodb.UpdateTimeToLiveInput{TableName: aws.String("runs"), TimeToLiveSpecification: &types.TimeToLiveSpecification{
		AttributeName: aws.String("until"), Enabled: aws.Bool(true),
	}}); err != nil {
		t.Fatal(err)
	}
	for i := range 40 {
		long := 400
		if i%13 == 0 {
			long = 9000
		}
		item := attrs{"pk": attr(fmt.Sprint("class ", i%3)), "sk": attr(fmt.Sprint(i)), "text": attr(strings.Repeat("a", long)), "until": attr(num("9999999999"))}
		if err := s.write(item); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 10 {
		if _, err := s.api.DeleteItem(s.ctx, &dynamodb.DeleteItemInput{TableName: aws.String("runs"), Key: attrs{"pk": attr(fmt.Sprint("class ", i%3)), "sk": attr(fmt.Sprint(i))}}); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return whole
}

// use opens a file, reads and writes there, and says what was set aside.
func use(t *testing.T, what string, file []byte) string {
	path := filepath.Join(t.TempDir(), "tables.db")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := dynamo.Open(path, iam.In("us-east-1"))
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return ""
	}
	s, stop := serve(t, d)
	s.table = "runs"
	defer stop()
	if d.Aside() != "" {
		left, err := os.ReadFile(d.Aside())
		if err != nil || string(left) != string(file) {
			t.Errorf("%s: what was set aside is not what was there (%v)", what, err)
		}
		if err := s.create("runs"); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	for i := range 3 {
		pk := attr(fmt.Sprint("class ", i))
		// What was overwritten with an item may be no item of ours any more.
		_, _ = s.api.Query(s.ctx, &dynamodb.QueryInput{TableName: aws.String("runs"), KeyConditionExpression: aws.String("pk = :p"), ExpressionAttributeValues: attrs{":p": pk}})
		err := s.write(attrs{"pk": pk, "sk": attr("1000")})
		if err != nil && d.Aside() != "" {
			t.Errorf("%s: %v", what, err)
		}
	}
	return d.Aside()
}

// TestDamagedFileIsSetAside: of a file that was cut short, or overwritten, none
// ends the process or keeps a run from beginning; it is kept for who wants to
// look into it.
func TestDamagedFileIsSetAside(t *testing.T) {
	whole := filled(t)
	if aside := use(t, "as it was", whole); aside != "" {
		t.Fatalf("a good file was set aside as %s", aside)
	}
	const page = 4096
	for n := 1; n < len(whole); n += page {
		for _, n := range []int{n, n - 1} {
			if aside := use(t, fmt.Sprintf("cut to %d bytes", n), whole[:n]); aside == "" && n > 0 {
				t.Errorf("cut to %d of %d bytes, and taken for good", n, len(whole))
			}
		}
	}
	rng := rand.New(rand.NewPCG(1, 1))
	change := func(what string, from, to int, b func(i int) byte) {
		file := append([]byte(nil), whole...)
		for i := from; i < min(to, len(file)); i++ {
			file[i] = b(i)
		}
		use(t, fmt.Sprintf("%s from %d to %d", what, from, to), file)
	}
	for at := 0; at < len(whole); at += page {
		change("noise", at, at+page, func(int) byte { return byte(rng.Uint32()) })
		change("zeros", at, at+page, func(int) byte { return 0 })
		other := rng.IntN(len(whole)/page) * page
		change("another page", at, at+page, func(i int) byte { return whole[other+i-at] })
		change("noise behind the header", at+16, at+64, func(int) byte { return byte(rng.Uint32()) })
	}
	for range 30 {
		at := rng.IntN(len(whole))
		change("a byte", at, at+1, func(i int) byte { return whole[i] ^ byte(1+rng.IntN(255)) })
	}
}
