package ec2

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// The instance metadata service, version 2, as an instance sees it below
// /metadata/INSTANCE: on AWS each has it at an address of its own. See
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html

// A session is what a token of the metadata service allows.
type session struct {
	instance string
	until    time.Time
}

// MetadataToken answers PUT /latest/api/token.
func (c *Cloud) MetadataToken(w http.ResponseWriter, r *http.Request) {
	const ttl = "X-Aws-Ec2-Metadata-Token-Ttl-Seconds"
	seconds, err := strconv.Atoi(r.Header.Get(ttl))
	if err != nil || seconds < 1 || seconds > 21600 {
		http.Error(w, ttl+": want 1 to 21600", http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	i, err := c.find(r.PathValue("instance"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	for token, s := range c.sessions {
		if time.Now().After(s.until) {
			delete(c.sessions, token)
		}
	}
	token := rand.Text()
	c.sessions[token] = session{i.id, time.Now().Add(time.Duration(seconds) * time.Second)}
	w.Header().Set(ttl, strconv.Itoa(seconds))
	io.WriteString(w, token) // the instance has ended if it fails
}

// Metadata answers GET /latest/meta-data/NAME, to those who have a token.
func (c *Cloud) Metadata(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s, ok := c.sessions[r.Header.Get("X-Aws-Ec2-Metadata-Token")]
	if !ok || s.instance != r.PathValue("instance") || time.Now().After(s.until) {
		http.Error(w, "a token first: PUT /latest/api/token", http.StatusUnauthorized)
		return
	}
	i, err := c.find(s.instance)
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	text, ok := i.metadata(r.PathValue("name"))
	if !ok {
		http.Error(w, fmt.Sprintf("there is no %s now", r.PathValue("name")), http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "text/plain")
	io.WriteString(w, text) // the instance has ended if it fails
}

// metadata is what an instance may know about itself.
func (i *instance) metadata(name string) (string, bool) {
	switch name {
	case "instance-id":
		return i.id, true
	case "instance-type":
		return i.kind.Name, true
	case "ami-id":
		return i.image.id, true
	case "local-ipv4":
		return i.address, true
	case "placement/availability-zone":
		return i.zone.name, true
	case "instance-life-cycle":
		if i.spot != nil {
			return "spot", true
		}
		return "on-demand", true
	case "spot/instance-action":
		if i.spot == nil || i.spot.taken.IsZero() {
			return "", false
		}
		text, err := json.Marshal(map[string]string{"action": "terminate", "time": stamp(i.spot.taken)})
		return string(text), err == nil
	}
	return "", false
}
