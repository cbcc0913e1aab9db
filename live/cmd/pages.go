package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"os"

	"cnv/live/aws/deploy"
	"cnv/live/run"
)

// pagesFlags are those of deploy about the gateway's admin pages.
type pagesFlags struct {
	AdminAllow string `help:"Addresses that may see the gateway's admin pages, on port 8443; give the next three flags too. By default no address may." placeholder:"CIDR"`
	AdminToken string `help:"File with the token of the admin pages, 32 characters or more. It and the key are stored in the gateway's package and image: use them for nothing else." placeholder:"FILE"`
	AdminCert  string `help:"File with the certificate of the admin pages, PEM." placeholder:"FILE"`
	AdminKey   string `help:"File with the key of that certificate, PEM." placeholder:"FILE"`
}

// read checks what the files have; nil: no pages are wanted.
func (p *pagesFlags) read() (*deploy.Pages, error) {
	if *p == (pagesFlags{}) {
		return nil, nil
	}
	if p.AdminAllow == "" || p.AdminToken == "" || p.AdminCert == "" || p.AdminKey == "" {
		return nil, errors.New("cnv: the gateway's admin pages want all of --admin-allow CIDR, --admin-token FILE, --admin-cert FILE and --admin-key FILE, or none of them")
	}
	if _, err := run.ReadAccess(p.AdminToken); err != nil {
		return nil, err
	}
	if _, err := tls.LoadX509KeyPair(p.AdminCert, p.AdminKey); err != nil {
		return nil, fmt.Errorf("cnv: --admin-cert, --admin-key: %w", err)
	}
	var out deploy.Pages
	for _, f := range []struct {
		name string
		text *[]byte
	}{{p.AdminToken, &out.Token}, {p.AdminCert, &out.Cert}, {p.AdminKey, &out.Key}} {
		text, err := os.ReadFile(f.name)
		if err != nil {
			return nil, fmt.Errorf("cnv: the gateway's admin pages: %w", err)
		}
		*f.text = text
	}
	return &out, nil
}
