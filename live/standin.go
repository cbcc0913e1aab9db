package live

import (
	"strconv"
	"strings"

	"cnv/policy"
	"cnv/workloads/features"
)

// standsFor takes features and key of a request that only takes the time of
// another one, at /sleep or /spin, from what it says of that, "k=v;k=v;key=HEX"
// in Cnv-Stands-For. False: it is no such request, or does not say it so.
func (x *exchange) standsFor(e *policy.Event) bool {
	said := x.r.Header.Get("Cnv-Stands-For")
	if path := x.r.URL.Path; said == "" || path != "/sleep" && path != "/spin" {
		return false
	}
	attr, key, keyed := strings.Cut(";"+said, ";key=")
	var f features.Vector
	if err := features.Parse(x.g.o.Classes[x.class].Features, strings.TrimPrefix(attr, ";"), &f); err != nil {
		return false
	}
	if keyed {
		k, err := strconv.ParseUint(key, 16, 64)
		if err != nil {
			return false
		}
		e.Key = policy.Key(k)
	}
	e.Features = f
	return true
}
