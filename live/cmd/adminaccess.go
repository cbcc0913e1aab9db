package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"

	"cnv/live/admin"
)

// adminAccess is what the admin pages ask of those who come from elsewhere. On
// loopback they ask nobody, unless the flags say so; beyond it they are served
// with a token and TLS, or not at all.
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
		return nil, nil, nil
	case given < 3:
		return nil, nil, fmt.Errorf("cnv: --admin %s: beyond loopback such as 127.0.0.1:9000 the admin pages want all of --admin-token FILE, --admin-cert FILE and --admin-key FILE", cmd.Admin)
	}
	token, err := os.ReadFile(cmd.AdminToken)
	if err != nil {
		return nil, nil, fmt.Errorf("cnv: --admin-token: %w", err)
	}
	access, err := admin.NewAccess(string(token))
	if err != nil {
		return nil, nil, fmt.Errorf("cnv: --admin-token %s: %w", cmd.AdminToken, err)
	}
	pair, err := tls.LoadX509KeyPair(cmd.AdminCert, cmd.AdminKey)
	if err != nil {
		return nil, nil, fmt.Errorf("cnv: --admin-cert, --admin-key: %w", err)
	}
	return access, &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}, nil
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
