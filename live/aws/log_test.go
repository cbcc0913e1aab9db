package aws_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"cnv/live/aws"
	"cnv/live/local"
	"cnv/live/memnet"
)

// TestLog: lines reach the log group within seconds, in order and each once, also those of a
// time when AWS does not answer; what is too much is lost, and said to be.
func TestLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		host := &memnet.Machine{}
		cloud, err := local.Start(local.Config{Host: host})
		if err != nil {
			t.Fatal(err)
		}
		defer cloud.Close()
		at := aws.Local(cloud.URL())
		at.Dial = host.Dial
		cfg, err := at.Config(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		const group = "/aws/lambda/cnv-test-gateway"
		name := group
		if _, err := cloudwatchlogs.NewFromConfig(cfg).CreateLogGroup(t.Context(), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &name}); err != nil {
			t.Fatal(err)
		}
		log := aws.NewLog(cfg, group)
		fmt.Fprint(log, "one\n\ntw")
		fmt.Fprint(log, "o\n")
		time.Sleep(6 * time.Second)
		if got := cloud.Logged(group); !slices.Equal(got, []string{"one", "two"}) {
			t.Errorf("logged are %q", got)
		}
		if err := cloud.Break([]local.Fault{{Action: "PutLogEvents", Code: "AccessDeniedException"}}, time.Now(), nil); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(log, "three")
		time.Sleep(20 * time.Second)
		if got := cloud.Logged(group); len(got) != 2 {
			t.Errorf("logged are %q, and nothing could be sent", got)
		}
		if err := cloud.Break(nil, time.Now(), nil); err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(log, "four\n"+strings.Repeat("x", 9000)+"\nfi")
		time.Sleep(6 * time.Second)
		if err := log.Close(); err != nil {
			t.Error(err)
		}
		got := cloud.Logged(group)
		if len(got) != 7 || !slices.Equal(got[2:4], []string{"three", "four"}) || len(got[4])+len(got[5]) != 9000 || got[6] != "fi" {
			t.Errorf("logged are %.40q", got)
		}
	})
}

// TestLogLosesTheOldest: more than fits while nothing is sent.
func TestLogLosesTheOldest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		host := &memnet.Machine{}
		cloud, err := local.Start(local.Config{Host: host})
		if err != nil {
			t.Fatal(err)
		}
		defer cloud.Close()
		at := aws.Local(cloud.URL())
		at.Dial = host.Dial
		cfg, err := at.Config(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		name := "g"
		if _, err := cloudwatchlogs.NewFromConfig(cfg).CreateLogGroup(t.Context(), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &name}); err != nil {
			t.Fatal(err)
		}
		log := aws.NewLog(cfg, name)
		for i := range 12_000 {
			fmt.Fprintln(log, i)
		}
		if err := log.Close(); err != nil {
			t.Fatal(err)
		}
		got := cloud.Logged(name)
		if len(got) > 10_000 || got[len(got)-2] != "11999" || !strings.Contains(got[len(got)-1], "2001 earlier lines of the log are lost") {
			t.Errorf("%d lines, the last two %q", len(got), got[len(got)-2:])
		}
	})
}
