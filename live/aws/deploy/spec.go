package deploy

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"

	"cnv/policy/catalog"
)

// A Spec is what a deployment is to be.
type Spec struct {
	Name     string // also part of the names of what belongs to it: a-z, 0-9 and -, at most 20
	Region   string
	Package  []byte // the zip file of Pack
	Arch     string // of the worker: arm64 or x86_64
	Builder  string // instance type that bakes the images, of the same architecture; see Builder
	MemoryMB int32  // of the function
	Timeout  time.Duration
	// Reserved is the most environments the function may have, taken from
	// those of the account; 0: no limit of its own.
	Reserved int32
	LogDays  int32         // that logs are kept
	Life     time.Duration // of a worker at most: then it powers itself off
	Gateway  *Gateway      // nil: somebody runs live inside the network
}

// Builder is the type that bakes images for an architecture if nobody asks for another: one
// that accounts on AWS's free plan may launch, too. It boots at its baseline of 0.4 vCPUs.
func Builder(arch string) string {
	if arch == "x86_64" {
		return "t3.small"
	}
	return "t4g.small"
}

// CheckType refuses an instance type that is not known or not of an architecture; what
// names the flag.
func CheckType(what, kind, arch string) error {
	i, err := catalog.Lookup(kind)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if is := map[bool]string{true: "arm64", false: "x86_64"}[i.Arch == catalog.ARM]; is != arch {
		return fmt.Errorf("%s %s: it is of %s: want a type for %s, as the workers are", what, kind, is, arch)
	}
	return nil
}

var names = regexp.MustCompile(`^[a-z][a-z0-9-]{0,19}$`)

// CheckName refuses names that are none, or those of another deployment's
// parts: the function of x-gateway would be the gateway of x.
func CheckName(name string) error {
	if !names.MatchString(name) {
		return fmt.Errorf("deployment %q: want a-z, 0-9 and -, beginning with a letter, at most 20", name)
	}
	for _, part := range []string{"-gateway", "-function", "-workers"} {
		if of, is := strings.CutSuffix(name, part); is {
			return fmt.Errorf("deployment %q: a part of deployment %q has this name: choose a name that does not end in %s", name, of, part)
		}
	}
	return nil
}

// Validate finds all that is out of range.
func (s *Spec) Validate() error {
	errs := []error{CheckName(s.Name)}
	if s.Arch != "arm64" && s.Arch != "x86_64" {
		errs = append(errs, fmt.Errorf("architecture %q: want arm64 or x86_64", s.Arch))
	}
	if s.MemoryMB < 128 || s.MemoryMB > 10240 {
		errs = append(errs, fmt.Errorf("function memory %d MB: want 128 to 10240", s.MemoryMB))
	}
	if s.Timeout < time.Second || s.Timeout > 15*time.Minute {
		errs = append(errs, fmt.Errorf("function timeout %v: want 1s to 15m", s.Timeout))
	}
	errs = append(errs, CheckType("builder", s.Builder, s.Arch))
	if len(s.Package) == 0 || len(s.Package) > 50<<20 {
		errs = append(errs, fmt.Errorf("the worker's zip file has %d bytes: want 1 to 50 MiB", len(s.Package)))
	}
	if s.Gateway != nil {
		errs = append(errs, s.Gateway.validate())
	}
	return errors.Join(errs...)
}

// Function is the name of its function.
func (s *Spec) Function() string { return Function(s.Name) }

// The names of what belongs to a deployment.
func Function(name string) string   { return "cnv-" + name }
func Table(name string) string      { return "cnv-" + name }
func Schedules(name string) string  { return "cnv-" + name } // group of EventBridge Scheduler
func logGroup(name string) string   { return "/aws/lambda/cnv-" + name }
func gatewayLog(name string) string { return logGroup(name) + "-gateway" }
func workers(name string) string    { return "cnv-" + name + "-workers" }
func gateway(name string) string    { return "cnv-" + name + "-gateway" }

// The names of what belongs to it in IAM, which has no regions: a deployment of the same name in
// another region has its own.
func role(name, region string) string     { return inIAM(name, region, "function") }
func runner(name, region string) string   { return inIAM(name, region, "gateway") } // role and profile
func boundary(name, region string) string { return inIAM(name, region, "boundary") }
func deadline(name, region string) string { return inIAM(name, region, "deadline") } // role

func inIAM(name, region, what string) string { return "cnv-" + name + "-" + region + "-" + what }

// CodeSHA256 is how Lambda names the package.
func (s *Spec) CodeSHA256() string {
	sum := sha256.Sum256(s.Package)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// Version names the worker's build. Two versions run side by side.
func (s *Spec) Version() string {
	sum := sha256.Sum256(s.Package)
	return hex.EncodeToString(sum[:6])
}

// packedAt is when all files were packed, so that the same ones give the same
// package.
var packedAt = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// Pack makes the zip file of a worker program: the same program, the same
// bytes.
func Pack(program string) ([]byte, error) {
	code, err := os.ReadFile(program)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	h := &zip.FileHeader{Name: "bootstrap", Method: zip.Deflate, Modified: packedAt}
	h.SetMode(0o755)
	w, err := z.CreateHeader(h)
	if err == nil {
		_, err = w.Write(code)
	}
	err = errors.Join(err, z.Close())
	return out.Bytes(), err
}
