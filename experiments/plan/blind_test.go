package plan

import (
	"slices"
	"strings"
	"testing"
	"time"

	"cnv/policy/scale"
)

// TestBlindScalersAreSaid: a scaler that goes by reports of processor use is noted where
// it has none at its decisions, and where it has one only at some.
func TestBlindScalersAreSaid(t *testing.T) {
	for _, c := range []struct {
		period, delay, window, every time.Duration
		want                         string
	}{
		{0, 0, time.Minute, 10 * time.Second, "as nobody reports"},
		{5 * time.Second, 0, 10 * time.Second, 10 * time.Second, ""},
		{10 * time.Second, 0, 10 * time.Second, 10 * time.Second, "at none of its decisions"}, // that of the instant comes after it
		{10 * time.Second, 0, 15 * time.Second, 10 * time.Second, ""},
		{30 * time.Second, 0, 10 * time.Second, 10 * time.Second, "at none of its decisions"},
		{30 * time.Second, 0, 15 * time.Second, 10 * time.Second, "at only 33 % of its decisions"},
		{10 * time.Second, time.Minute, 50 * time.Second, 10 * time.Second, "at none of its decisions"},
		{60 * time.Second, 0, 300 * time.Second, 120 * time.Second, ""},
	} {
		tt := telemetryTable{Period: c.period, Delay: c.delay}
		l, _ := lookingOf(&scale.Threshold{Window: c.window, Every: c.every, First: c.every, Assume: 0.5})
		if got := tt.blind(l); (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("period %v, delay %v, window %v, every %v: %q, want %q", c.period, c.delay, c.window, c.every, got, c.want)
		}
	}
	text := plainFile + "scaler = \"threshold\"\n[telemetry]\nperiod = [\"0s\", \"10s\", \"10m\"]\n"
	p, err := Parse("f.toml", ".", text, Options{})
	if err != nil {
		t.Fatal(err)
	}
	notes := strings.Join(p.Notes(), "\n")
	for _, want := range []string{
		"f.toml:12: policy.scaler: jsq period=0s: the scaler has no report of processor use, as nobody reports (telemetry.period is 0s): each worker counts as assume = 0.5 of its processors",
		"f.toml:12: policy.scaler: jsq period=10m: the scaler has a report of processor use at only",
	} {
		if !strings.Contains(notes, want) || strings.Contains(notes, "of the file") {
			t.Errorf("notes %q, want %q, and each reason of its own", notes, want)
		}
	}
	if p, err = Parse("f.toml", ".", strings.Replace(text, "[\"0s\", \"10s\", \"10m\"]", "\"0s\"", 1)+"[functions]\nconcurrency = [1, 2]\n", Options{}); err != nil {
		t.Fatal(err)
	}
	if notes := strings.Join(p.Notes(), "\n"); !strings.Contains(notes, "; so under 1 more setting of the file") {
		t.Errorf("notes %q, want one more setting for the same reason", notes)
	}
}

// TestBlindOfEveryScaler: each scaler that looks at processor use is noted where nobody
// reports, also as a part of another, and no other one is.
func TestBlindOfEveryScaler(t *testing.T) {
	looks := []string{"threshold", "aws-step", "aws-target", "hpa", "pid", "activate"} // activate asks aws-target
	for _, s := range scale.Specs {
		for _, period := range []string{"0s", "10s"} {
			p, err := Parse("f.toml", ".", plainFile+"scaler = \""+s.Name+"\"\n[telemetry]\nperiod = \""+period+"\"\n", Options{})
			if err != nil {
				t.Fatal(err)
			}
			notes := strings.Join(p.Notes(), "\n")
			if got, want := strings.Contains(notes, "as nobody reports"), period == "0s" && slices.Contains(looks, s.Name); got != want {
				t.Errorf("%s, telemetry.period %s: notes %q, that it is blind: want %v", s.Name, period, notes, want)
			}
			none := strings.Contains(notes, "no policy looks at reports of processor use")
			if want := period != "0s" && !slices.Contains(looks, s.Name); none != want {
				t.Errorf("%s, telemetry.period %s: notes %q, that nobody looks: want %v", s.Name, period, notes, want)
			}
		}
	}
	l, _ := lookingOf(scale.NewAWSTarget())
	if got := (&telemetryTable{Period: 90 * time.Second}).blind(l); !strings.Contains(got, "at only 67 %") {
		t.Errorf("reports every 90 s for points of a minute: %q, want two of three", got)
	}
}

// TestShortWindowsOfTheHPAAreSaid: with the key, and a window that is enough.
func TestShortWindowsOfTheHPAAreSaid(t *testing.T) {
	for params, want := range map[string]string{
		"":                                        "at only 25 % of its decisions, as it looks at the last 30s (scaler_params.window)",
		"scaler_params = { window = \"15s\" }\n":  "at none of its decisions, as it looks at the last 15s (scaler_params.window) and reports come every 1m0s (telemetry.period), 0s late: else the size stays; window = \"2m0s\" has one at every decision",
		"scaler_params = { window = \"1m\" }\n":   "at only 75 % of its decisions, as it looks at the last 1m0s (scaler_params.window)",
		"scaler_params = { window = \"2m\" }\n":   "",
		"scaler_params = { window = \"61s\" }\n":  "",
		"scaler_params = { delay = \"30s\" }\n":   "at only 50 % of its decisions",
		"scaler_params = { window = \"119s\" }\n": "",
	} {
		p, err := Parse("f.toml", ".", plainFile+"scaler = \"hpa\"\n"+params+"[telemetry]\nperiod = \"60s\"\n", Options{})
		if err != nil {
			t.Fatal(err)
		}
		notes := strings.Join(p.Notes(), "\n")
		if strings.Contains(notes, "the scaler has a report") != (want != "") || !strings.Contains(notes, want) {
			t.Errorf("%s: notes %q, want %q", params, notes, want)
		}
	}
}

// TestKeysOfLaunchesAreSaid: what is only about launches, about changes of the size, or
// about calls without room is noted where there are none.
func TestKeysOfLaunchesAreSaid(t *testing.T) {
	const (
		cooldown = "f.toml:5: cluster.cooldown: does nothing, as no scaler of this file changes the size"
		boot     = "f.toml:5: cluster.boot: does nothing, as nothing in this file launches a worker"
		launch   = "f.toml:5: cluster.launch: does nothing, as nothing in this file launches a worker"
		period   = "telemetry.period: does nothing, as no policy looks at reports of processor use"
		some     = "functions.full: does nothing under jsq, as a function is called only while there is room"
		most     = "f.toml:5: cluster.max: does nothing, as no scaler of this file changes the size, and initial is a number"
		own      = "policy.max: does nothing, as no scaler"
		full     = "functions.full: does nothing, as every policy calls a function only while there is room"
	)
	for _, c := range []struct{ cluster, more, want string }{
		{`cooldown = "5m"`, "", cooldown},
		{`cooldown = "5m"`, "scaler = \"demand\"\n", ""},
		{`max = 9`, "", most},
		{`max = 9`, "scaler = \"demand\"\n", ""},
		{`max = 9`, "[[policy]]\nname = \"b\"\nrouter = \"jsq\"\nscaler = \"demand\"\n", ""},
		{`max = 9`, "[[policy]]\nrouter = \"nova-original\"\n", ""},
		{`max = 9`, "initial = \"auto\"\n", ""},
		{`max = 9`, "scaler_params = { n = 10 }\n", ""},
		{`max = 9`, "scaler_params = { n = 9 }\n", most},
		{`min = 1`, "max = 9\n[[policy]]\nname = \"b\"\nrouter = \"jsq\"\nscaler = \"demand\"\nmax = 8\n", own},
		{`min = 1`, "scaler = \"demand\"\nmax = 9\n", ""},
		{`boot = "50s"`, "", boot},
		{`boot = "50s"`, "scaler = \"demand\"\n", ""},
		{`launch = { boot = "50s" }`, "", launch},
		{`launch = { boot = "50s" }`, "scaler = \"demand\"\n", ""},
		{`min = 1`, "[telemetry]\nperiod = \"30s\"\n", period},
		{`min = 1`, "scaler = \"demand\"\n[telemetry]\nperiod = \"30s\"\n", period},
		{`min = 1`, "[telemetry]\nperiod = \"0s\"\n", ""},
		{`min = 1`, "scaler = \"threshold\"\n[telemetry]\nperiod = \"30s\"\n", ""},
		{`min = 1`, "[[policy]]\nrouter = \"nova\"\nname = \"cpu\"\nrouter_params = { cpu_multiplier = 1.0 }\n[telemetry]\nperiod = \"30s\"\n", ""},
		{`min = 1`, "spill = \"busy\"\n[[policy]]\nname = \"all\"\nrouter = \"jsq\"\nspill = \"always\"\n[functions]\nfull = \"wait\"\n", some},
		{`boot = "50s"`, "scaler_params = { n = 3 }\n", ""},
		{`boot = "50s"`, "[[fault]]\nat = \"1m\"\n", ""},
		{`min = 1`, "spill = \"busy\"\n[functions]\nfull = \"wait\"\n", full},
		{`min = 1`, "spill = \"slo\"\n[functions]\nfull = \"refuse\"\n", full},
		{`min = 1`, "spill = \"always\"\n[functions]\nfull = \"wait\"\n", ""},
		{`min = 1`, "spill = \"busy\"\n[functions]\nfull = \"wait\"\n[[fault]]\nat = \"1m\"\n", ""},
	} {
		text := strings.Replace(plainFile, "initial = 1\n", c.cluster+"\ninitial = 1\n", 1) + c.more
		p, err := Parse("f.toml", ".", text, Options{})
		if err != nil {
			t.Errorf("%+v: %v", c, err)
			continue
		}
		notes := strings.Join(p.Notes(), "\n")
		if said := strings.Contains(notes, "does nothing"); said != (c.want != "") || !strings.Contains(notes, c.want) {
			t.Errorf("%+v: notes %q", c, notes)
		}
	}
	pool := strings.Replace(plainFile, "[cluster]\n", "[[pool]]\ncooldown = \"5m\"\n", 1)
	p, err := Parse("f.toml", ".", pool, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if notes := strings.Join(p.Notes(), "\n"); !strings.Contains(notes, "f.toml:4: pool.cooldown: does nothing") {
		t.Errorf("of a pool: notes %q", notes)
	}
}

// TestPerClassWithOneClassIsSaid: environments of one class each are those of any class where
// there is one.
func TestPerClassWithOneClassIsSaid(t *testing.T) {
	const note = "functions.per_class: does nothing, as no workload of this file has more than one class"
	for _, c := range []struct {
		size, key string
		said      bool
	}{
		{"size = \"exponential\"\nmean_work = \"1s\"", "per_class = true", true},
		{"size = \"exponential\"\nmean_work = \"1s\"", "per_class = false", true},
		{"size = \"exponential\"\nmean_work = \"1s\"", "per_class = [false, true]", true},
		{"", "per_class = true", false}, // the usual mix has several
	} {
		text := strings.Replace(plainFile, "rate = 1\n", "rate = 1\n"+c.size+"\n", 1) + "spill = \"busy\"\n[functions]\n" + c.key + "\n"
		p, err := Parse("f.toml", ".", text, Options{})
		if err != nil {
			t.Errorf("%+v: %v", c, err)
			continue
		}
		if notes := strings.Join(p.Notes(), "\n"); strings.Contains(notes, note) != c.said {
			t.Errorf("%+v: notes %q", c, notes)
		}
	}
}
