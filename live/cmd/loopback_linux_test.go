package main

import (
	"encoding/hex"
	"fmt"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestNothingListensBeyondLoopback: of the program, its cloud, its instances and
// its functions' environments none can be reached from another machine.
func TestNothingListensBeyondLoopback(t *testing.T) {
	t.Parallel()
	said := &lines{}
	cmd := exec.Command(program(t), write(t, rise), "--serve", "--out", t.TempDir(), "--worker", workerProgram(t), "--log", "info")
	cmd.Env = append(os.Environ(), "TMPDIR="+t.TempDir())
	cmd.Stdout, cmd.Stderr = said, said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer cmd.Process.Signal(syscall.SIGTERM)
	said.wait(t, "worker ready")
	gateway := regexp.MustCompile(`gateway (http://[0-9.:]+)`).FindStringSubmatch(said.text())[1]
	for range 4 { // more than one machine can take: functions begin
		go func() {
			if a, err := http.Get(gateway + "/sleep?ms=2000"); err == nil {
				a.Body.Close()
			}
		}()
	}
	time.Sleep(time.Second)
	pids := family(cmd.Process.Pid)
	all := listeners(t, pids)
	if len(pids) < 3 || len(all) < 4 { // the gateway, its admin pages, the cloud, and a worker
		t.Fatalf("%d processes listen at %v; want 3 that listen at 4 addresses or more\n%s", len(pids), all, said.text())
	}
	for _, at := range all {
		if !at.Addr().Unmap().IsLoopback() {
			t.Errorf("something listens at %v", at)
		}
	}
}

// family is a process and all that it has begun, and those.
func family(pid int) []int {
	out := []int{pid}
	files, _ := filepath.Glob("/proc/[0-9]*/stat")
	for i := 0; i < len(out); i++ {
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				continue
			}
			_, rest, _ := strings.Cut(string(text), ") ") // behind the name: state, parent
			child, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
			if f := strings.Fields(rest); len(f) > 1 && f[1] == strconv.Itoa(out[i]) && !slices.Contains(out, child) {
				out = append(out, child)
			}
		}
	}
	return out
}

// listeners are the addresses where processes accept connections.
func listeners(t *testing.T, pids []int) (out []netip.AddrPort) {
	t.Helper()
	theirs := map[string]bool{} // inodes of sockets
	for _, pid := range pids {
		links, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
		for _, link := range links {
			if to, err := os.Readlink(link); err == nil {
				theirs[strings.TrimSuffix(strings.TrimPrefix(to, "socket:["), "]")] = true
			}
		}
	}
	for _, file := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(string(text), "\n")[1:] {
			f := strings.Fields(line)
			if len(f) < 10 || f[3] != "0A" || !theirs[f[9]] { // 0A: it listens
				continue
			}
			out = append(out, address(t, f[1]))
		}
	}
	return out
}

// address reads 0100007F:1F90, whose words are in the machine's order.
func address(t *testing.T, text string) netip.AddrPort {
	t.Helper()
	host, port, _ := strings.Cut(text, ":")
	bytes, err := hex.DecodeString(host)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+4 <= len(bytes); i += 4 {
		slices.Reverse(bytes[i : i+4])
	}
	ip, ok := netip.AddrFromSlice(bytes)
	n, err := strconv.ParseUint(port, 16, 16)
	if !ok || err != nil {
		t.Fatalf("%q is no address: %v", text, err)
	}
	return netip.AddrPortFrom(ip, uint16(n))
}

func TestAddress(t *testing.T) {
	for text, want := range map[string]string{
		"0100007F:1F90": "127.0.0.1:8080", "00000000:0050": "0.0.0.0:80", "00000000000000000000000001000000:0050": "[::1]:80",
		"00000000000000000000000000000000:0050": "[::]:80", "0000000000000000FFFF00000100007F:0050": "[::ffff:127.0.0.1]:80",
	} {
		if got := address(t, text).String(); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
}
