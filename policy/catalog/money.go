package catalog

import "time"

// MinimumStart is the shortest time billed for each start of an instance (EC2
// user guide, instance lifecycle, read 2026-07).
const MinimumStart = 60 * time.Second

// hoursPerMonth is how AWS turns prices per month into prices per hour.
const hoursPerMonth = 730

// InstanceUSD is what one start of an instance costs. It is billed from the
// instant it runs to the instant it is told to terminate: booting counts,
// pending and shutting down do not. Time is billed by the second, a begun
// second in full, 60 s at least. An instance that never ran costs nothing.
func InstanceUSD(usdPerHour float64, running time.Duration) float64 {
	if running <= 0 {
		return 0
	}
	seconds := ceil(max(running, MinimumStart), time.Second)
	return usdPerHour * float64(seconds) / 3600
}

// FreeBeforeReclaim is how long a spot instance must have run for anything to be
// charged for it when EC2 takes it away.
const FreeBeforeReclaim = time.Hour

// ReclaimedUSD is what one start of a spot instance costs that EC2 has taken away:
// nothing within the first hour, not even the minimum. Its volume and its address
// are charged all the same, and so is an instance that its user has told to
// terminate. Source: EC2 user guide, "Billing for interrupted Spot Instances",
// Linux other than SUSE, read 2026-11.
func ReclaimedUSD(usdPerHour float64, running time.Duration) float64 {
	if running < FreeBeforeReclaim {
		return 0
	}
	return InstanceUSD(usdPerHour, running)
}

// VolumeUSDPerHour is what a gp3 volume of so many GiB costs per hour. Volumes
// are billed like instances, by the second with 60 s at least, so it can be
// added to the price of an instance.
func VolumeUSDPerHour(gib float64) float64 { return EBSVolume.USD() * gib / hoursPerMonth }

// RunningUSD is what runs at a price per hour for so long: neither rounded up nor
// with a least time. It is what machines cost that a bill has already begun for.
func RunningUSD(usdPerHour float64, running time.Duration) float64 {
	return running.Hours() * usdPerHour
}

// FunctionUSD is what the time of one call of a function costs; [FunctionCall]
// comes on top. INIT of a cold start is part of it since 2025-08-01 (AWS Compute
// Blog, 2025-04-29).
func FunctionUSD(memoryMB int, billed time.Duration, arch Arch) float64 {
	price := FunctionTimeX86
	if arch == ARM {
		price = FunctionTimeARM
	}
	return FunctionTimeUSD(memoryMB, billed, price.USD())
}

// FunctionTimeUSD is the same at a price per GB-second. Time is billed by the
// millisecond, a begun one in full.
func FunctionTimeUSD(memoryMB int, billed time.Duration, usdPerGBs float64) float64 {
	if billed <= 0 {
		return 0
	}
	return float64(ceil(billed, time.Millisecond)) / 1000 * float64(memoryMB) / 1024 * usdPerGBs
}

// FunctionSecondUSD is what a second of a function costs, of a call or of an
// environment kept warm.
func FunctionSecondUSD(memoryMB int, usdPerGBs float64) float64 {
	return usdPerGBs * float64(memoryMB) / 1024
}

// KeptUSD is what n environments kept warm for so long cost. Calls on them cost their
// own price per GB-second on top. A begun [KeptStep] is billed in full.
func KeptUSD(n, memoryMB int, kept time.Duration, usdPerGBs float64) float64 {
	if kept <= 0 {
		return 0
	}
	return float64(n) * (time.Duration(ceil(kept, KeptStep)) * KeptStep).Seconds() * float64(memoryMB) / 1024 * usdPerGBs
}

// KeptStep is by which the time is billed for which a number of environments is kept warm.
// Source: AWS Lambda pricing, Provisioned Concurrency (2026-07): from the time it is enabled
// until it is disabled, rounded up to the nearest five minutes. That a change of the number
// ends one such time and begins another is assumed.
const KeptStep = 5 * time.Minute

// SnapshotUSD is what the snapshot of a function (SnapStart) costs while its version is
// there for so long. AWS bills three hours of a version at least; here it is older than that.
func SnapshotUSD(memoryMB int, kept time.Duration, usdPerGBs float64) float64 {
	return max(kept, 0).Seconds() * float64(memoryMB) / 1024 * usdPerGBs
}

// RestoreUSD is what one environment costs that is made from the snapshot.
func RestoreUSD(memoryMB int, usdPerGB float64) float64 { return float64(memoryMB) / 1024 * usdPerGB }

// TableUSD is what so many units cost that were written to a table and read of it, at
// prices per unit: see [StoreWrite] and [StoreRead].
func TableUSD(writes, reads, usdPerWrite, usdPerRead float64) float64 {
	return writes*usdPerWrite + reads*usdPerRead
}

// ZoneTransferUSD is what bytes cost that go from one zone to another, at a price per GB
// (10^9 bytes) at each end: see [ZoneTransfer].
func ZoneTransferUSD(bytes int64, usdPerGB float64) float64 {
	return 2 * BytesUSD(float64(bytes), usdPerGB)
}

// CapacityUSDPerHour is what a table costs with so many units a second of provisioned
// capacity, used or not.
func CapacityUSDPerHour(writeUnits, readUnits float64) float64 {
	return writeUnits*StoreWriteUnit.USD() + readUnits*StoreReadUnit.USD()
}

// bytesPerGB is how many bytes a GB of transfer and of logs has. Whether AWS means 2^30, which
// would be 7 % less, its pages do not say.
const bytesPerGB = 1e9

// BytesUSD is what so many bytes cost at a price per GB: see [TransferOut] and [Logs].
func BytesUSD(bytes, usdPerGB float64) float64 { return bytes / bytesPerGB * usdPerGB }

// ceil is how many units cover d > 0.
func ceil(d, unit time.Duration) int64 { return int64((d + unit - 1) / unit) }
