package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"cnv/live/admin"
	"cnv/live/run"
)

// A setCmd is `set`.
type setCmd struct {
	Admin     string   `arg:"" help:"Address of the admin pages of a gateway that serves, as it prints it: http://127.0.0.1:9000."`
	Changes   []string `arg:"" optional:"" help:"NAME=VALUE, by the names and in the units of the experiment file, such as max=8, retry.budget=0.2 or scaler_params.window=30s; workers=3 is the size now. They are made one after the other, up to the first that is refused. Without any, the settings are listed."`
	Pool      string   `help:"The pool of min, max and workers, where there are several." placeholder:"NAME"`
	TokenFile string   `help:"File with the token that changes want: that of live --admin-token, or what live --serve has printed." placeholder:"FILE"`
	Cert      string   `help:"File with the certificate of the admin pages, PEM, where this machine does not trust it anyway." placeholder:"FILE"`
}

// Run lists the settings, or changes some.
func (cmd *setCmd) Run(c *run.Console) error {
	base, err := url.Parse(strings.TrimSuffix(cmd.Admin, "/"))
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return run.Refuse("cnv: %q: want the address of admin pages, such as http://127.0.0.1:9000", cmd.Admin)
	}
	client, token, err := cmd.client()
	if err != nil {
		return run.Unusable(err)
	}
	if len(cmd.Changes) == 0 {
		return cmd.list(c, client, base, token)
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
		var after admin.Snapshot
		if err := ask(c.Ctx, client, http.MethodPost, base.String()+"/set?"+q.Encode(), token, &after); err != nil {
			return err
		}
		if after.Note == "" {
			after.Note = "done"
		}
		fmt.Fprintln(c.Out, after.Note)
	}
	return nil
}

// client is what the pages are asked with, and the token; "" none was given.
func (cmd *setCmd) client() (*http.Client, string, error) {
	client := &http.Client{Timeout: 20 * time.Second}
	if cmd.Cert != "" {
		text, err := os.ReadFile(cmd.Cert)
		if err != nil {
			return nil, "", fmt.Errorf("cnv: --cert: %w", err)
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(text) {
			return nil, "", fmt.Errorf("cnv: --cert %s: no certificate in it", cmd.Cert)
		}
		client.Transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}
	}
	if cmd.TokenFile == "" {
		return client, "", nil
	}
	token, err := os.ReadFile(cmd.TokenFile)
	if err != nil {
		return nil, "", fmt.Errorf("cnv: --token-file: %w", err)
	}
	return client, strings.TrimSpace(string(token)), nil
}

// list prints the settings.
func (cmd *setCmd) list(c *run.Console, client *http.Client, base *url.URL, token string) error {
	var all []admin.Setting
	if err := ask(c.Ctx, client, http.MethodGet, base.String()+"/settings", token, &all); err != nil {
		return err
	}
	t := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
	for _, s := range all {
		fmt.Fprintf(t, "%s = %s\t%s\n", s.Name, s.Value, s.Doc)
	}
	return t.Flush()
}

// ask asks an admin page, and reads what it answers.
func ask(ctx context.Context, client *http.Client, method, address, token string, into any) error {
	r, err := http.NewRequestWithContext(ctx, method, address, nil)
	if err != nil {
		return run.Unusable(fmt.Errorf("cnv: %w", err))
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := client.Do(r)
	if err != nil {
		return fmt.Errorf("cnv: the gateway does not answer: %w", err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 16<<20))
	switch said := strings.TrimSpace(string(text)); {
	case err != nil:
		return fmt.Errorf("cnv: the gateway's answer broke off: %w", err)
	case answer.StatusCode == http.StatusUnauthorized:
		return run.Refuse("cnv: %s; here by --token-file FILE", said)
	case answer.StatusCode == http.StatusBadRequest:
		return run.Refuse("cnv: %s", said)
	case answer.StatusCode != http.StatusOK:
		return fmt.Errorf("cnv: the gateway answers %s: %.200s", answer.Status, said)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return errors.New("cnv: what answers there is no gateway's admin page")
	}
	return nil
}
