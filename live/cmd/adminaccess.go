package main

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
func (cmd *liveCmd) adminAccess() (*admin.Access, *tls.Config, error) {
	inside, err := onLoopback(cmd.Admin)
	if err != nil {
		return nil, nil, fmt.Errorf("cnv: --admin %s: %w", cmd.Admin, err)
	}
	given := 0
	for _, flag := range []string{cmd.AdminToken, cmd.AdminCert, cmd.AdminKey} {
		if flag != "" {
			given++
		}
	}
	switch {
	case given == 0 && inside:
		cmd.token = admin.NewToken()
		access, err := admin.NewAccess(cmd.token)
		if err != nil {
			return nil, nil, err
		}
		return access.OnLoopback(), nil, nil
	case given == 1 && inside && cmd.AdminToken != "":
		access, err := readAccess(cmd.AdminToken)
		if err != nil {
			return nil, nil, err
		}
		return access.OnLoopback(), nil, nil
	case given < 3:
		return nil, nil, fmt.Errorf("cnv: --admin %s: beyond loopback such as 127.0.0.1:9000 the admin pages want all of --admin-token FILE, --admin-cert FILE and --admin-key FILE", cmd.Admin)
	}
	access, err := readAccess(cmd.AdminToken)
	if err != nil {
		return nil, nil, err
	}
	pair, err := tls.LoadX509KeyPair(cmd.AdminCert, cmd.AdminKey)
	if err != nil {
		return nil, nil, fmt.Errorf("cnv: --admin-cert, --admin-key: %w", err)
	}
	return access, &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}, nil
}

// readAccess takes the token of a file.
func readAccess(file string) (*admin.Access, error) {
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
