package catalog

import "fmt"

// An Item is something that costs money.
type Item uint8

// The items. Prices of instances are in [Instance].
const (
	FunctionTimeX86    Item = iota // per GB-second
	FunctionTimeARM                // per GB-second
	FunctionCall                   // per request
	ProvisionedX86                 // environments kept warm, per GB-second
	ProvisionedARM                 // the same
	ProvisionedTimeX86             // calls on them, per GB-second, instead of FunctionTimeX86
	ProvisionedTimeARM             // the same
	SnapshotCache                  // of a function (SnapStart) while its version is there, per GB-second of its memory
	SnapshotRestore                // of an environment from it, per GB of its memory
	PublicIPv4                     // per address and hour
	EBSVolume                      // gp3, per GiB-month
	StoreWrite                     // DynamoDB on demand, per write unit (1 KiB)
	StoreRead                      // per read unit (4 KiB; eventually consistent: half a unit)
	StoreWriteUnit                 // provisioned, per write unit a second and hour
	StoreReadUnit                  // provisioned, per read unit a second and hour
	StoreVolume                    // per GiB-month
	SurplusCreditT3                // T2, T3, T3a in unlimited mode, per vCPU-hour
	SurplusCreditT4g               // per vCPU-hour
	TransferOut                    // to the internet, first 10 TB, per GB
	ZoneTransfer                   // from zone to zone of a region, per GB at each end
	Logs                           // CloudWatch Logs ingested, per GB
	items
)

// Items are all items in order.
func Items() []Item {
	all := make([]Item, items)
	for i := range all {
		all[i] = Item(i)
	}
	return all
}

// A Price is what an item costs, and how we know.
type Price struct {
	Name   string
	USD    float64 // 0 if unknown
	Per    string
	Source string
	AsOf   string // year, month or day the source describes
	Trust  Trust
}

// Trust is how well a price is known.
type Trust uint8

// The degrees of trust, worst first.
const (
	Unknown    Trust = iota // no price: whoever needs one must warn
	Recalled                // from memory
	Secondary               // somebody's copy of the price list
	Documented              // the vendor's own page or price list
)

// Price is the price of an item with its source.
func (i Item) Price() Price {
	if i >= items {
		return Price{Name: fmt.Sprintf("item %d", i)}
	}
	return prices[i]
}

// USD is the price of one unit in US dollars; 0 for an item without a price,
// for which Warning says so.
func (i Item) USD() float64 { return i.Price().USD }

// Warning is the sentence that belongs under a bill with this item in it; ""
// if the price is documented.
func (i Item) Warning() string {
	p := i.Price()
	switch p.Trust {
	case Documented:
		return ""
	case Unknown:
		return fmt.Sprintf("price of %s unknown: the bill lacks it", p.Name)
	}
	return fmt.Sprintf("price of %s: $%g per %s, not checked with the vendor (%s, %s)", p.Name, p.USD, p.Per, p.Source, p.AsOf)
}
