// Chaos tries what a gateway loses, executes twice and executes too often while workers and
// clients misbehave, beside other proxies.
//
//	go -C live/proxytest run ./chaos [--each 100]
//
// For each class of faults it starts a proxy before four workers and sends a thousand
// requests, of which each tenth meets the fault at its first execution; GETs, which may be
// executed twice, then POSTs, which must not. Workers count executions by the id of a request.
// HAProxy and Caddy are tried where they are on PATH; else the table says that they were not
// had.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"time"
)

func main() {
	each := flag.Int("each", 100, "requests of each method that meet a fault, of each class")
	flag.Parse()
	if err := table(os.Stdout, *each, []string{"cnv", "haproxy", "caddy"}); err != nil {
		fmt.Fprintln(os.Stderr, "chaos:", err)
		os.Exit(1)
	}
}

// classes are all classes of faults: of workers, then of clients.
func classes() []string { return slices.Concat(faultNames, crowdNames) }

// table plays all classes through the proxies and prints what became of them.
func table(w io.Writer, each int, names []string) error {
	fmt.Fprintf(w, "%s, %d faults of each class among %d requests of each method\n\n", time.Now().UTC().Format(time.DateOnly), each, each*(between+1))
	fmt.Fprintln(w, "| proxy | fault | GET lost | GET extra | POST lost | of them never executed | POST doubled |")
	fmt.Fprintln(w, "|---|---|---:|---:|---:|---:|---:|")
	for _, name := range names {
		if err := proxies[name].had(); err != nil {
			fmt.Fprintf(w, "| %s | not had here | | | | | |\n", name)
			continue
		}
		var sum row
		for _, class := range classes() {
			r, err := playBoth(name, class, each)
			if err != nil {
				return fmt.Errorf("%s, %s: %w", name, class, err)
			}
			fmt.Fprintf(w, "| %s | %s | %d | %d | %d | %d | %d |\n", name, class, r.gets.lost, r.gets.extra, r.posts.lost, r.posts.unrun, r.posts.extra)
			sum.gets.lost, sum.gets.extra = sum.gets.lost+r.gets.lost, sum.gets.extra+r.gets.extra
			sum.posts.lost, sum.posts.unrun, sum.posts.extra = sum.posts.lost+r.posts.lost, sum.posts.unrun+r.posts.unrun, sum.posts.extra+r.posts.extra
		}
		fmt.Fprintf(w, "| %s | all %d classes | %d | %d | %d | %d | %d |\n", name, len(classes()), sum.gets.lost, sum.gets.extra, sum.posts.lost, sum.posts.unrun, sum.posts.extra)
	}
	return nil
}

// playBoth plays a class with both methods.
func playBoth(proxy, class string, each int) (r row, err error) {
	r.class = class
	if r.gets, err = play(proxy, class, "GET", each); err != nil {
		return r, err
	}
	r.posts, err = play(proxy, class, "POST", each)
	return r, err
}
