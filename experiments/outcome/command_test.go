package outcome

import (
	"os/exec"
	"strings"
	"testing"
)

// TestCommandLine: a shell reads the words that were written, and runs nothing.
func TestCommandLine(t *testing.T) {
	words := []string{"compare", "a b;touch X.toml", "it's", "$HOME", "`id`", "", "2%", "cluster.boot=90s", "é", "-x\ny"}
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no POSIX shell to read it")
	}
	got, err := exec.Command(sh, "-c", `printf '%s\0' `+CommandLine(words...)).Output()
	if want := strings.Join(words, "\x00") + "\x00"; err != nil || string(got) != want {
		t.Errorf("the shell reads %q, want %q (%v)", got, want, err)
	}
	if got := CommandLine("go", "run", "./experiments/...", "--seeds", "10"); got != "go run ./experiments/... --seeds 10" {
		t.Errorf("plain words are changed: %s", got)
	}
}
