package trace

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"cnv/policy"
	"cnv/workloads"
)

// leastAlignment is the correlation between the logarithms of each function's
// invocations in the window and of its recorded total below which counts and
// durations are taken to be of different functions: samples in circulation
// are often scrambled. It is 0.979 in a sound one.
const leastAlignment = 0.9

// importAzure reads the Azure Functions traces of 2019: counts per minute and
// function, and a line per function with durations and memory.
func importAzure(in []string, _ *ImportOptions, begin func(Header) (*writer, error)) (*writer, error) {
	classes, totals, err := readAzureFunctions(in[1])
	if err != nil {
		return nil, err
	}
	bins, err := readAzureCounts(in[0], len(classes))
	if err != nil {
		return nil, err
	}
	r := alignment(bins, totals)
	if !(r >= leastAlignment) {
		return nil, fmt.Errorf("%s and %s do not belong together: the logarithms of each function's invocations and of its recorded Count correlate by %.3f, want at least %.1f (the rows of one of them are scrambled)",
			in[0], in[1], r, leastAlignment)
	}
	last := int32(0)
	for _, b := range bins {
		last = max(last, b.index)
	}
	w, err := begin(Header{
		Kind: Counts, BinUS: 60e6, SpanUS: (int64(last) + 1) * 60e6,
		Provenance: Provenance{
			Source: "AzurePublicDataset, Azure Functions 2019", Licence: "CC-BY 4.0",
			Citation: "Shahrad et al., Serverless in the Wild, USENIX ATC 2020", URL: "https://github.com/Azure/AzurePublicDataset",
		},
		Recorded: []string{"bin", "class", "count", "durations", "memory"},
		Notes: []string{
			fmt.Sprintf("counts and durations are aligned: their logarithms correlate by %.3f", r),
			"durations are percentiles of averages over 30 s: they understate the spread; memory is of the app, divided evenly",
		},
	})
	if err != nil {
		return nil, err
	}
	w.classes = classes
	for _, b := range bins {
		w.count(b)
	}
	return w, nil
}

// readAzureFunctions reads a class per function, and its total Count.
func readAzureFunctions(path string) ([]class, []float64, error) {
	quantiles := []string{"percentile_Average_0", "percentile_Average_1", "percentile_Average_25", "percentile_Average_50", "percentile_Average_75", "percentile_Average_99", "percentile_Average_100"}
	t, err := openTable(path, append([]string{"func", "HashApp", "HashFunction", "Trigger", "Count"}, quantiles...)...)
	if err != nil {
		return nil, nil, err
	}
	defer t.close()
	var classes []class
	var totals []float64
	for {
		ok, err := t.row()
		if err != nil || !ok {
			return classes, totals, err
		}
		if id, ok := integer(t.cell("func")); !ok || id != int64(len(classes)) || id >= maxClasses {
			return nil, nil, t.fail("func: %q, want %d: functions are numbered from 0", t.cell("func"), len(classes))
		}
		total, err := t.number("Count")
		if err != nil {
			return nil, nil, err
		}
		c := class{Class: workloads.Class{
			Name: string(t.cell("HashFunction")), App: string(t.cell("HashApp")), Trigger: string(t.cell("Trigger")),
			Memory: workloads.Unknown, MeanWork: workloads.Unknown,
		}}
		if mb, err := t.number("AverageAllocatedMb"); err == nil {
			c.Memory = int64(math.Round(mb * 1024))
		}
		least := 0.0
		for _, q := range quantiles {
			ms, err := t.number(q)
			if err != nil {
				return nil, nil, err
			}
			least = max(least, ms/1000)
			c.durations = append(c.durations, least)
		}
		classes, totals = append(classes, c), append(totals, total)
	}
}

// readAzureCounts reads minute,func,count, in any order.
func readAzureCounts(path string, functions int) ([]bin, error) {
	t, err := openTable(path, "minute", "func", "count")
	if err != nil {
		return nil, err
	}
	defer t.close()
	var bins []bin
	for {
		ok, err := t.row()
		if err != nil {
			return nil, err
		}
		if !ok {
			break
		}
		m, ok1 := integer(t.cell("minute"))
		f, ok2 := integer(t.cell("func"))
		n, ok3 := integer(t.cell("count"))
		if !ok1 || !ok2 || !ok3 || f >= int64(functions) || m > 1<<20 || n > 1<<30 {
			return nil, t.fail("minute %q, func %q, count %q: want integers, func below %d", t.cell("minute"), t.cell("func"), t.cell("count"), functions)
		}
		bins = append(bins, bin{int32(m), policy.ClassID(f), int32(n)})
	}
	slices.SortStableFunc(bins, func(a, b bin) int {
		return cmp.Or(cmp.Compare(a.index, b.index), cmp.Compare(a.class, b.class))
	})
	return bins, nil
}

// alignment is the correlation of log(1+invocations) and log(1+total).
func alignment(bins []bin, totals []float64) float64 {
	seen := make([]float64, len(totals))
	for _, b := range bins {
		seen[b.class] += float64(b.count)
	}
	x, y := make([]float64, len(totals)), make([]float64, len(totals))
	for i := range totals {
		x[i], y[i] = math.Log1p(seen[i]), math.Log1p(totals[i])
	}
	return stat.Correlation(x, y, nil)
}
