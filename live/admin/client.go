package admin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// A Client asks the admin pages of a gateway that serves.
type Client struct {
	Base  string // address of the pages, without a slash at its end
	Token string // that changes want; "" none was given
	HTTP  *http.Client
}

// A Refused is what the gateway does not do, as it says: the question was wrong, or
// the token.
type Refused struct{ error }

// Set changes a setting, or the size, as the page /set takes it. Errors may be Refused.
func (c *Client) Set(ctx context.Context, change url.Values) (after Snapshot, err error) {
	err = c.ask(ctx, http.MethodPost, "/set?"+change.Encode(), &after)
	return after, err
}

// Settings lists what can be set. Errors may be Refused.
func (c *Client) Settings(ctx context.Context) (all []Setting, err error) {
	err = c.ask(ctx, http.MethodGet, "/settings", &all)
	return all, err
}

// ask asks a page, and reads what it answers.
func (c *Client) ask(ctx context.Context, method, page string, into any) error {
	r, err := http.NewRequestWithContext(ctx, method, c.Base+page, nil)
	if err != nil {
		return Refused{fmt.Errorf("cnv: %w", err)}
	}
	if c.Token != "" {
		r.Header.Set("Authorization", "Bearer "+c.Token)
	}
	answer, err := c.HTTP.Do(r)
	if err != nil {
		return fmt.Errorf("cnv: the gateway does not answer: %w", err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 16<<20))
	switch said := strings.TrimSpace(string(text)); {
	case err != nil:
		return fmt.Errorf("cnv: the gateway's answer ended early: %w", err)
	case answer.StatusCode == http.StatusUnauthorized:
		return Refused{fmt.Errorf("cnv: %s; here by --token-file FILE", said)}
	case answer.StatusCode == http.StatusBadRequest:
		return Refused{fmt.Errorf("cnv: %s", said)}
	case answer.StatusCode != http.StatusOK:
		return fmt.Errorf("cnv: the gateway answers %s: %.200s", answer.Status, said)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return errors.New("cnv: the server at this address is not a gateway's admin page")
	}
	return nil
}
