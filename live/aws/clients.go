package aws

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/logging"
)

// An Account is where requests go and who makes them.
type Account struct {
	Region   string // "" that of the environment
	Endpoint string // of all services, on loopback; "" AWS's own
	// Dial opens connections to Endpoint; nil: TCP.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// Config is the SDK's configuration.
type Config = aws.Config

// Local is the account of endpoints on loopback, which check no signature; the
// user's name in the address, if it has one, is the access key.
func Local(endpoint string) Account { return Account{Region: "us-east-1", Endpoint: endpoint} }

// Config is the SDK's configuration for the account, with credentials that are
// there: else it fails with ErrCredentials or ErrRegion. Of a local account
// nothing is the user's: no profile is read, and no credentials are sent there.
func (a Account) Config(ctx context.Context) (aws.Config, error) {
	if a.Endpoint != "" {
		return a.local()
	}
	options := []func(*config.LoadOptions) error{
		config.WithLogger(logging.Nop{}), // what matters comes back as an error
	}
	if a.Region != "" {
		options = append(options, config.WithRegion(a.Region))
	}
	cfg, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return cfg, fmt.Errorf("cnv: the AWS configuration: %w", err)
	}
	mode := cfg.RetryMode // of AWS_RETRY_MODE or the shared configuration; the clients keep to RetryMaxAttempts themselves
	cfg.Retryer = func() aws.Retryer { return retryer(mode) }
	if cfg.Region == "" {
		return cfg, fmt.Errorf("%w: set AWS_REGION, or region in ~/.aws/config, or --region us-east-1", ErrRegion)
	}
	if _, err := cfg.Credentials.Retrieve(ctx); err != nil {
		return cfg, fmt.Errorf("%w: set AWS_PROFILE, or run aws sso login (%w)", ErrCredentials, root(err))
	}
	return cfg, nil
}

// retryer is the SDK's of a mode, standard if it is "", but for a lack of capacity: EC2 says it as an
// error of its own (HTTP 500), and a zone has none a second later either, while others may.
func retryer(mode aws.RetryMode) aws.Retryer {
	standard := func(o *retry.StandardOptions) {
		o.Retryables = slices.Insert(o.Retryables, 0, retry.IsErrorRetryable(retry.IsErrorRetryableFunc(func(err error) aws.Ternary {
			if NoCapacity(err) {
				return aws.FalseTernary
			}
			return aws.UnknownTernary
		})))
	}
	if mode == aws.RetryModeAdaptive {
		return retry.NewAdaptiveMode(func(o *retry.AdaptiveModeOptions) { o.StandardOptions = append(o.StandardOptions, standard) })
	}
	return retry.NewStandard(standard)
}

// local is the configuration of endpoints on loopback.
func (a Account) local() (aws.Config, error) {
	u, err := url.Parse(a.Endpoint)
	if err != nil {
		return aws.Config{}, fmt.Errorf("cnv: the address of the services: %w", err)
	}
	key := cmp.Or(u.User.Username(), "local")
	u.User = nil
	return aws.Config{
		Region: a.Region, BaseEndpoint: aws.String(u.String()), Credentials: credentials.NewStaticCredentialsProvider(key, "local", ""),
		HTTPClient: a.client(), Retryer: func() aws.Retryer { return retryer("") }, Logger: logging.Nop{},
	}, nil
}

// client makes the calls of a local account.
func (a Account) client() *awshttp.BuildableClient {
	out := awshttp.NewBuildableClient()
	if a.Dial == nil {
		return out
	}
	return out.WithTransportOptions(func(t *http.Transport) { t.DialContext = a.Dial })
}

// ErrCredentials says that nobody is signed in, ErrRegion that it is not known
// where.
var (
	ErrCredentials = errors.New("cnv: no AWS credentials")
	ErrRegion      = errors.New("cnv: no AWS region")
)

// root is the error that all others wrap.
func root(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}

// onData makes a configuration fit for the path of requests: one try, so that
// throttles reach the policies and nothing runs twice behind their backs, and
// as many connections as calls may be under way.
func onData(cfg aws.Config, calls int, timeout time.Duration) aws.Config {
	cfg = cfg.Copy()
	cfg.Retryer = func() aws.Retryer { return aws.NopRetryer{} }
	cfg.RetryMaxAttempts = 1
	client, ok := cfg.HTTPClient.(*awshttp.BuildableClient)
	if !ok {
		client = awshttp.NewBuildableClient()
	}
	cfg.HTTPClient = client.WithTimeout(timeout).WithTransportOptions(func(t *http.Transport) {
		t.MaxIdleConns, t.MaxIdleConnsPerHost = calls, calls
	})
	return cfg
}

// code is the error code of AWS in an error, "" if it is no such error.
func code(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}
