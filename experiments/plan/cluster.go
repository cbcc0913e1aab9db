package plan

import (
	"fmt"
	"time"

	"cnv/policy"
	"cnv/policy/catalog"
	"cnv/results/words"
	"cnv/sim"
	"cnv/workloads"
)

// Bounds of a pool: its workers, what a worker serves at once, what a worker costs
// per hour (US dollars), and its volume (GiB).
const (
	maxWorkers    = 1_000_000
	maxSlots      = 1_000_000
	maxUSDPerHour = 1e6
	maxEBSGiB     = 1e6
)

// A clusterTable is [cluster]: what all pools share. Without any [[pool]]
// it is also the one pool there is.
type clusterTable struct {
	Discipline string         `toml:"discipline" doc:"\"ps\": requests share the cores of a worker evenly; \"fcfs\": one request per core at most, the rest in line; ps"`
	Abandoned  string         `toml:"abandoned" doc:"what workers do with a request whose client has left, or that was cancelled: \"stops\": it ends where it is; \"finishes\": it is served to its end if it was begun; \"runs on\": nobody notices; stops"`
	Cores      PerClass       `toml:"request_cores" doc:"cores that a request uses at once where its worker has as many: a number, or a table by class with default; under ps its threads share the cores with all others, under fcfs it begins once a slot is free for each; functions serve with one; 1"`
	RequestMB  PerClass       `toml:"request_mb" doc:"memory of a request of which the recording has none, MiB, or a table by class with default; see memory_mb of [cluster.service]; 0"`
	Network    workloads.Dist `toml:"network" doc:"delay of one way between client, gateway and worker; 0s"`
	// GatewayZone "" is the first.
	GatewayZone string         `toml:"gateway_zone" axis:"no" doc:"zone that the gateway is in, one of zones; the first that is named"`
	ZoneDelay   workloads.Dist `toml:"zone_delay" doc:"of one way between the gateway and a worker in another zone, beside network; 0s"`
}

// A poolTable is [[pool]], or the pool that [cluster] describes.
type poolTable struct {
	Name         string        `toml:"name" axis:"no" doc:"of the pool; vm"`
	Instance     Instance      `toml:"instance" doc:"type from the catalog, or { cores, speed, memory_mb, usd_per_hour }; required"`
	Market       string        `toml:"market" doc:"\"on-demand\", or \"spot\": cheaper, and taken away with two minutes' notice when EC2 needs them ([[fault]] kind = \"spot\"); on-demand"`
	SpotUSD      *float64      `toml:"spot_usd_per_hour" doc:"most that is paid per hour of a spot instance, and what is billed here, US dollars; required with market = \"spot\""`
	Initial      Count         `toml:"initial" doc:"workers ready at the start, or a distribution of which each replication draws a number, kept between min and max; \"auto\": your plan, enough for the offered load of the whole workload at 70 % utilisation, and of a recording also for its peaks: as many as would keep 99 % of its requests in time, if they shared one line"`
	Min          int           `toml:"min" doc:"least workers a scaler may want; 1, or 0 where initial is 0"`
	Max          int           `toml:"max" doc:"most workers a scaler may want; 1000"`
	Boot         Lag           `toml:"boot" doc:"from the launch call to ready: a duration is the median, and each part varies by an assumed 20 %; of a distribution, each launch is one draw; either is divided into 5 % api, 17 % pending, 59 % boot and 19 % start, the parts that [cluster.launch] sets apart; 25s"`
	Cooldown     time.Duration `toml:"cooldown" doc:"no scaling for so long after the last change; 0s"`
	Replace      *bool         `toml:"replace" doc:"launch a worker at once for each that is lost or has notice, up to the size last decided; false: the scaler finds out at its next decision; true (under router nova-original false, because the original never replaced)"`
	OnNotice     string        `toml:"on_notice" doc:"what a spot instance does between the notice and its end: \"serves\": it takes requests that nothing else is free for, if they are predicted to be answered in time (three times over, where only the mean of the class is known); \"drains\": it gets no new requests, even if they wait; serves"`
	Slots        int           `toml:"slots" doc:"requests that a worker serves at once: under fcfs its cores, which is also the most, under ps no limit"`
	Zones        []string      `toml:"zones" axis:"no" doc:"where workers are launched, as many in one zone as in another, and where one lacks capacity in the others; any names, such as [\"a\", \"b\", \"c\"]; all in one"`
	ZonePrices   []float64     `toml:"zone_prices" axis:"no" doc:"of spot instances: what spot_usd_per_hour is times in each zone of zones, in their order; 1 in each"`
	Instead      []string      `toml:"instead" axis:"no" doc:"pools of whose machines one is launched, in this order, for each launch of this pool that comes to nothing; it counts to the size of this pool, whatever the max of that one, which may be 0; none"`
	GatewayQueue bool          `toml:"gateway_queue" doc:"requests that find no free slot wait at the gateway instead of at the worker; false"`
	PublicIPv4   bool          `toml:"public_ipv4" doc:"bill a public address per worker; false"`
	Credits      string        `toml:"credits" doc:"CPU credits of a T type: \"standard\": without credits its cores work at the baseline; \"unlimited\": it borrows credits, and what it cannot pay back is billed; as AWS starts the type: t2 standard, all others unlimited"`
	FirstCredits float64       `toml:"initial_credits" doc:"that workers which are there at the start have earned before; 0"`
	EBSGiB       float64       `toml:"ebs_gb" doc:"GiB of gp3 volume billed per worker; 8 for a type of the catalog, else 0"`

	path   string       // of the table in the file
	given  []table      // where its keys may stand: [[pool]], then [cluster]
	launch *launchTable // nil: Boot says it all
	served *serviceTable
	where  Problem // with the key instance, of which the text is to come
}

// defaultPool is a pool of which the file says nothing yet.
func defaultPool() poolTable {
	return poolTable{
		Name: "vm", Market: "on-demand", OnNotice: "serves", Initial: Count{Auto: true}, Min: -1, Max: 1000,
		Boot: assumed(25), Slots: -1, EBSGiB: -1, served: defaultService(),
	}
}

// readPools reads [cluster] and the [[pool]]s of an environment.
func (r *reader) readPools(e *Environment, v variant) {
	base := defaultPool()
	cluster, hasCluster := r.sub(r.root, "cluster")
	cluster = v.apply(cluster)
	pools := r.list(r.root, "pool")
	if hasCluster {
		r.decode(cluster, []string{"launch", "service"}, &e.cluster, &base)
		base.launch = r.readLaunch(cluster, v, nil)
		base.served = r.readService(cluster, v, base.served)
	}
	r.wrong(e.cluster.Discipline != "ps" && e.cluster.Discipline != "fcfs", "cluster.discipline",
		"unknown discipline %q%s", e.cluster.Discipline, hint(e.cluster.Discipline, []string{"ps", "fcfs"}))
	r.wrong(!contains(abandonedNames(), e.cluster.Abandoned), "cluster.abandoned",
		"unknown value %q%s", e.cluster.Abandoned, hint(e.cluster.Abandoned, abandonedNames()))
	if len(pools) == 0 && hasCluster {
		base.path, base.given = "cluster", []table{cluster}
		e.pools = append(e.pools, r.finish(base, e))
	}
	for i, t := range pools {
		p := base
		t = v.apply(t)
		p.Name = fmt.Sprintf("%s-%d", base.Name, i+1)
		p.path, p.given = t.path, []table{t, cluster}
		r.decode(t, []string{"launch", "service"}, &p)
		if t.has("boot") {
			p.launch = nil
		}
		p.launch = r.readLaunch(t, v, p.launch)
		p.served = r.readService(t, v, p.served)
		e.pools = append(e.pools, r.finish(p, e))
	}
}

// finish fills in what depends on other keys, and checks the pool.
func (r *reader) finish(p poolTable, e *Environment) poolTable {
	if p.launch == nil {
		p.launch = split(p.Boot)
	}
	if p.Min < 0 && !r.read(&p, "min") {
		p.Min = 1
		if !p.Initial.Auto && p.Initial.N == 0 {
			p.Min = 0
		}
	}
	if p.EBSGiB < 0 && !r.read(&p, "ebs_gb") {
		p.EBSGiB = 0
		if p.Instance.Name != "" {
			p.EBSGiB = 8
		}
	}
	if p.Slots < 0 && !r.read(&p, "slots") {
		p.Slots = 0
		if e.cluster.Discipline == "fcfs" {
			p.Slots = p.Instance.Cores
		}
	}
	if most := p.Instance.Cores; e.cluster.Discipline == "fcfs" && most > 0 && p.Slots > most {
		r.note(p.at("slots"), "%d are no more than %s of a worker: fcfs serves one request per core, and the rest waits in line; give discipline = \"ps\" for requests that share cores", p.Slots, words.Count(most, "core", "cores"))
		p.Slots = most
	}
	instance := p.at("instance")
	p.where = Problem{File: r.file, Line: r.lines.line(instance), Key: plain(instance)}
	r.check(&p)
	r.checkMarket(&p)
	r.checkService(&p, e)
	return p
}

// read says whether the file gives a key of the pool, in a way that can be read.
func (r *reader) read(p *poolTable, key string) bool { return p.sets(key) && !r.blamed(p.at(key)) }

// sets says whether the file gives a key of the pool.
func (p *poolTable) sets(key string) bool {
	for _, t := range p.given {
		if t.has(key) {
			return true
		}
	}
	return false
}

// at is the path of a key of the pool, where the file gives it.
func (p *poolTable) at(key string) string {
	for _, t := range p.given {
		if t.has(key) {
			return join(t.path, key)
		}
	}
	return join(p.path, key)
}

// check notes what is wrong with a pool.
func (r *reader) check(p *poolTable) {
	r.wrong(!p.sets("instance"), p.at("instance"), `missing: give a type such as "c7g.large"`)
	r.wrong(p.Min < 0, p.at("min"), "%d, must not be negative", p.Min)
	r.wrong(p.Max > maxWorkers, p.at("max"), "%d, must be at most %d", p.Max, maxWorkers)
	r.wrong(p.Max < p.Min, p.at("max"), "%d, must be at least min = %d", p.Max, p.Min)
	n := p.Initial.N
	r.wrong(!p.Initial.Auto && (n < p.Min || n > p.Max), p.at("initial"), "%d, must be within min = %d and max = %d", n, p.Min, p.Max)
	r.wrong(p.Cooldown < 0, p.at("cooldown"), "%v, must not be negative", p.Cooldown)
	r.wrong(r.read(p, "slots") && (p.Slots < 1 || p.Slots > maxSlots), p.at("slots"), "%d, must be in [1, %d]; leave it out for no limit", p.Slots, maxSlots)
	r.wrong(p.GatewayQueue && p.Slots == 0 && !p.sets("slots"), p.at("gateway_queue"), "needs slots: a worker that shares its cores is never full")
	r.wrong(!(p.EBSGiB >= 0 && p.EBSGiB <= maxEBSGiB), p.at("ebs_gb"), "%v, must be in [0, %v]", p.EBSGiB, maxEBSGiB)
}

// markets are where instances are bought.
var markets = []string{"on-demand", "spot"}

// noticeRules are what spot instances may do on notice.
var noticeRules = []string{"serves", "drains"}

// checkMarket notes what is wrong with where a pool's instances are bought.
// Spot prices change all the time and differ between zones, so that the catalog
// has none.
func (r *reader) checkMarket(p *poolTable) {
	r.wrong(!contains(markets, p.Market), p.at("market"), "unknown market %q%s", p.Market, hint(p.Market, markets))
	r.wrong(p.Market == "spot" && !p.sets("spot_usd_per_hour"), p.at("spot_usd_per_hour"),
		"missing: the catalog has no spot prices; write the most that you would pay, such as spot_usd_per_hour = %.3g (aws ec2 describe-spot-price-history tells today's)",
		max(0.4*p.Instance.USDPerHour, 0.001))
	r.wrong(!contains(noticeRules, p.OnNotice), p.at("on_notice"), "unknown rule %q%s", p.OnNotice, hint(p.OnNotice, noticeRules))
	if p.SpotUSD != nil {
		r.wrong(!(*p.SpotUSD > 0 && *p.SpotUSD <= maxUSDPerHour), p.at("spot_usd_per_hour"), "%v, must be positive and at most %v", *p.SpotUSD, maxUSDPerHour)
	}
}

// price is what an instance costs per hour, US dollars.
func (p *poolTable) price() float64 {
	if p.Market == "spot" && p.SpotUSD != nil {
		return *p.SpotUSD
	}
	return p.Instance.USDPerHour
}

// control is the pool as the control plane knows it.
func (p *poolTable) control() policy.Pool {
	c := policy.Pool{
		Name: p.Name, Machine: p.Instance.Name, Cores: p.Instance.Cores, Speed: p.Instance.Speed, Slots: p.Slots,
		Min: p.Min, Max: p.Max, Cooldown: p.Cooldown, Boot: p.launch.mean(), USDPerHour: p.price(),
	}
	if p.GatewayQueue {
		c.Limit = p.Slots
	}
	replace(&c, p.Replace)
	if p.OnNotice == "serves" && p.Market == "spot" {
		c.OnNotice = policy.NoticeServes
	}
	return c
}

// replace sets what the file says of lost workers, if it does.
func replace(p *policy.Pool, yes *bool) {
	if yes == nil {
		return
	}
	p.Replace = policy.ReplaceNever
	if *yes {
		p.Replace = policy.ReplaceLost
	}
}

// world is the pool as the simulated world knows it.
func (p *poolTable) world(initial int) sim.Pool {
	w := sim.Pool{
		Initial: initial, USDPerHour: p.price(), Spot: p.Market == "spot", EBSUSDPerHour: catalog.VolumeUSDPerHour(p.EBSGiB),
		Launch: p.launch.world(),
	}
	if p.PublicIPv4 {
		w.IPv4USDPerHour = catalog.PublicIPv4.USD()
	}
	w.Uneven = p.uneven()
	w.SurplusUSD = p.surplus()
	return w
}
