package aws_test

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"cnv/live/aws"
	"cnv/live/local"
	"cnv/live/memnet"
)

// TestClocksDoNotDecideWhoLeads: whoever stands by, with a clock an hour ahead or
// behind, leaves a leader that renews its lease alone, and takes that of one that
// does not within two terms; the other's late renewal fails.
func TestClocksDoNotDecideWhoLeads(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	const term = 900 * time.Millisecond
	for name, off := range map[string]time.Duration{"ahead": time.Hour, "behind": -time.Hour, "agreeing": 0} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				table := newTable(t, inMemory(t), "leases")
				first, second := aws.NewLease(table, "first", term, log), aws.NewLease(table, "second", term, log)
				second.AtClock(func() time.Time { return time.Now().Add(off) })
				awake, pause := context.WithTimeout(t.Context(), 20*term)
				defer pause()
				leads, err := first.Lead(awake)
				if err != nil {
					t.Fatal(err)
				}
				impatient, cancel := context.WithTimeout(t.Context(), 3*term)
				defer cancel()
				if _, err := second.Lead(impatient); err == nil {
					t.Fatalf("two lead at once: the first is sure: %v, %v", first.Sure(), context.Cause(leads))
				}
				pause() // as SIGSTOP does: it renews nothing, and does not know
				began := time.Now()
				for second.Renew(t.Context()) != nil {
					if time.Sleep(10 * time.Millisecond); time.Since(began) > 2*term {
						t.Fatalf("nobody leads %v after the leader was paused", 2*term)
					}
				}
				if took := time.Since(began); took < term/2 || first.Sure() {
					t.Errorf("the second leads after %v, and the first is sure: %v", took, first.Sure())
				}
				if err := first.Renew(t.Context()); err == nil {
					t.Error("a renewal that came too late has taken the lease back")
				}
				if err := second.Renew(t.Context()); err != nil || !second.Sure() {
					t.Errorf("the second leads no more: %v", err)
				}
			})
		})
	}
}

// TestLeaseAfterACrash: who comes when the leader has died without a word waits
// for a term, not less, and for nothing when it has released the lease.
func TestLeaseAfterACrash(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		table, log := newTable(t, inMemory(t), "leases"), slog.New(slog.DiscardHandler)
		const term = 900 * time.Millisecond
		lead := func(name string) (*aws.Lease, func(), time.Duration) {
			l, began := aws.NewLease(table, name, term, log), time.Now()
			life, die := context.WithTimeout(t.Context(), 20*term)
			if _, err := l.Lead(life); err != nil {
				t.Fatal(err)
			}
			return l, die, time.Since(began)
		}
		_, die, took := lead("first")
		if took > term/2 {
			t.Errorf("the first waited %v", took)
		}
		die()
		time.Sleep(term) // it has expired, by the clock
		second, die, took := lead("second")
		defer die()
		if took < term || took > 2*term {
			t.Errorf("after a crash the second waited %v, want the term of %v", took, term)
		}
		if err := second.Release(t.Context()); err != nil {
			t.Fatal(err)
		}
		_, die, took = lead("third")
		defer die()
		if took > term/2 {
			t.Errorf("after a release the third waited %v", took)
		}
	})
}

// inMemory is the account of a local cloud in memory, for virtual time.
func inMemory(t *testing.T) aws.Config {
	t.Helper()
	cloud, cfg := cloudInMemory(t, local.Config{})
	t.Cleanup(func() { cloud.Close() })
	return cfg
}

// cloudInMemory is a cloud on a machine in memory, and its account.
func cloudInMemory(t *testing.T, cfg local.Config) (*local.Cloud, aws.Config) {
	t.Helper()
	machine := &memnet.Machine{}
	cfg.Host = machine
	cloud, err := local.Start(cfg)
	if err != nil {
		t.Fatal(err)
	}
	account, err := aws.Account{Region: "us-east-1", Endpoint: cloud.URL(), Dial: machine.Dial}.Config(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return cloud, account
}
