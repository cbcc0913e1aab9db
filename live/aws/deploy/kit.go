package deploy

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"text/template"
	"time"

	"cnv/live/aws"
)

//go:embed bake.sh
var bakeScript string

// A kit is what an image is baked from.
type kit struct {
	image    string            // its name
	about    string            // its description
	function string            // that has the package
	version  *string           // of the function; nil: the last
	packed   []byte            // the package
	tags     map[string]string // of the image
	values   map[string]any    // of the script
}

// workerKit is that of the workers' image.
func (s *Spec) workerKit(image string) kit {
	return kit{
		image: image, about: "cnv worker " + s.Version(), function: s.Function(), packed: s.Package, tags: s.tags(),
		values: map[string]any{"Port": aws.DefaultPort, "Life": int(s.Life.Seconds()), "Gateway": "", "Credentials": nil},
	}
}

// gatewayKit is that of the gateway's image.
func (s *Spec) gatewayKit(image string) kit {
	g := s.Gateway
	var credentials []string // which root may read, and systemd hands to the service: %d is where
	flags := append([]string{
		"--target", "aws", "--serve", "--quiet", "--keep", "--yes", "--deployment", s.Name, "--region", s.Region, "--worker", "/opt/cnv/" + workerFile,
		"--listen", fmt.Sprintf("0.0.0.0:%d", GatewayPort), "--out", "/var/lib/cnv", "--log-group", gatewayLog(s.Name),
	}, g.Flags...)
	if g.Admin != "" {
		flags = append(flags, "--admin", fmt.Sprintf("0.0.0.0:%d", AdminPort),
			"--admin-token", "%d/"+tokenFile, "--admin-cert", "%d/"+certFile, "--admin-key", "%d/"+keyFile)
		credentials = []string{tokenFile, certFile, keyFile}
	}
	return kit{
		image: image, about: "cnv gateway " + g.Version(), function: gateway(s.Name), packed: g.Package,
		tags:   map[string]string{aws.TagDeployment: s.Name, aws.TagVersion: g.Version(), aws.TagRole: "gateway"},
		values: map[string]any{"Port": GatewayPort, "Life": int(g.Life.Seconds()), "Gateway": strings.Join(flags, " "), "Credentials": credentials},
	}
}

// codeSHA256 is how Lambda names the package.
func (k *kit) codeSHA256() string {
	sum := sha256.Sum256(k.packed)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// userData is the script that a builder runs at its first boot. Where the
// package comes from is a secret for ten minutes, which only builders are told.
func (k *kit) userData(location string) (string, error) {
	t, err := template.New("bake").Option("missingkey=error").Parse(bakeScript)
	if err != nil {
		return "", err
	}
	if strings.ContainsAny(location, "'\n") {
		return "", errors.New("the location of the package has a quotation mark")
	}
	sum := sha256.Sum256(k.packed)
	values := map[string]any{"Location": location, "SHA256": hex.EncodeToString(sum[:]), "Late": int((patience + 5*time.Minute).Seconds())}
	for name, v := range k.values {
		values[name] = v
	}
	var out strings.Builder
	err = t.Execute(&out, values)
	return out.String(), err
}
