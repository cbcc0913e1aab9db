package operate

import (
	"crypto/tls"
	"errors"
	"fmt"
	"os"

	"cnv/live/aws/deploy"
	"cnv/live/run"
)

// Pages are the admin pages of a gateway.
type Pages struct {
	Allow string // addresses that may see them, a CIDR
	Token string // file with the token that they ask for
	Cert  string // file with their certificate, PEM
	Key   string // file with its key, PEM
}

// read checks what the files have; nil: no pages are wanted.
func (p *Pages) read() (*deploy.Pages, error) {
	if *p == (Pages{}) {
		return nil, nil
	}
	if p.Allow == "" || p.Token == "" || p.Cert == "" || p.Key == "" {
		return nil, errors.New("cnv: the gateway's admin pages want all of --admin-allow CIDR, --admin-token FILE, --admin-cert FILE and --admin-key FILE, or none of them")
	}
	if _, err := run.ReadAccess(p.Token); err != nil {
		return nil, err
	}
	if _, err := tls.LoadX509KeyPair(p.Cert, p.Key); err != nil {
		return nil, fmt.Errorf("cnv: --admin-cert, --admin-key: %w", err)
	}
	var out deploy.Pages
	for _, f := range []struct {
		name string
		text *[]byte
	}{{p.Token, &out.Token}, {p.Cert, &out.Cert}, {p.Key, &out.Key}} {
		text, err := os.ReadFile(f.name)
		if err != nil {
			return nil, fmt.Errorf("cnv: the gateway's admin pages: %w", err)
		}
		*f.text = text
	}
	return &out, nil
}
