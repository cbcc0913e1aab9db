package ec2

import (
	"crypto/rand"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"cnv/live/host"
)

// A metadata is the instance metadata service, version 2, of one instance. On
// AWS all have theirs at the same address; here each is told where by
// AWS_EC2_METADATA_SERVICE_ENDPOINT. See
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
type metadata struct {
	url    string
	server *http.Server
	about  func(name string) (string, bool)

	mu     sync.Mutex
	tokens map[string]time.Time // until when they are good
}

// serveMetadata begins to answer at an instance's address.
func serveMetadata(h host.Host, ip string, about func(name string) (string, bool)) (*metadata, error) {
	l, err := h.Listen(net.JoinHostPort(ip, "0"))
	if err != nil {
		return nil, err
	}
	m := &metadata{url: "http://" + l.Addr().String(), about: about, tokens: map[string]time.Time{}}
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /latest/api/token", m.token)
	mux.HandleFunc("GET /latest/meta-data/{name...}", m.get)
	m.server = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go m.server.Serve(l)
	return m, nil
}

// token gives a token, without which nothing is told.
func (m *metadata) token(w http.ResponseWriter, r *http.Request) {
	const ttl = "X-Aws-Ec2-Metadata-Token-Ttl-Seconds"
	seconds, err := strconv.Atoi(r.Header.Get(ttl))
	if err != nil || seconds < 1 || seconds > 21600 {
		http.Error(w, ttl+": want 1 to 21600", http.StatusBadRequest)
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	for token, until := range m.tokens {
		if now.After(until) {
			delete(m.tokens, token)
		}
	}
	token := rand.Text()
	m.tokens[token] = now.Add(time.Duration(seconds) * time.Second)
	w.Header().Set(ttl, strconv.Itoa(seconds))
	io.WriteString(w, token) // the instance has ended if it fails
}

// get tells what is known by a name.
func (m *metadata) get(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	until, ok := m.tokens[r.Header.Get("X-Aws-Ec2-Metadata-Token")]
	m.mu.Unlock()
	if !ok || time.Now().After(until) {
		http.Error(w, "a token first: PUT /latest/api/token", http.StatusUnauthorized)
		return
	}
	text, ok := m.about(r.PathValue("name"))
	if !ok {
		http.Error(w, "there is no "+r.PathValue("name")+" now", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "text/plain")
	io.WriteString(w, text) // the instance has ended if it fails
}

// about is what an instance may know about itself.
func (c *Cloud) about(i *instance, name string) (string, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
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

// Metadata is where an instance finds its metadata service; "" while it runs
// nothing.
func (c *Cloud) Metadata(id string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, i := range c.instances {
		if i.id == id && i.metadata != nil {
			return i.metadata.url
		}
	}
	return ""
}
