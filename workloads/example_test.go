package workloads_test

import (
	"fmt"
	"time"

	"cnv/policy"
	"cnv/workloads"
)

func ExampleParseDist() {
	boot, errs := workloads.ParseDist(map[string]any{"dist": "lognormal", "median": "25s", "sigma": 0.4})
	fmt.Println(boot, errs)
	fmt.Printf("mean %.2f s\n", boot.Mean())
	_, errs = workloads.ParseDist(map[string]any{"dist": "lognormal", "median": "25s", "sgima": 0.4})
	for _, err := range errs {
		fmt.Println(err)
	}
	// Output:
	// lognormal(median=25 sigma=0.4) []
	// mean 27.08 s
	// lognormal: unknown parameter "sgima" (nearest valid name "sigma")
	// lognormal: needs median and sigma, or mean and cv2
}

func ExamplePoisson() {
	g := &workloads.Poisson{Rate: 2, Duration: time.Minute}
	w, err := g.Workload("steady", workloads.Own())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v requests/s keep %.2f cores busy\n", w.Rate, w.Load)
	src, _ := w.Open(1)
	var a workloads.Arrival
	for range 3 {
		src.Next(&a)
		fmt.Println(a.At.Round(time.Millisecond), w.Classes[a.Class].Name, a.Work.Round(time.Millisecond))
	}
	// Output:
	// 2 requests/s keep 0.86 cores busy
	// 61ms blurimage 315ms
	// 243ms raytracer 299ms
	// 648ms blurimage 952ms
}

// Whatever implements Law can be a Dist.
func ExampleLaw() {
	d := workloads.Dist{Law: workloads.TwoPoint{Low: 1, High: 2.09, Share: 0.5}}
	fmt.Println(d, d.Draw(policy.NewRand(1, "speed", 0)))
	// Output: twopoint(low=1 high=2.09 share=0.5) 2.09
}
