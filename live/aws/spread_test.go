package aws

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"cnv/live"
	"cnv/live/local/ec2"
	"cnv/policy"
)

// region is an EC2 whose zones may have no capacity, by subnet.
type region struct {
	short map[string]bool
	room  map[string]int // of a subnet, if it is not all that is asked for
	fails []string       // the codes of the next calls' errors
	asked []url.Values   // of the calls of RunInstances, in order
}

func (z *region) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm() // an unreadable one has no subnet
	z.asked = append(z.asked, r.PostForm)
	code := ""
	switch {
	case len(z.fails) > 0:
		code, z.fails = z.fails[0], z.fails[1:]
	case z.short[r.PostForm.Get("NetworkInterface.1.SubnetId")]:
		code = "InsufficientInstanceCapacity"
	}
	if code != "" {
		ec2.Fail(w, ec2.Status(code), code, "none") // a lack of capacity is a 500, on EC2 too
		return
	}
	subnet := r.PostForm.Get("NetworkInterface.1.SubnetId")
	n, _ := strconv.Atoi(r.PostForm.Get("MaxCount"))
	if room, bounded := z.room[subnet]; bounded {
		n = min(n, room)
		z.room[subnet] = room - n
	}
	fmt.Fprint(w, `<RunInstancesResponse><instancesSet>`)
	for i := range n {
		fmt.Fprintf(w, `<item><instanceId>i-%d-%d</instanceId><subnetId>%s</subnetId></item>`, len(z.asked), i, subnet)
	}
	fmt.Fprint(w, `</instancesSet></RunInstancesResponse>`)
}

// subnets are those asked since the last time.
func (z *region) subnets() []string {
	var out []string
	for _, v := range z.asked {
		out = append(out, v.Get("NetworkInterface.1.SubnetId"))
	}
	z.asked = nil
	return out
}

// fleet is the instances of three zones, and the clock of what is remembered of
// them. Pool 1 is of spot instances, pool 2 of another type.
func (z *region) fleet(t *testing.T, now *time.Time) *Instances {
	t.Helper()
	s := httptest.NewServer(z)
	t.Cleanup(s.Close)
	cfg, err := Local(s.URL).Config(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	x := NewInstances(cfg, Template{
		Deployment: "d", Subnets: []Subnet{{"subnet-a", "a"}, {"subnet-b", "b"}, {"subnet-c", "c"}},
		Pools: []Pool{{Name: "vm", Type: "c7g.large"}, {Name: "spot", Type: "c7g.large", Spot: true, Most: 0.03}, {Name: "big", Type: "c7g.xlarge"}},
	})
	x.spread = newSpread(func() time.Time { return *now })
	return x
}

// beginsWith is a token whose launches begin in a zone where all have as many.
func beginsWith(t *testing.T, zone int) string {
	t.Helper()
	for i := range 100 {
		if token := fmt.Sprint("token-", i); first(token, 3) == zone {
			return token
		}
	}
	t.Fatalf("no token begins with zone %d", zone)
	return ""
}

// TestCapacityIsRemembered: a zone that had no capacity is not asked again for
// three minutes, for the same type and market; others are asked there.
func TestCapacityIsRemembered(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	z := &region{short: map[string]bool{"subnet-a": true}}
	x := z.fleet(t, &now)
	token := beginsWith(t, 0)
	for _, c := range []struct {
		what  string
		after time.Duration
		pool  policy.PoolID
		asks  []string
	}{
		{"the first launch meets the shortage", 0, 0, []string{"subnet-a", "subnet-b"}},
		{"the second passes over the zone", time.Second, 0, []string{"subnet-b"}},
		{"spot instances may be there", 0, 1, []string{"subnet-a", "subnet-b"}},
		{"and are remembered for themselves", 0, 1, []string{"subnet-b"}},
		{"another type may be there", 0, 2, []string{"subnet-a", "subnet-b"}},
		{"just before three minutes are over", 3*time.Minute - 2*time.Second, 0, []string{"subnet-b"}},
		{"and after", 2 * time.Second, 0, []string{"subnet-a", "subnet-b"}},
	} {
		now = now.Add(c.after)
		got, err := x.Launch(t.Context(), c.pool, 1, token)
		if asked := z.subnets(); err != nil || len(got) != 1 || !slices.Equal(asked, c.asks) {
			t.Errorf("%s: %d instances, %v, asked %v, want %v", c.what, len(got), err, asked, c.asks)
		}
	}
}

// TestNoZoneHasCapacity: where all lack it all are asked, each time.
func TestNoZoneHasCapacity(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	z := &region{short: map[string]bool{"subnet-a": true, "subnet-b": true, "subnet-c": true}}
	x := z.fleet(t, &now)
	for range 2 {
		got, err := x.Launch(t.Context(), 0, 1, "token")
		if asked := z.subnets(); len(got) != 0 || err == nil || !strings.Contains(err.Error(), "InsufficientInstanceCapacity") || len(asked) != 3 {
			t.Errorf("%d instances, %v, asked %v", len(got), err, asked)
		}
	}
}

// TestLaunchesAreTriedAgain after throttles and failures of EC2, in the same zone
// and with the same token, but a zone without capacity is asked once.
func TestLaunchesAreTriedAgain(t *testing.T) {
	for code, calls := range map[string]int{
		"RequestLimitExceeded": 2, "InternalError": 2, "Unavailable": 2, "InsufficientInstanceCapacity": 1, "InsufficientHostCapacity": 1, "InsufficientCapacity": 1,
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			now := time.Unix(1_000_000, 0)
			z := &region{fails: []string{code}}
			x := z.fleet(t, &now)
			if ec2.Status(code) < 500 {
				t.Errorf("status %d, want one of the server's errors", ec2.Status(code))
			}
			if got, err := x.Launch(t.Context(), 0, 1, beginsWith(t, 0)); err != nil || len(got) != 1 {
				t.Fatalf("%d instances, %v", len(got), err)
			}
			tokens := map[string]int{}
			for _, call := range z.asked {
				tokens[call.Get("ClientToken")]++
			}
			if first := z.asked[0]; len(z.asked) != 2 || first.Get("NetworkInterface.1.SubnetId") != "subnet-a" || tokens[first.Get("ClientToken")] != calls {
				t.Errorf("%d calls, %d as the first; want 2 and %d", len(z.asked), tokens[first.Get("ClientToken")], calls)
			}
		})
	}
}

// TestFleetIsSpreadOverZones: a launch asks each zone for as many, and the others
// for what one lacks; each call has a token of its own, the same when the launch
// is asked for again.
func TestFleetIsSpreadOverZones(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	for _, c := range []struct {
		what  string
		n     int
		short string
		room  map[string]int
		asks  string
		got   [3]int
	}{
		{"evenly", 20, "", nil, "a7 b7 c6", [3]int{7, 7, 6}},
		{"one", 1, "", nil, "a1", [3]int{1, 0, 0}},
		{"two", 2, "", nil, "a1 b1", [3]int{1, 1, 0}},
		{"the first has none", 20, "subnet-a", nil, "a7 b10 c10", [3]int{0, 10, 10}},
		{"the last has none", 20, "subnet-c", nil, "a7 b7 c6 a3 b3", [3]int{10, 10, 0}},
		{"the last has one", 6, "", map[string]int{"subnet-c": 1}, "a2 b2 c2 a1", [3]int{3, 2, 1}},
		{"too few", 9, "subnet-b", map[string]int{"subnet-a": 2, "subnet-c": 2}, "a3 b4 c7", [3]int{2, 0, 2}},
	} {
		z := &region{short: map[string]bool{c.short: true}, room: c.room}
		x := z.fleet(t, &now)
		token := beginsWith(t, 0)
		got, err := x.Launch(t.Context(), 0, c.n, token)
		if enough := len(got) == c.n; enough != (err == nil) {
			t.Errorf("%s: %d of %d instances, %v", c.what, len(got), c.n, err)
		}
		var in [3]int
		for _, i := range got {
			in[i.Zone]++
		}
		asks, tokens := z.calls()
		if in != c.got || asks != c.asks {
			t.Errorf("%s: %v in the zones, asked %s; want %v and %s", c.what, in, asks, c.got, c.asks)
		}
		if slices.Sort(tokens); len(slices.Compact(tokens)) != len(strings.Fields(asks)) {
			t.Errorf("%s: two calls have one token", c.what)
		}
		if c.room != nil {
			continue
		}
		x.spread = newSpread(func() time.Time { return now })
		if _, err := x.Launch(t.Context(), 0, c.n, token); err != nil {
			t.Fatal(err)
		}
		again, repeated := z.calls()
		if slices.Sort(repeated); again != asks || !slices.Equal(repeated, tokens) {
			t.Errorf("%s: asked again for %s, before %s, or with other tokens", c.what, again, asks)
		}
	}
}

// calls are those since the last time, as "a7 b6", and their tokens.
func (z *region) calls() (asked string, tokens []string) {
	for _, v := range z.asked {
		asked += " " + strings.TrimPrefix(v.Get("NetworkInterface.1.SubnetId"), "subnet-") + v.Get("MaxCount")
		tokens = append(tokens, v.Get("ClientToken"))
	}
	z.asked = nil
	return strings.TrimSpace(asked), tokens
}

// TestSpotLaunches: what is asked for of a spot pool is a spot instance, at the
// price of the experiment at most.
func TestSpotLaunches(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	z := &region{}
	x := z.fleet(t, &now)
	for pool, want := range []map[string]string{
		{"MarketType": "", "SpotOptions.MaxPrice": "", "SpotOptions.SpotInstanceType": ""},
		{"MarketType": "spot", "SpotOptions.MaxPrice": "0.03", "SpotOptions.SpotInstanceType": "one-time"},
	} {
		if _, err := x.Launch(t.Context(), policy.PoolID(pool), 1, fmt.Sprint(pool)); err != nil {
			t.Fatal(err)
		}
		for k, v := range want {
			if got := z.asked[len(z.asked)-1].Get("InstanceMarketOptions." + k); got != v {
				t.Errorf("pool %d: %s = %q, want %q", pool, k, got, v)
			}
		}
	}
}

// TestTheEmptiestZoneIsFilled: where zones have not as many, as after one was lost, a launch goes
// to those that have fewer, by what was listed and what was launched since; instances that have
// ended, and those of other pools, do not count.
func TestTheEmptiestZoneIsFilled(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	z := &region{}
	x := z.fleet(t, &now)
	var listed []live.Instance
	for zone, n := range []int{4, 1, 3} {
		for range n {
			listed = append(listed, live.Instance{Zone: uint8(zone)})
		}
	}
	for range 5 {
		listed = append(listed, live.Instance{Zone: 1, State: live.Ended}, live.Instance{Zone: 1, Pool: 1})
	}
	x.spread.listed(listed, 3)
	for i, want := range []string{"b3", "a1 b1 c1", "c1"} { // to 4 4 3, 5 5 4, 5 5 5
		n := []int{3, 3, 1}[i]
		token := beginsWith(t, 0) + fmt.Sprint(i)
		for first(token, 3) != 0 {
			token += "."
		}
		if _, err := x.Launch(t.Context(), 0, n, token); err != nil {
			t.Fatal(err)
		}
		if asked, _ := z.calls(); asked != want {
			t.Errorf("launch %d: asked %q, want %q", i, asked, want)
		}
	}
}
