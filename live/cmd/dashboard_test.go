//go:build unix

package main

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"cnv/internal/judges"
	"cnv/results/browsertest"
)

// panels are the parts of the dashboard, as expressions whose text changes when
// they do.
var panels = map[string]string{
	"fleet":          `[...document.querySelectorAll("#tiles .tile")].map(t=>t.textContent).filter(t=>/ready|booting|wanted/.test(t))`,
	"workers":        `document.getElementById("workers").textContent`,
	"queues":         `document.getElementById("workers").textContent+[...document.querySelectorAll("#tiles .tile")].map(t=>t.textContent).filter(t=>/flight|queued/.test(t))`,
	"answers":        `document.querySelector("#rate polyline").getAttribute("points")`,
	"response times": `document.querySelector("#times polyline").getAttribute("points")`,
	"workers drawn":  `[...document.querySelectorAll("#fleet polyline")].at(-1).getAttribute("points")`,
	"inside":         `document.querySelector("#inside polyline").getAttribute("points")`,
	"decisions":      `document.getElementById("decisions").textContent`,
	"spend":          `document.getElementById("spend").textContent`,
	"price":          `[...document.querySelectorAll("#tiles .tile")].map(t=>t.textContent).filter(t=>/per hour/.test(t))`,
}

const paused = `getComputedStyle(document.getElementById("paused")).display`

// TestDashboard opens the dashboard of a gateway under load in a real browser and
// kills a worker: every panel has changed within two seconds, in the best of
// three such kills, as the machine may be busy with something else. The page asks
// nobody else, and fits a telephone.
func TestDashboard(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some 20 s of real time")
	}
	judges.Find(t, "chromium", "Debian's chromium")
	tmp := t.TempDir()
	text := strings.Replace(fixed, "initial = 1\n", "initial = 3\nmin = 2\n", 1)
	cmd := exec.Command(program(t), write(t, text), "--serve", "--out", t.TempDir(), "--worker", workerProgram(t))
	cmd.Env = append(os.Environ(), "TMPDIR="+tmp)
	told := tell(t, cmd)
	line, err := told.ReadString('\n')
	m := regexp.MustCompile(`gateway (http://[0-9.:]+), admin pages (http://[0-9.:]+)`).FindStringSubmatch(line)
	if m == nil {
		t.Fatalf("%q, %v", line, err)
	}
	stop := make(chan struct{})
	enough := sync.OnceFunc(func() { close(stop) })
	defer enough()
	go requestsTo(m[1], stop)

	b := browsertest.Open(t, m[2], 1440)
	b.Wait(t, "three workers are ready", `/3\s*ready/.test(document.getElementById("tiles").textContent)`)
	b.Wait(t, "their instances are told", `(document.getElementById("workers").textContent.match(/i-[0-9a-f]{8}/g)||[]).length==3`)
	b.Wait(t, "answers are drawn", `document.querySelector("#rate polyline")!=null`)
	b.Picture(t, "dashboard-1440.png")
	const soon = 2 * time.Second
	slowest, took := "", time.Hour
	for range 3 {
		if took <= soon {
			break
		}
		b.Wait(t, "three workers are ready", `/3\s*ready/.test(document.getElementById("tiles").textContent)`)
		victims := children(t, filepath.Join(tmp, "cnv-local"))
		if len(victims) == 0 {
			t.Fatal("no worker's process was found")
		}
		if name, d := afterKill(t, b, victims[0]); d < took {
			slowest, took = name, d
		}
		t.Logf("all %d panels had changed %v after a worker was killed, the last was that of %s", len(panels), took.Round(time.Millisecond), slowest)
	}
	if took > soon {
		t.Errorf("the panel of %s changed %v after a worker was killed, want %v at most", slowest, took, soon)
	}
	b.Wait(t, "the loss is told, with its reason", `/worker \d+ is lost · (?!the log says why)\S/.test(document.getElementById("decisions").textContent)`)
	if title := b.Text(t, `document.title+document.querySelector("#decisions time").title`); !regexp.MustCompile(`^cnv: tiny / both on local[0-9.]+ s after the start$`).MatchString(title) {
		t.Errorf("the page does not say what runs where, or when it was decided: %q", title)
	}
	b.Picture(t, "dashboard-killed.png")
	for _, url := range b.Asked {
		if !strings.HasPrefix(url, m[2]) && url != "about:blank" {
			t.Errorf("the page asks %s", url)
		}
	}
	if shown := b.Text(t, paused); shown != "none" {
		t.Errorf("nobody has paused scaling, and the page shows it: %s", shown)
	}
	line, err = told.ReadString('\n')
	file := regexp.MustCompile(`Bearer \$\(cat (\S+)\)`).FindStringSubmatch(line)
	if file == nil {
		t.Fatalf("%q, %v: want the file of the token that changes want", line, err)
	}
	token := secret(t, file[1])
	b.Text(t, `document.getElementById("pause").click()`)
	b.Wait(t, "the token is asked for", `!document.getElementById("ask").hidden`)
	b.Text(t, `document.getElementById("token").value="a wrong one",document.getElementById("send").click()`)
	b.Wait(t, "a wrong token is refused", `/does not know/.test(document.getElementById("note").textContent)`)
	b.Text(t, `document.getElementById("token").value="`+token+`",document.getElementById("send").click()`)
	b.Wait(t, "the pause is shown", paused+`=="block"&&document.getElementById("ask").hidden`)
	b.Text(t, `document.getElementById("pause").click()`)
	b.Wait(t, "it is resumed, and the token is not asked for again", paused+`=="none"&&document.getElementById("ask").hidden`)
	b.Text(t, `document.getElementById("n").value=2,document.getElementById("change").requestSubmit()`)
	b.Wait(t, "two workers are wanted", `/(^|\D)2wanted/.test(document.getElementById("tiles").textContent)`)
	b.Text(t, `document.getElementById("pause").click()`)
	b.Wait(t, "the pause is shown again", paused+`=="block"`)
	enough()
	b.Wait(t, "ten seconds later nothing is answered", `/^0\.0answers/.test([...document.querySelectorAll("#tiles .tile")].map(t=>t.textContent).find(t=>/answers/.test(t)))`)
	b.Picture(t, "dashboard-idle.png")
	narrow := browsertest.Open(t, m[2], 390)
	narrow.Wait(t, "tiles are shown", `document.querySelectorAll("#tiles .tile").length>5`)
	if narrow.TooWide(t) {
		t.Error("at 390 pixels the page is wider than the screen")
	}
	narrow.Picture(t, "dashboard-390.png")
}

// afterKill kills a process and says which panel was the last to change, and when.
func afterKill(t *testing.T, b *browsertest.Browser, pid int) (last string, took time.Duration) {
	t.Helper()
	before := map[string]string{}
	for name, expression := range panels {
		before[name] = b.Text(t, expression)
	}
	began := time.Now()
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	for len(before) > 0 && time.Since(began) < 20*time.Second {
		for name, was := range before {
			if b.Text(t, panels[name]) != was {
				last, took = name, time.Since(began)
				delete(before, name)
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	for name := range before {
		t.Fatalf("the panel of %s has not changed within 20 s of the death of a worker", name)
	}
	return last, took
}

// requestsTo keeps asking a gateway for little, some twenty times a second.
func requestsTo(gateway string, stop chan struct{}) {
	client := &http.Client{}
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-stop:
			return
		case <-tick.C:
			go func() {
				if a, err := client.Get(gateway + "/sleep?ms=30"); err == nil {
					a.Body.Close()
				}
			}()
		}
	}
}
