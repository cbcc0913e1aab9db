package usage

import (
	"bytes"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// TestDefaultsAreTold: behind the text where a placeholder stands for the default, once.
func TestDefaultsAreTold(t *testing.T) {
	var cli struct {
		File string `arg:"" optional:"" default:"quickstart" help:"A file."`
		Type string `help:"A type." default:"c7g.medium" placeholder:"NAME"`
		Seed int    `help:"A seed." default:"1"`
		Most int    `help:"The most; 0 is any." default:"0" placeholder:"N"`
		Name string `help:"A name." placeholder:"NAME"`
		Dry  bool   `help:"Dry."`
	}
	var out bytes.Buffer
	parser, err := kong.New(&cli, kong.Writers(&out, &out), kong.Exit(func(int) {}), kong.ValueFormatter(Value))
	if err != nil {
		t.Fatal(err)
	}
	_, _ = parser.Parse([]string{"--help"}) // it prints and goes on, as Exit does nothing
	for _, want := range []string{"A file. Default: quickstart.", "A type. Default: c7g.medium.", "--seed=1", "A seed.\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not said:\n%s", want, out.String())
		}
	}
	if n := strings.Count(out.String(), "Default:"); n != 2 {
		t.Errorf("%d defaults are told, want 2:\n%s", n, out.String())
	}
}
