package local

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"cnv/live/local/iam"
)

// TestUnknownCall: a call that the local IAM does not know is refused as that,
// whatever it names.
func TestUnknownCall(t *testing.T) {
	for _, f := range []url.Values{{"Action": {"ListRoles"}}, {"Action": {"TagRole"}, "RoleName": {"r"}}, {"Action": {"TagInstanceProfile"}, "InstanceProfileName": {"p"}}} {
		w := httptest.NewRecorder()
		newStubs(iam.In(DefaultRegion), 1).iam(w, f)
		if text := w.Body.String(); w.Code != 400 || !strings.Contains(text, "InvalidAction") || !strings.Contains(text, f.Get("Action")) {
			t.Errorf("%v: %d %s", f, w.Code, text)
		}
	}
}
