//go:build unix

package child

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"cnv/internal/testtime"
)

// TestMain lets this test program be the processes that it starts, too. They
// are told what to be by their first argument, as variables do not reach them.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && roles[os.Args[1]] != nil {
		roles[os.Args[1]]()
		return
	}
	os.Exit(m.Run())
}

var roles = map[string]func(){
	// a worker ends with its standard input
	"as-worker": func() { io.Copy(io.Discard, os.Stdin) },
	// one that does not want to
	"as-stubborn": func() {
		signal.Ignore(syscall.SIGTERM)
		os.Stdout.WriteString("ready\n")
		time.Sleep(time.Hour)
	},
	// a parent of two workers tells who they are, and stays
	"as-parent": func() {
		for range 2 {
			c, err := Start(nil, nil, os.Args[0], "as-worker")
			if err != nil {
				panic(err)
			}
			os.Stdout.WriteString(strconv.Itoa(c.PID()) + "\n")
		}
		time.Sleep(time.Hour)
	},
	"as-teller": func() { os.Stdout.WriteString(strings.Join(os.Environ(), "\n")) },
}

// TestChildrenDieWithTheirParent: kill -9 leaves none behind.
func TestChildrenDieWithTheirParent(t *testing.T) {
	parent := exec.Command(os.Args[0], "as-parent")
	out, err := parent.StdoutPipe()
	if err == nil {
		err = parent.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	defer parent.Process.Kill()
	var pids []int
	for lines := bufio.NewScanner(out); len(pids) < 2 && lines.Scan(); {
		pid, err := strconv.Atoi(lines.Text())
		if err != nil || syscall.Kill(pid, 0) != nil {
			t.Fatalf("%q is no child: %v", lines.Text(), err)
		}
		pids = append(pids, pid)
	}
	if len(pids) != 2 {
		t.Fatalf("children %v, want 2", pids)
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	parent.Wait()
	for _, pid := range pids {
		testtime.Until(t, "the end of a process without its parent", func() bool { return !alive(pid) })
	}
}

// alive says whether a process runs: an orphan that has ended may stay until
// somebody has taken notice, without a command.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/cmdline")
	return err != nil || len(text) > 0
}

func TestStop(t *testing.T) {
	for _, c := range []struct {
		role         string
		grace, least time.Duration
	}{
		{"as-worker", time.Hour, 0},
		{"as-stubborn", 300 * time.Millisecond, 300 * time.Millisecond},
	} {
		out := &Tail{}
		child, err := Start(out, nil, os.Args[0], c.role)
		if err != nil {
			t.Fatal(err)
		}
		testtime.Until(t, "a word of the stubborn one", func() bool { return c.role != "as-stubborn" || out.Length() > 0 })
		began := time.Now()
		child.Stop(c.grace)
		child.Stop(0) // asked once is enough
		select {
		case <-child.Done():
		case <-testtime.Over(t):
			t.Fatalf("%s still runs", c.role)
		}
		if took := time.Since(began); took < c.least {
			t.Errorf("%s ended after %v, without its grace of %v", c.role, took, c.least)
		}
		child.Kill() // it has ended
	}
}

// TestNoCredentialsAreInherited: a worker is told what it needs to run, and nothing of our
// accounts, nor is it configured by our own variables.
func TestNoCredentialsAreInherited(t *testing.T) {
	t.Setenv("AWS_SECRET_ACCESS_KEY", "a secret")
	t.Setenv("CNV_LISTEN", "0.0.0.0:1")
	t.Setenv("GITHUB_TOKEN", "a secret")
	t.Setenv("TZ", "UTC")
	out := &Tail{}
	child, err := Start(out, []string{"AWS_LAMBDA_RUNTIME_API=here"}, os.Args[0], "as-teller")
	if err != nil {
		t.Fatal(err)
	}
	<-child.Done()
	told := strings.Split(out.String(), "\n")
	for _, e := range told {
		if strings.HasPrefix(e, "AWS_") != (e == "AWS_LAMBDA_RUNTIME_API=here") || strings.HasPrefix(e, "CNV_") || strings.Contains(e, "secret") {
			t.Errorf("it was told %s", e)
		}
	}
	if !slices.Contains(told, "TZ=UTC") || !slices.Contains(told, "PATH="+os.Getenv("PATH")) || !slices.Contains(told, "AWS_LAMBDA_RUNTIME_API=here") {
		t.Errorf("it was told only %v", told)
	}
}

func TestProgramThatIsNotThere(t *testing.T) {
	if _, err := Start(nil, nil, t.TempDir()+"/nothing"); err == nil || !strings.Contains(err.Error(), "cannot start") {
		t.Error(err)
	}
}

// TestTail: what is kept is always the end, whatever the sizes of the writes.
func TestTail(t *testing.T) {
	var all strings.Builder
	tail := &Tail{}
	mark, after := int64(0), 0
	for i := range 3000 {
		text := strings.Repeat(string(rune('a'+i%26)), i%97)
		all.WriteString(text)
		if n, err := io.WriteString(tail, text); n != len(text) || err != nil {
			t.Fatal(n, err)
		}
		if i == 2900 {
			mark, after = tail.Length(), all.Len()
		}
	}
	if got := tail.String(); len(got) < kept || len(got) > 2*kept || !strings.HasSuffix(all.String(), got) {
		t.Errorf("kept %d bytes, which are the end: %v", len(got), strings.HasSuffix(all.String(), got))
	}
	if got := tail.Since(mark); got != all.String()[after:] || tail.Length() != int64(all.Len()) {
		t.Errorf("since the mark %d bytes of %d, want %d of %d", len(got), tail.Length(), all.Len()-after, all.Len())
	}
}

// TestHang: a process that hangs is there and does nothing; asked to end, it
// ends at once, as it would not hear of it.
func TestHang(t *testing.T) {
	out := &Tail{}
	child, err := Start(out, nil, os.Args[0], "as-worker")
	if err != nil {
		t.Fatal(err)
	}
	child.Hang()
	if !alive(child.PID()) {
		t.Error("it is gone")
	}
	child.Stop(time.Hour)
	select {
	case <-child.Done():
	case <-testtime.Over(t):
		t.Fatal("it still hangs")
	}
	child.Hang() // it has ended
}

// TestResume: what hangs is stopped, and goes on.
func TestResume(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the state of a process is read from /proc, which only Linux has")
	}
	child, err := Start(&Tail{}, nil, os.Args[0], "as-worker")
	if err != nil {
		t.Fatal(err)
	}
	defer child.Kill()
	stopped := func() bool {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", child.PID()))
		if err != nil {
			t.Fatal(err)
		}
		return strings.Contains(string(text), ") T ")
	}
	for _, c := range []struct {
		do   func()
		want bool
	}{{child.Hang, true}, {child.Resume, false}} {
		c.do()
		for over := testtime.Over(t); stopped() != c.want; {
			select {
			case <-over:
				t.Fatalf("stopped: %v, want %v", !c.want, c.want)
			case <-time.After(time.Millisecond):
			}
		}
	}
}
