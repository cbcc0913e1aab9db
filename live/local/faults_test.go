package local

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"cnv/live/local/ec2"
)

func TestFaultsStrikeAsAsked(t *testing.T) {
	for _, c := range []struct {
		about string
		fault Fault
		want  string // by call: x fails, . does not
	}{
		{"always", Fault{Action: "Invoke", Code: "X"}, "xxxxxx"},
		{"the next two", Fault{Action: "Invoke", Code: "X", Next: 2}, "xx...."},
		{"each third", Fault{Action: "Invoke", Code: "X", Every: 3}, "..x..x"},
		{"each second, twice", Fault{Action: "Invoke", Code: "X", Every: 2, Next: 2}, ".x.x.."},
		{"another call", Fault{Action: "GetItem", Code: "X"}, "......"},
		{"later", Fault{Action: "Invoke", Code: "X", From: time.Hour}, "......"},
		{"until it is over", Fault{Action: "Invoke", Code: "X", To: time.Nanosecond}, "......"},
		{"only slow", Fault{Action: "Invoke", Delay: time.Second}, "......"},
	} {
		f := &faults{}
		err := f.begin([]Fault{c.fault}, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Microsecond)
		got := ""
		for range 6 {
			delay, code, _ := f.strike("Invoke")
			if delay != c.fault.Delay && c.fault.Action == "Invoke" {
				t.Errorf("%s: delayed %v, want %v", c.about, delay, c.fault.Delay)
			}
			got += map[string]string{"": ".", "X": "x"}[code]
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.about, got, c.want)
		}
	}
}

// TestFaultsThatCannotHappenAreRefused: with what to write instead.
func TestFaultsThatCannotHappenAreRefused(t *testing.T) {
	for _, c := range []struct {
		fault Fault
		want  string
	}{
		{Fault{Action: "RunInstance"}, "nearest are RunInstances"},
		{Fault{Action: "kil"}, "kill"},
		{Fault{Action: "outage", Code: "eu-west-1a"}, "us-east-1a, us-east-1b, us-east-1c"},
		{Fault{Action: "Invoke", From: time.Second, To: time.Second}, "from 1s to 1s"},
		{Fault{Action: "Invoke", Every: -1}, "every -1"},
	} {
		err := CheckFaults([]Fault{{Action: "GetItem"}, c.fault})
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "fault 2") {
			t.Errorf("%+v: %v, want %q", c.fault, err, c.want)
		}
	}
	if c, err := Start(Config{Faults: []Fault{{Action: "?"}}}); err == nil {
		c.Close()
		t.Error("a cloud with a fault that cannot happen was started")
	}
}

// TestFaultsNameCallsThatAreAnswered: the names that faults know are those of
// the services.
func TestFaultsNameCallsThatAreAnswered(t *testing.T) {
	c, err := Start(Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	post := func(target, form string) string {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if target != "" {
			r.Header.Set("X-Amz-Target", target)
		}
		c.routes().ServeHTTP(w, r)
		return w.Body.String()
	}
	for _, a := range tableActions {
		if text := post("DynamoDB_20120810."+a, "{}"); strings.Contains(text, "does not know "+a) {
			t.Error(text)
		}
	}
	for _, a := range ec2.Actions() {
		if text := post("", "Version=2016-11-15&Action="+a); strings.Contains(text, "does not know "+a+"<") {
			t.Error(text)
		}
	}
	for _, a := range stubActions {
		text := post("", "Version=2010-05-08&RoleName=r&Action="+a)
		if strings.Contains(text, "does not know") {
			text = post("", "Version=2011-06-15&Action="+a)
		}
		if strings.Contains(text, "does not know") {
			text = post("Logs_20140328."+a, "{}")
		}
		if strings.Contains(text, "does not know") {
			text = post("ServiceQuotasV20190624."+a, "{}")
		}
		if strings.Contains(text, "does not know") {
			t.Error(text)
		}
	}
}
