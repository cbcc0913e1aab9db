package live

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/png"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"cnv/policy"
	"cnv/workloads/features"
)

// TestArrivalSaysWhatTheBodyTells: features and key of a picture reach the
// policies, and equal requests have equal keys.
func TestArrivalSaysWhatTheBodyTells(t *testing.T) {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 30, 20))); err != nil {
		t.Fatal(err)
	}
	body := "data:image/png;base64," + base64.StdEncoding.EncodeToString(b.Bytes())
	var kept recording
	synctest.Test(t, func(t *testing.T) {
		var s seen
		cfg := testConfig(1)
		cfg.Classes = []policy.Class{{Name: "blurimage", Features: []string{"mpx", "width", "height", "body_kb"}}, {Name: "other"}}
		f := newFarmWith(t, cfg, &kept, 1, func(o *Options, _ *Checks) {
			o.Classes = []Class{{Name: "blurimage", Pure: true}, {Name: "other"}}
		}, s.worker(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "done") }))
		defer f.close()
		time.Sleep(time.Second)
		for _, path := range []string{"/blurimage", "/blurimage", "/other"} {
			if status, text := f.post(path, "x", body); status != 200 {
				t.Errorf("%s: %d %s", path, status, text)
			}
		}
	})
	var arrivals []policy.Event
	for _, e := range kept.events {
		if e.Kind == policy.Arrival {
			arrivals = append(arrivals, e)
		}
	}
	want := features.Image{Width: 30, Height: 20, Body: int64(len(body))}.Features()
	if len(arrivals) != 3 || arrivals[0].Features != want || arrivals[0].Key == 0 || arrivals[0].Key != arrivals[1].Key || !arrivals[0].Idempotent {
		t.Errorf("%+v, want features %v", arrivals, want)
	}
	if arrivals[2].Features != (features.Vector{}) || arrivals[2].Class != 1 || arrivals[2].Idempotent {
		t.Errorf("a request of no kernel: %+v", arrivals[2])
	}
}

// TestStandInsSayWhatTheyStandFor: a request that sleeps or spins in place of
// another one is known by what that one would be; any other, by itself.
func TestStandInsSayWhatTheyStandFor(t *testing.T) {
	var kept recording
	names := []string{"mpx", "width", "height", "body_kb"}
	asked := [][2]string{
		{"/sleep?ms=1", "mpx=1.5;width=30;key=ab"}, {"/spin?ms=1", "width=30"}, {"/sleep?ms=1", ""},
		{"/sleep?ms=1", "width=x"}, {"/sleep?ms=1", "width=1;key=zz"}, {"/blurimage", "width=30;key=ab"},
	}
	synctest.Test(t, func(t *testing.T) {
		var s seen
		cfg := testConfig(1)
		cfg.Classes = []policy.Class{{Name: "blurimage", Features: names}}
		f := newFarmWith(t, cfg, &kept, 1, func(o *Options, _ *Checks) {
			o.Classes = []Class{{Name: "blurimage", Pure: true, Features: names}}
		}, s.worker(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "done") }))
		defer f.close()
		time.Sleep(time.Second)
		for _, c := range asked {
			r, err := http.NewRequest("GET", "http://gw:80"+c[0], nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Cnv-Stands-For", c[1])
			answer, err := f.client.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
		}
	})
	var got []policy.Event
	for _, e := range kept.events {
		if e.Kind == policy.Arrival {
			got = append(got, e)
		}
	}
	if len(got) != len(asked) {
		t.Fatalf("%d arrivals, want %d", len(got), len(asked))
	}
	for i, want := range []features.Vector{{1.5, 30}, {0, 30}} {
		if got[i].Features != want || (got[i].Key == 0xab) != (i == 0) {
			t.Errorf("%v: features %v, key %x, want %v", asked[i], got[i].Features, got[i].Key, want)
		}
	}
	for i := 2; i < len(asked); i++ {
		if got[i].Features != (features.Vector{}) || got[i].Key == 0xab {
			t.Errorf("%v: features %v, key %x, want none of them", asked[i], got[i].Features, got[i].Key)
		}
	}
}
