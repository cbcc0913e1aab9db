package plan

import (
	"cnv/policy/catalog"
	"cnv/sim"
)

// A billTable is [bill]: what is paid beside workers, functions and the store. The zero
// value is nothing.
type billTable struct {
	Gateway  string  `toml:"gateway" doc:"type of instance that the gateway runs on, such as \"c7g.large\"; live it is what deploy --gateway has made; none: a machine that is there anyway"`
	IPv4     bool    `toml:"gateway_ipv4" doc:"that has a public address; false"`
	EBSGiB   float64 `toml:"gateway_ebs_gib" doc:"and a gp3 volume of so many GiB; 0"`
	Transfer bool    `toml:"transfer" doc:"answers leave AWS, and are charged by their recorded sizes (bytes_out of a trace); in the simulator; false"`
	LogBytes float64 `toml:"call_log_bytes" doc:"what a call of a function writes to CloudWatch Logs, bytes; 0"`

	usdPerHour float64 // of the gateway's instance
}

// readBill reads [bill], if it is there.
func (r *reader) readBill(e *Environment, v variant) {
	t, ok := r.sub(r.root, "bill")
	if !ok {
		return
	}
	b := &e.bill
	t = v.apply(t)
	r.decode(t, nil, b)
	if t.has("gateway") {
		i, err := catalog.Lookup(b.Gateway)
		r.wrong(err != nil, "bill.gateway", "%v", err)
		b.usdPerHour = i.USDPerHour
	}
	for _, key := range []string{"gateway_ipv4", "gateway_ebs_gib"} {
		r.wrong(t.has(key) && b.Gateway == "", join("bill", key), "does nothing without gateway")
	}
	r.wrong(!(b.EBSGiB >= 0), "bill.gateway_ebs_gib", "%v, must not be negative", b.EBSGiB)
	r.wrong(!(b.LogBytes >= 0), "bill.call_log_bytes", "%v, must not be negative", b.LogBytes)
	r.wrong(b.LogBytes > 0 && e.functions == nil, "bill.call_log_bytes", "does nothing, as there are no functions: give [functions]")
}

// world is what it costs.
func (b *billTable) world() sim.Beside {
	out := sim.Beside{GatewayUSDPerHour: b.usdPerHour + catalog.VolumeUSDPerHour(b.EBSGiB)}
	if b.IPv4 {
		out.GatewayUSDPerHour += catalog.PublicIPv4.USD()
	}
	if b.Transfer {
		out.TransferUSDPerGB = catalog.TransferOut.USD()
	}
	if b.LogBytes > 0 {
		out.LogUSDPerGB, out.CallLogBytes = catalog.Logs.USD(), b.LogBytes
	}
	return out
}

// A billed is an item of the catalog, and the column that it is in.
type billed struct {
	catalog.Item
	column string
}

// items are what it is made of.
func (b *billTable) items() (out []billed) {
	for _, x := range []struct {
		billed
		is bool
	}{
		{billed{catalog.PublicIPv4, "cost_gateway_usd"}, b.IPv4}, {billed{catalog.EBSVolume, "cost_gateway_usd"}, b.EBSGiB > 0},
		{billed{catalog.TransferOut, "cost_transfer_usd"}, b.Transfer}, {billed{catalog.Logs, "cost_logs_usd"}, b.LogBytes > 0},
	} {
		if x.is {
			out = append(out, x.billed)
		}
	}
	return out
}
