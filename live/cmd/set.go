package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"cnv/live/admin"
	"cnv/live/host"
	"cnv/live/run"
)

// A setCmd is `set`.
type setCmd struct {
	Admin     string   `arg:"" help:"Address of the admin pages of a gateway that serves, as it prints it: http://127.0.0.1:9000."`
	Changes   []string `arg:"" optional:"" help:"NAME=VALUE, by the names and in the units of the experiment file, such as max=8, retry.budget=0.2 or scaler_params.window=30s; workers=3 is the size now. They are made one after the other, up to the first that is refused. Without any, the settings are listed."`
	Pool      string   `help:"The pool of min, max and workers, where there are several." placeholder:"NAME"`
	TokenFile string   `help:"File with the token that changes want: that of live --admin-token, or what live --serve has printed." placeholder:"FILE"`
	Cert      string   `help:"File with the certificate of the admin pages, PEM; needed where this machine does not trust it already." placeholder:"FILE"`
}

// Run lists the settings, or changes some.
func (cmd *setCmd) Run(c *run.Console) error {
	base, err := url.Parse(strings.TrimSuffix(cmd.Admin, "/"))
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return run.Refuse("cnv: %q: want the address of admin pages, such as http://127.0.0.1:9000", cmd.Admin)
	}
	pages, err := cmd.client(c, base.String())
	if err != nil {
		return run.Unusable(err)
	}
	if len(cmd.Changes) == 0 {
		return cmd.list(c, pages)
	}
	var asked []url.Values
	for _, change := range cmd.Changes {
		name, value, ok := strings.Cut(change, "=")
		if !ok || name == "" || value == "" {
			return run.Refuse("cnv: %q: want NAME=VALUE, such as max=8", change)
		}
		q := url.Values{"name": {name}, "value": {value}}
		if name == "workers" {
			q = url.Values{"n": {value}}
		}
		if cmd.Pool != "" {
			q.Set("pool", cmd.Pool)
		}
		asked = append(asked, q)
	}
	for _, q := range asked {
		after, err := pages.Set(c.Ctx, q)
		if err != nil {
			return refused(err)
		}
		if after.Note == "" {
			after.Note = "done"
		}
		fmt.Fprintln(c.Out, after.Note)
	}
	return nil
}

// client asks the pages at an address.
func (cmd *setCmd) client(c *run.Console, base string) (*admin.Client, error) {
	out := &admin.Client{Base: base, HTTP: &http.Client{Timeout: 20 * time.Second, Transport: host.Transport(c.Host)}}
	if cmd.Cert != "" {
		text, err := os.ReadFile(cmd.Cert)
		if err != nil {
			return nil, fmt.Errorf("cnv: --cert: %w", err)
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("cnv: --cert %s: no certificate in it", cmd.Cert)
		}
		out.HTTP.Transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, DialContext: host.Or(c.Host).Dial}
	}
	if cmd.TokenFile == "" {
		return out, nil
	}
	token, err := os.ReadFile(cmd.TokenFile)
	if err != nil {
		return nil, fmt.Errorf("cnv: --token-file: %w", err)
	}
	out.Token = strings.TrimSpace(string(token))
	return out, nil
}

// list prints the settings.
func (cmd *setCmd) list(c *run.Console, pages *admin.Client) error {
	all, err := pages.Settings(c.Ctx)
	if err != nil {
		return refused(err)
	}
	t := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
	for _, s := range all {
		fmt.Fprintf(t, "%s = %s\t%s\n", s.Name, s.Value, s.Doc)
	}
	return t.Flush()
}

// refused takes what the gateway refuses for unusable input.
func refused(err error) error {
	if no := (admin.Refused{}); errors.As(err, &no) {
		return run.Unusable(err)
	}
	return err
}
