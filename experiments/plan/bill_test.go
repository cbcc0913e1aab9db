package plan

import (
	"math"
	"strings"
	"testing"
	"time"

	"cnv/sim"
)

// TestProvisionedStore: capacity instead of prices per unit; both kinds or none.
func TestProvisionedStore(t *testing.T) {
	with := func(store string) string {
		return strings.Replace(plainFile, "[[workload]]", "[store]\nlearn = \"store\"\n"+store+"\n[[workload]]", 1)
	}
	got := faultsOf(t, with("write_units = 5\nread_units = 10"), "", 1).Store
	want := sim.Store{Latency: 10 * time.Millisecond, WriteUnits: 5, ReadUnits: 10, USDPerHour: 5*0.00065 + 10*0.00013}
	if *got != want {
		t.Errorf("store %+v, want %+v", *got, want)
	}
	if _, err := Parse("f.toml", "", with("write_units = 5"), Options{}); err == nil || !strings.Contains(err.Error(), "f.toml:6: store: capacity is provisioned for both writes and reads") {
		t.Errorf("write_units alone: %v", err)
	}
}

// TestBill: a c7g.large of 0.0725 US$ per hour with an address of 0.005 and a volume of 73
// GiB, which is 73 x 0.08 / 730 = 0.008, costs 0.0855; keys that do nothing are refused.
func TestBill(t *testing.T) {
	with := func(bill string) string { return strings.Replace(plainFile, "[[workload]]", bill+"\n[[workload]]", 1) }
	got := faultsOf(t, with("[bill]\ngateway = \"c7g.large\"\ngateway_ipv4 = true\ngateway_ebs_gib = 73\ntransfer = true\ncall_log_bytes = 300\n[functions]"), "", 1).Beside
	if math.Abs(got.GatewayUSDPerHour-0.0855) > 1e-12 {
		t.Errorf("the gateway costs $%v an hour, want 0.0855", got.GatewayUSDPerHour)
	}
	if got.GatewayUSDPerHour = 0; got != (sim.Beside{TransferUSDPerGB: 0.09, LogUSDPerGB: 0.5, CallLogBytes: 300}) {
		t.Errorf("beside %+v", got)
	}
	for bill, want := range map[string]string{
		"gateway = \"c7g.lrge\"": `bill.gateway: unknown instance type "c7g.lrge": nearest are c7g.large`,
		"gateway_ipv4 = true":    "bill.gateway_ipv4: does nothing without gateway",
		"call_log_bytes = 300":   "bill.call_log_bytes: does nothing, as there are no functions",
		"call_log_bytes = -1":    "bill.call_log_bytes: -1, must not be negative",
	} {
		if _, err := Parse("f.toml", "", with("[bill]\n"+bill), Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", bill, err, want)
		}
	}
}
