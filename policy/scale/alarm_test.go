package scale

import (
	"math"
	"strings"
	"testing"
)

// points are points as the guide writes them: 0 within, X breaching, - missing.
func points(text string) (out []point) {
	for _, p := range strings.Fields(text) {
		out = append(out, map[string]point{"0": pointWithin, "X": pointBreaching, "-": pointMissing}[p])
	}
	return out
}

// TestAlarmMissing: the two tables of the CloudWatch guide about missing data, and two
// rows of its later revision. "retain" is what the state was before.
func TestAlarmMissing(t *testing.T) {
	states := map[string]alarmState{"OK": alarmOK, "ALARM": alarmOn, "INSUFFICIENT": alarmUnknown}
	for _, c := range []struct {
		points string
		m      int
		want   [4]string // by treatment: missing, ignore, breaching, notBreaching
	}{
		{"0 - X - X", 3, [4]string{"OK", "OK", "OK", "OK"}},
		{"0 - - - -", 3, [4]string{"OK", "OK", "OK", "OK"}},
		{"- - - - -", 3, [4]string{"INSUFFICIENT", "retain", "ALARM", "OK"}},
		{"0 X X - X", 3, [4]string{"ALARM", "ALARM", "ALARM", "ALARM"}},
		{"- - - - X", 3, [4]string{"INSUFFICIENT", "retain", "ALARM", "OK"}},
		{"X - - - -", 3, [4]string{"ALARM", "retain", "ALARM", "OK"}},
		{"- - X - -", 3, [4]string{"ALARM", "retain", "ALARM", "OK"}},
		{"- - - X -", 3, [4]string{"INSUFFICIENT", "retain", "ALARM", "OK"}},
		{"0 - X - X", 2, [4]string{"ALARM", "ALARM", "ALARM", "ALARM"}},
		{"0 0 X 0 X", 2, [4]string{"ALARM", "ALARM", "ALARM", "ALARM"}},
		{"0 - X - -", 2, [4]string{"OK", "OK", "ALARM", "OK"}},
		{"- - - - 0", 2, [4]string{"OK", "OK", "ALARM", "OK"}},
		{"- - - - X", 2, [4]string{"INSUFFICIENT", "retain", "ALARM", "OK"}},
	} {
		for i := range treatments {
			treat := Treatment(i)
			for _, before := range []alarmState{alarmOK, alarmOn} {
				want, ok := states[c.want[i]]
				if !ok {
					want = before
				}
				a := alarm{points: points(c.points), state: before}
				if got := a.judge(c.m, 3, treat); got != want {
					t.Errorf("%s, %d of 3, %s, in state %d: state %d, want %d", c.points, c.m, treat, before, got, want)
				}
			}
		}
	}
}

// TestAlarmMOfN: without missing points it is m of the last n, at every instant.
func TestAlarmMOfN(t *testing.T) {
	var a alarm
	seen := ""
	for i, p := range strings.Split("0XX0X0XXX000X0XX", "") {
		seen += p
		a.add(points(p)[0], 2, 3, TreatMissing)
		last := seen[max(0, len(seen)-3):]
		want := alarmOK
		if strings.Count(last, "X") >= 2 {
			want = alarmOn
		}
		if a.state != want {
			t.Errorf("after %s (%d points): state %d, want %d", seen, i+1, a.state, want)
		}
	}
	if len(a.points) != 5 {
		t.Errorf("%d points kept, want 5", len(a.points))
	}
}

// TestRoundsFromErrors: an error of rounding is no worker.
func TestRoundsFromErrors(t *testing.T) {
	if got := []int{up(3.0000000000000004), up(3.01), down(2.9999999999999996), down(2.99), up(math.Inf(1))}; got[0] != 3 || got[1] != 4 || got[2] != 3 || got[3] != 2 || got[4] != math.MaxInt32 {
		t.Errorf("rounded to %v", got)
	}
}
