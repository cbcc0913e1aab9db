package ec2

import (
	"encoding/xml"
	"errors"
	"io"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"
)

// FuzzForms: no form is more than refused, and every answer is XML.
func FuzzForms(f *testing.F) {
	c := New(Options{Dir: f.TempDir(), Boot: func(uint64, string) time.Duration { return 0 }, VCPUs: 100, Log: slog.New(slog.DiscardHandler)})
	f.Cleanup(c.Close)
	for _, seed := range []string{
		"Action=DescribeInstances&Filter.1.Name=tag:a&Filter.1.Value.1=b*&MaxResults=5&NextToken=x",
		"Action=RunInstances&ImageId=ami-0&InstanceType=c7g.large&MinCount=1&MaxCount=2&ClientToken=t&TagSpecification.1.ResourceType=instance&TagSpecification.1.Tag.1.Key=k&TagSpecification.1.Tag.1.Value=v&UserData=AAAA",
		"Action=CreateSecurityGroup&GroupName=g&GroupDescription=d&VpcId=vpc-0",
		"Action=AuthorizeSecurityGroupIngress&GroupId=sg-0&IpPermissions.1.IpProtocol=tcp&IpPermissions.1.FromPort=1&IpPermissions.1.ToPort=2&IpPermissions.1.IpRanges.1.CidrIp=10.0.0.0/8",
		"Action=CreateTags&ResourceId.1=i-0&Tag.1.Key=a&Tag.1.Value=b", "Action=DescribeImages&ImageId.1=ami-0&Owner.1=self",
		"Action=TerminateInstances&InstanceId.1=i-0", "Action=CreateImage&InstanceId=i-0&Name=n", "Action=DescribeSubnets", "Action=DescribeInstanceTypes&InstanceType.1=c7g.large",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		v, err := url.ParseQuery(query)
		if err != nil || len(query) > 4096 {
			return
		}
		w := httptest.NewRecorder()
		c.Serve(w, v)
		d := xml.NewDecoder(w.Body)
		for {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				return
			} else if err != nil {
				t.Fatalf("%q: %d, an answer that is no XML: %v", query, w.Code, err)
			}
		}
	})
}
