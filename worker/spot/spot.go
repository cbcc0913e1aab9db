// Package spot asks an instance's metadata service whether the instance is
// going to be taken away, as spot instances are with two minutes' notice.
package spot

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Period is how often to ask; AWS recommends every 5 s.
const Period = 5 * time.Second

// Watch asks the service at an endpoint (on EC2 http://169.254.169.254) every
// period until it says when the instance will be taken away, or ctx ends; false:
// it has ended. What cannot be asked now is asked again.
func Watch(ctx context.Context, client *http.Client, endpoint string, period time.Duration) (time.Time, bool) {
	t := time.NewTicker(period)
	defer t.Stop()
	for {
		if at, err := ask(ctx, client, strings.TrimSuffix(endpoint, "/")); err == nil && !at.IsZero() {
			return at, true
		}
		select {
		case <-t.C:
		case <-ctx.Done():
			return time.Time{}, false
		}
	}
}

// ask asks once, with a token as version 2 of the service wants; zero: nobody
// is going to take the instance away.
func ask(ctx context.Context, client *http.Client, endpoint string) (time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	token, _, err := get(ctx, client, http.MethodPut, endpoint+"/latest/api/token", "X-Aws-Ec2-Metadata-Token-Ttl-Seconds", "60")
	if err != nil {
		return time.Time{}, err
	}
	text, status, err := get(ctx, client, http.MethodGet, endpoint+"/latest/meta-data/spot/instance-action", "X-Aws-Ec2-Metadata-Token", token)
	if status == http.StatusNotFound {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, err
	}
	var notice struct {
		Action string    `json:"action"` // terminate, stop or hibernate: gone in any case
		Time   time.Time `json:"time"`
	}
	err = json.Unmarshal([]byte(text), &notice)
	return notice.Time, err
}

// get makes a request with one header and returns its short answer.
func get(ctx context.Context, client *http.Client, method, url, header, value string) (text string, status int, err error) {
	r, err := http.NewRequestWithContext(ctx, method, url, nil)
	if err != nil {
		return "", 0, err
	}
	r.Header.Set(header, value)
	a, err := client.Do(r)
	if err != nil {
		return "", 0, err
	}
	defer a.Body.Close()
	body, err := io.ReadAll(io.LimitReader(a.Body, 4<<10))
	if err == nil && a.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answered %s", url, a.Status)
	}
	return string(body), a.StatusCode, err
}
