package catalog

const (
	lambdaPage = "aws.amazon.com/lambda/pricing"
	lambdaList = "AWS price list of Lambda in us-east-1, as copied by a third party"
)

// prices in us-east-1, in the order of the items.
var prices = [items]Price{
	FunctionTimeX86:    {"function time, x86_64", 0.0000166667, "GB-second", lambdaPage, "2026-07", Documented},
	FunctionTimeARM:    {"function time, arm64", 0.0000133334, "GB-second", lambdaList, "2024", Secondary},
	FunctionCall:       {"function calls", 0.20e-6, "request", lambdaPage, "2026-07", Documented},
	ProvisionedX86:     {"provisioned concurrency, x86_64", 0.0000041667, "GB-second", lambdaList, "2024", Secondary},
	ProvisionedARM:     {"provisioned concurrency, arm64", 0.0000033334, "GB-second", "figures on third-party pages", "2026", Secondary},
	ProvisionedTimeX86: {"function time on provisioned concurrency, x86_64", 0.0000097222, "GB-second", lambdaList, "2024", Secondary},
	ProvisionedTimeARM: {"function time on provisioned concurrency, arm64", 0.0000077778, "GB-second", "figures on third-party pages", "2026", Secondary},

	SnapshotCache:   {"snapshots of functions", 0.0000015046, "GB-second", "AWS price list of Lambda in us-east-1, as copied by third parties", "2026-09", Secondary},
	SnapshotRestore: {"restores from snapshots", 0.0001397998, "GB", "AWS price list of Lambda in us-east-1, as copied by third parties", "2026-09", Secondary},

	PublicIPv4: {"public IPv4 addresses", 0.005, "hour", "AWS News Blog of 2023-07-28, on when it is in force", "2024-02", Documented},
	EBSVolume:  {"EBS gp3 volumes", 0.08, "GiB-month", "figures on third-party pages", "2025-05", Secondary},

	StoreWrite:     {"DynamoDB writes", 0.625e-6, "write unit", "figures on third-party pages since AWS halved the price", "2024-11", Secondary},
	StoreRead:      {"DynamoDB reads", 0.125e-6, "read unit", "figures on third-party pages since AWS halved the price", "2024-11", Secondary},
	StoreWriteUnit: {"provisioned DynamoDB writes", 0.00065, "write unit and hour", "figures on third-party pages", "2024-11", Secondary},
	StoreReadUnit:  {"provisioned DynamoDB reads", 0.00013, "read unit and hour", "figures on third-party pages", "2024-11", Secondary},
	StoreVolume:    {"DynamoDB storage", 0.25, "GiB-month", "figures on third-party pages", "2024", Secondary},

	SurplusCreditT3:  {"surplus credits of T2, T3, T3a", 0.05, "vCPU-hour", "AWS News Blog (T3)", "2018-08-21", Documented},
	SurplusCreditT4g: {"surplus credits of T4g", 0.04, "vCPU-hour", "EC2 user guide, unlimited mode", "2026-07", Documented},

	TransferOut: {"transfer to the internet", 0.09, "GB", "recalled", "2024", Recalled},
	// As charged at each end in an experiment with two instances (Duckbill Group, "AWS cross-AZ data transfer costs more than AWS says"), and on other pages.
	ZoneTransfer: {"transfer between zones", 0.01, "GB at each end", "figures on third-party pages", "2026-11", Secondary},
	Logs:         {"CloudWatch Logs", 0.50, "GB", "figures on third-party pages", "2025", Secondary},
}

// Read is the day on which the prices were read, in UTC (year, month, day).
var Read = [3]int{2026, 7, 20}
