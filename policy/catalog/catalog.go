package catalog

//go:generate go test -run TestTablesMatchTheirSources -update

// Arch is a processor architecture.
type Arch uint8

// The architectures.
const (
	X86 Arch = iota
	ARM
)

// String is the name that EC2 and Lambda give the architecture.
func (a Arch) String() string {
	if a == ARM {
		return "arm64"
	}
	return "x86_64"
}
