package aws

import (
	"hash/fnv"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"cnv/live"
	"cnv/policy"
	"cnv/policy/zones"
)

// A spread is in which zones instances are launched: what each has by pool, and which lacked
// what.
type spread struct {
	now    func() time.Time
	mu     sync.Mutex
	lacked map[offer]*zones.Memory
	have   map[policy.PoolID][]int // instances by zone, as listed last, and those launched since
	asked  map[string][]int        // what they were when a token was first asked for
}

// An offer is what a zone may run out of.
type offer struct {
	kind string
	spot bool
}

func newSpread(now func() time.Time) *spread {
	return &spread{now: now, lacked: map[offer]*zones.Memory{}, have: map[policy.PoolID][]int{}, asked: map[string][]int{}}
}

// tokens is how many launches may be asked for again.
const tokens = 1000

// began is an instant that all are counted from.
var began = time.Unix(0, 0)

// listed notes which instances there are, of so many zones.
func (s *spread) listed(all []live.Instance, zones int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.have)
	for _, i := range all {
		if i.State != live.Ended {
			s.add(i.Pool, int(i.Zone), zones)
		}
	}
}

// add counts an instance more; s.mu is held.
func (s *spread) add(p policy.PoolID, zone, zones int) {
	if s.have[p] == nil {
		s.have[p] = make([]int, zones)
	}
	if zone < zones {
		s.have[p][zone]++
	}
}

// launched notes new instances of a pool.
func (s *spread) launched(p policy.PoolID, got []live.Instance, zones int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, i := range got {
		s.add(p, int(i.Zone), zones)
	}
}

// before is how many instances a pool has by zone, the same when a token is asked for again.
func (s *spread) before(p policy.PoolID, token string, zones int) []int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.asked) >= tokens {
		clear(s.asked)
	}
	if s.asked[token] == nil {
		s.asked[token] = append(make([]int, 0, zones), s.have[p]...)[:zones]
	}
	return slices.Clone(s.asked[token])
}

// shares divides n instances as zones.Memory does.
func (s *spread) shares(o offer, have []int, skip []bool, first, n int) []int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lacked[o] == nil {
		s.lacked[o] = &zones.Memory{}
	}
	return s.lacked[o].Shares(s.now().Sub(began), have, skip, first, n)
}

// lacks notes that a zone has no capacity for an offer now.
func (s *spread) lacks(o offer, zone int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lacked[o].Lacks(s.now().Sub(began), zone)
}

// first is the zone, of n, that a launch begins with where all have as many: another one for each
// launch, but the same one when it is asked for again.
func first(token string, n int) int {
	h := fnv.New32a()
	h.Write([]byte(token))
	return int(h.Sum32() % uint32(n))
}

// Tags are tags as EC2 takes them, in the order of their names.
func Tags(tags map[string]string) []types.Tag {
	var out []types.Tag
	for _, k := range slices.Sorted(maps.Keys(tags)) {
		out = append(out, types.Tag{Key: aws.String(k), Value: aws.String(tags[k])})
	}
	return out
}
