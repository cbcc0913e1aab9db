package aws

import (
	"hash/fnv"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// capacity remembers which zones had none of an instance type.
type capacity struct {
	now  func() time.Time
	mu   sync.Mutex
	gone map[offer]time.Time // until when
}

// An offer is what a zone may run out of.
type offer struct {
	kind string
	spot bool
	zone int
}

// shortage is how long a zone that had no capacity is left out.
const shortage = 3 * time.Minute

func newCapacity(now func() time.Time) *capacity {
	return &capacity{now: now, gone: map[offer]time.Time{}}
}

// order is the zones to ask, of n: each launch begins with another one, so that
// a fleet is spread, but the same one when it is asked again. Those that lack
// the type are left out, unless all do.
func (c *capacity) order(kind string, spot bool, n int, token string) []int {
	h := fnv.New32a()
	h.Write([]byte(token))
	first := int(h.Sum32() % uint32(n))
	c.mu.Lock()
	defer c.mu.Unlock()
	var have, all []int
	for i := range n {
		z := (first + i) % n
		all = append(all, z)
		if c.now().After(c.gone[offer{kind, spot, z}]) {
			have = append(have, z)
		}
	}
	if len(have) == 0 {
		return all
	}
	return have
}

// lacks notes that a zone has no capacity for a type now.
func (c *capacity) lacks(kind string, spot bool, zone int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gone[offer{kind, spot, zone}] = c.now().Add(shortage)
}

// Tags are tags as EC2 takes them, in the order of their names.
func Tags(tags map[string]string) []types.Tag {
	var out []types.Tag
	for _, k := range slices.Sorted(maps.Keys(tags)) {
		out = append(out, types.Tag{Key: aws.String(k), Value: aws.String(tags[k])})
	}
	return out
}
