package run

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"

	"cnv/live/admin"
)

// adminAccess is what the admin pages ask of people. On loopback they ask for a
// token of those who change something, one that is made up here unless a file has
// one; beyond it they are served with a token, asked of all, and TLS, or not at all.
func (e *Experiment) adminAccess() (*admin.Access, *tls.Config, error) {
	inside, err := onLoopback(e.Admin)
	if err != nil {
		return nil, nil, fmt.Errorf("cnv: --admin %s: %w", e.Admin, err)
	}
	given := 0
	for _, flag := range []string{e.AdminToken, e.AdminCert, e.AdminKey} {
		if flag != "" {
			given++
		}
	}
	switch {
	case given == 0 && inside:
		e.token = admin.NewToken()
		access, err := admin.NewAccess(e.token)
		if err != nil {
			return nil, nil, err
		}
		return access.OnLoopback(), nil, nil
	case given == 1 && inside && e.AdminToken != "":
		access, err := ReadAccess(e.AdminToken)
		if err != nil {
			return nil, nil, err
		}
		return access.OnLoopback(), nil, nil
	case given < 3:
		return nil, nil, fmt.Errorf("cnv: --admin %s: beyond loopback such as 127.0.0.1:9000 the admin pages want all of --admin-token FILE, --admin-cert FILE and --admin-key FILE", e.Admin)
	}
	access, err := ReadAccess(e.AdminToken)
	if err != nil {
		return nil, nil, err
	}
	pair, err := tls.LoadX509KeyPair(e.AdminCert, e.AdminKey)
	if err != nil {
		return nil, nil, fmt.Errorf("cnv: --admin-cert, --admin-key: %w", err)
	}
	return access, &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}, nil
}

// readAccess takes the token of a file.
func ReadAccess(file string) (*admin.Access, error) {
	token, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("cnv: --admin-token: %w", err)
	}
	access, err := admin.NewAccess(string(token))
	if err != nil {
		return nil, fmt.Errorf("cnv: --admin-token %s: %w", file, err)
	}
	return access, nil
}

// onLoopback says whether only this machine can reach an address.
func onLoopback(address string) (bool, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false, errors.New("want HOST:PORT")
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback(), nil
}
