package workloads

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"cnv/policy"
	"cnv/workloads/features"
)

// A Recorded is a mix of requests that were recorded: each is one of them, drawn
// with all that was measured of it. So work varies between equal requests as it
// did, and no two fields are put together that were not together.
type Recorded struct {
	classes []Class
	all     []Arrival
	digest  string
}

// RecordedMix is the mix of the trace in workloads/recorded.
func RecordedMix() (*Recorded, error) { return recordedMix() }

var recordedMix = sync.OnceValues(func() (*Recorded, error) {
	m := &Recorded{}
	for _, name := range []string{features.Raytracer, features.Blur, features.Enhance} {
		k, _ := features.Find(name)
		m.classes = append(m.classes, Class{Name: name, App: "cnv", Trigger: "http", Memory: Unknown, Features: k.Features})
	}
	packed, err := Shipped.ReadFile("recorded/events.csv.gz")
	if err != nil {
		return nil, err
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	lines, err := csv.NewReader(z).ReadAll()
	if err != nil {
		return nil, err
	}
	for i, l := range lines[1:] {
		a, err := m.request(l)
		if err != nil {
			return nil, fmt.Errorf("workloads/recorded: line %d: %w", i+2, err)
		}
		m.all = append(m.all, a)
	}
	return m.finish(), nil
})

// request reads a line of events.csv.
func (m *Recorded) request(l []string) (Arrival, error) {
	var n [8]int64
	for i := range n {
		n[i] = Unknown
		if l[i] == "" {
			continue
		}
		v, err := strconv.ParseInt(l[i], 10, 64)
		if err != nil {
			return Arrival{}, err
		}
		n[i] = v
	}
	if n[1] < 0 || int(n[1]) >= len(m.classes) || n[2] <= 0 {
		return Arrival{}, fmt.Errorf("class %d, work %d µs", n[1], n[2])
	}
	a := Arrival{
		Class: policy.ClassID(n[1]), Work: time.Duration(n[2]) * time.Microsecond, Wall: Unknown, Memory: Unknown,
		BytesIn: n[5], BytesOut: n[6], Status: Unknown,
	}
	if err := features.Parse(m.classes[a.Class].Features, l[8], &a.Features); err != nil {
		return a, err
	}
	_, key, _ := strings.Cut(l[8], ";key=")
	k, err := strconv.ParseUint(key, 16, 64)
	if err != nil {
		return a, err
	}
	a.Key = policy.Key(k)
	a.Executed, err = features.Executed(l[8])
	return a, err
}

// finish computes what follows from the requests.
func (m *Recorded) finish() *Recorded {
	sums, counts := make([]time.Duration, len(m.classes)), make([]int, len(m.classes))
	hash := sha256.New()
	for i := range m.all {
		a := &m.all[i]
		sums[a.Class] += a.Work
		counts[a.Class]++
		fmt.Fprintln(hash, a.Class, a.Key, a.Work, a.Executed)
	}
	for i := range m.classes {
		m.classes[i].MeanWork = sums[i] / time.Duration(max(counts[i], 1))
	}
	m.digest = fmt.Sprintf("%x", hash.Sum(nil)[:8])
	return m
}

// Classes implements Mix.
func (m *Recorded) Classes() []Class { return slices.Clone(m.classes) }

// MeanWork implements Mix.
func (m *Recorded) MeanWork() float64 {
	sum := 0.0
	for i := range m.all {
		sum += m.all[i].Work.Seconds()
	}
	return sum / float64(len(m.all))
}

// Fields implements Mix: no field of a request is made up, only which follow
// each other.
func (m *Recorded) Fields() []string { return nil }

// Notes implements Mix.
func (m *Recorded) Notes() []string {
	return []string{"requests as recorded of the project's own worker on one machine (workloads/recorded), drawn again; its cores were taken for 1.35 of a c7g core: not measured"}
}

// String implements Mix.
func (m *Recorded) String() string { return "recorded requests=" + m.digest }

// Open implements Mix.
func (m *Recorded) Open(seed uint64) Filler {
	return &recordedFiller{m.all, policy.NewRand(seed, "request", 0)}
}

type recordedFiller struct {
	all  []Arrival
	rand *policy.Rand
}

// Fill draws a request.
func (f *recordedFiller) Fill(id policy.RequestID, a *Arrival) {
	at := a.At
	*a = f.all[f.rand.At(uint64(id)).IntN(len(f.all))]
	a.At = at
}

// Requests are the recorded requests, in the order of the recording.
func (m *Recorded) Requests() []Arrival { return slices.Clone(m.all) }
