package catalog

// A family is what all types of a family share.
type family struct {
	cpu     string
	arch    Arch
	perCore int // hardware threads per core
	speed   speed
}

// A speed is the speed of one vCPU alone on its core, relative to one c7g
// core, with what we know about it.
type speed struct {
	relative float64
	evidence evidence
	source   string
}

// evidence is why a relative speed is believed.
type evidence uint8

const (
	unknown   evidence = iota // nothing: taken as 1
	vendor                    // the vendor's "up to": an upper bound
	reference                 // the reference itself
)

// The processors. Clocks do not compare across designs, so an x86 type has no
// speed here until it has been measured.
var (
	// Note: sources disagree on Graviton4. AWS says up to 30 % over
	// Graviton3; Honeycomb needed 25 % fewer replicas (1.33 times the
	// speed) and then less in production. One number would be a guess that
	// looks like a measurement, hence the note that comes with it.
	graviton2 = speed{1 / 1.25, vendor, "AWS, May 2022: Graviton3 is up to 25 % faster"}
	graviton3 = speed{1, reference, ""}
	graviton4 = speed{1.3, vendor, "AWS, November 2023: up to 30 % faster than Graviton3"}
)

// families by name. Threads per core: Graviton has one; AMD has one from the
// seventh generation on, where EC2 turns the second off; all others have two
// (EC2 user guide, CPU options). T2 shows its vCPUs as cores.
var families = map[string]family{
	"t2":  {"Intel Xeon, several", X86, 1, speed{}},
	"t3":  {"Intel Skylake or Cascade Lake", X86, 2, speed{}},
	"t3a": {"AMD EPYC 7571", X86, 2, speed{}},
	"t4g": {"AWS Graviton2", ARM, 1, graviton2},

	"m5":  {"Intel Skylake or Cascade Lake", X86, 2, speed{}},
	"m5a": {"AMD EPYC 7571", X86, 2, speed{}},
	"m6a": {"AMD Milan", X86, 2, speed{}},
	"m6g": {"AWS Graviton2", ARM, 1, graviton2},
	"m6i": {"Intel Ice Lake", X86, 2, speed{}},
	"m7a": {"AMD Genoa", X86, 1, speed{}},
	"m7g": {"AWS Graviton3", ARM, 1, graviton3},
	"m7i": {"Intel Sapphire Rapids", X86, 2, speed{}},
	"m8a": {"AMD Turin", X86, 1, speed{}},
	"m8g": {"AWS Graviton4", ARM, 1, graviton4},
	"m8i": {"Intel Granite Rapids", X86, 2, speed{}},

	"c5":  {"Intel Skylake or Cascade Lake", X86, 2, speed{}},
	"c5a": {"AMD Rome", X86, 2, speed{}},
	"c6a": {"AMD Milan", X86, 2, speed{}},
	"c6g": {"AWS Graviton2", ARM, 1, graviton2},
	"c6i": {"Intel Ice Lake", X86, 2, speed{}},
	"c7a": {"AMD Genoa", X86, 1, speed{}},
	"c7g": {"AWS Graviton3", ARM, 1, graviton3},
	"c7i": {"Intel Sapphire Rapids", X86, 2, speed{}},
	"c8a": {"AMD Turin", X86, 1, speed{}},
	"c8g": {"AWS Graviton4", ARM, 1, graviton4},
	"c8i": {"Intel Granite Rapids", X86, 2, speed{}},

	"r5":  {"Intel Skylake or Cascade Lake", X86, 2, speed{}},
	"r5a": {"AMD EPYC 7571", X86, 2, speed{}},
	"r6a": {"AMD Milan", X86, 2, speed{}},
	"r6g": {"AWS Graviton2", ARM, 1, graviton2},
	"r6i": {"Intel Ice Lake", X86, 2, speed{}},
	"r7a": {"AMD Genoa", X86, 1, speed{}},
	"r7g": {"AWS Graviton3", ARM, 1, graviton3},
	"r7i": {"Intel Sapphire Rapids", X86, 2, speed{}},
	"r8a": {"AMD Turin", X86, 1, speed{}},
	"r8g": {"AWS Graviton4", ARM, 1, graviton4},
	"r8i": {"Intel Granite Rapids", X86, 2, speed{}},
}

// sizes kept of each family: from one vCPU to what one worker of a
// load-balanced fleet can be.
var sizes = []string{"nano", "micro", "small", "medium", "large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge"}
