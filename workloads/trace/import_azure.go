package trace

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat"

	"cnv/policy"
)

// leastAlignment is the correlation between the logarithms of each function's
// invocations in the window and of its recorded total below which counts and
// durations are taken to be of different functions: samples in circulation
// are often scrambled. It is 0.979 in a sound one.
const leastAlignment = 0.9

// importAzure reads the Azure Functions traces of 2019 in either shape: counts
// per minute and function with a line per function, or the original files of a
// day; in any order.
func importAzure(m *importing) error {
	files, err := azureFiles(m.in)
	if err != nil {
		return err
	}
	if files.shape == azureOriginal {
		return m.azureDay(files)
	}
	functions, err := readAzureFunctions(files.functions)
	if err != nil {
		return err
	}
	bins, err := readAzureCounts(files.counts, len(functions))
	if err != nil {
		return err
	}
	return m.azure(functions, bins)
}

// An azureFunction is a class and how often it was called in all of what its
// durations were recorded of; -1 unknown.
type azureFunction struct {
	class
	total float64
}

// azure writes functions and their counts as a trace, if they belong together.
func (m *importing) azure(functions []azureFunction, bins []bin) error {
	r := alignment(functions, bins)
	if !(r >= leastAlignment) {
		return fmt.Errorf("%s do not belong together: the logarithms of each function's invocations and of its recorded Count correlate by %.3f, want at least %.1f (the rows of one of them are scrambled)",
			strings.Join(m.in, ", "), r, leastAlignment)
	}
	last := int32(0)
	for _, b := range bins {
		last = max(last, b.index)
	}
	err := m.begin(Header{
		Kind: Counts, BinUS: 60e6, SpanUS: (int64(last) + 1) * 60e6,
		Recorded: []string{"bin", "class", "count", "durations", "memory"}, Synthesised: []string{"arrival_us", "work_us"},
		Notes: []string{
			fmt.Sprintf("counts and durations are aligned: their logarithms correlate by %.3f", r),
			"durations are percentiles of averages over 30 s: they understate the spread; memory is of the app, divided evenly",
		},
	})
	if err != nil {
		return err
	}
	for i := range functions {
		m.w.classes = append(m.w.classes, functions[i].class)
	}
	for _, b := range bins {
		m.w.count(b)
	}
	return nil
}

// azureQuantiles are the columns of durations, as durationQuantiles.
var azureQuantiles = []string{
	"percentile_Average_0", "percentile_Average_1", "percentile_Average_25", "percentile_Average_50",
	"percentile_Average_75", "percentile_Average_99", "percentile_Average_100",
}

// readAzureFunctions reads a class per function, and its total Count.
func readAzureFunctions(path string) ([]azureFunction, error) {
	t, err := openTable(path, append([]string{"func", "HashApp", "HashFunction", "Trigger", "Count"}, azureQuantiles...)...)
	if err != nil {
		return nil, err
	}
	defer t.close()
	var out []azureFunction
	for {
		ok, err := t.row()
		if err != nil || !ok {
			return out, err
		}
		if id, ok := integer(t.cell("func")); !ok || id != int64(len(out)) || id >= maxClasses {
			return nil, t.fail("func: %q, want %d: functions are numbered from 0", t.cell("func"), len(out))
		}
		f := azureFunction{class: one(string(t.cell("HashFunction")), string(t.cell("Trigger")))}
		f.App = string(t.cell("HashApp"))
		if f.total, err = t.number("Count"); err != nil {
			return nil, err
		}
		if mb, err := t.number("AverageAllocatedMb"); err == nil {
			f.Memory = kib(mb)
		}
		if f.durations, err = azureDurations(t); err != nil {
			return nil, err
		}
		out = append(out, f)
	}
}

// azureDurations are the quantiles of the current line, seconds. Those of
// averages may decrease by rounding; they are made not to.
func azureDurations(t *table) ([]float64, error) {
	var out []float64
	least := 0.0
	for _, q := range azureQuantiles {
		ms, err := t.number(q)
		if err != nil {
			return nil, err
		}
		least = max(least, ms/1000)
		out = append(out, least)
	}
	return out, nil
}

// kib turns MB into KiB, as the data set means them.
func kib(mb float64) int64 { return int64(math.Round(min(mb, 1<<30) * 1024)) }

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
		if !ok1 || !ok2 || !ok3 || f >= int64(functions) || m > 1<<20 || n > maxCount {
			return nil, t.fail("minute %q, func %q, count %q: want integers, func below %d", t.cell("minute"), t.cell("func"), t.cell("count"), functions)
		}
		bins = append(bins, bin{int32(m), policy.ClassID(f), int32(n)})
	}
	slices.SortStableFunc(bins, func(a, b bin) int {
		return cmp.Or(cmp.Compare(a.index, b.index), cmp.Compare(a.class, b.class))
	})
	return bins, nil
}

// alignment is the correlation of log(1+invocations) and log(1+total) over the
// functions whose total is known; NaN if there are none, or all are alike.
func alignment(functions []azureFunction, bins []bin) float64 {
	seen := make([]float64, len(functions))
	for _, b := range bins {
		seen[b.class] += float64(b.count)
	}
	var x, y []float64
	for i := range functions {
		if functions[i].total >= 0 {
			x = append(x, math.Log1p(seen[i]))
			y = append(y, math.Log1p(functions[i].total))
		}
	}
	return stat.Correlation(x, y, nil)
}
