package run

import (
	"errors"
	"fmt"
	"net/url"
	"os"
)

// keepSecret writes what only its user may know into a file of mode 600: what a service
// prints is kept by others.
func keepSecret(what, text string) (file string, err error) {
	f, err := os.CreateTemp("", "cnv-"+what+"-") // of mode 600
	if err != nil {
		return "", fmt.Errorf("cnv: the %s: %w", what, err)
	}
	_, err = fmt.Fprintln(f, text)
	if err = errors.Join(err, f.Close()); err != nil {
		os.Remove(f.Name())
		return "", fmt.Errorf("cnv: the %s: %w", what, err)
	}
	return f.Name(), nil
}

// tell says how to look into a cloud that stays.
func (t *cloudTarget) tell(address string) {
	u, err := url.Parse(address)
	if err != nil || !t.exp.Serve || t.keys != "" {
		return
	}
	key := u.User.Username()
	u.User = nil
	t.keys, err = keepSecret("keys", fmt.Sprintf("export AWS_ENDPOINT_URL=%s AWS_ACCESS_KEY_ID=%s AWS_SECRET_ACCESS_KEY=local AWS_DEFAULT_REGION=us-east-1", u, key))
	if err != nil {
		t.say("warning: %v: other programs cannot look into the cloud", err)
		return
	}
	t.say("the cloud, for other programs, is at %s: . %s", u, t.keys)
}
