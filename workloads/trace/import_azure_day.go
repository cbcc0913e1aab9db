package trace

import (
	"cmp"
	"slices"
	"strconv"

	"cnv/policy"
)

// azureMinutes is how many columns "1", "2", ... the original file of
// invocations has: one for each minute of the day.
const azureMinutes = 1440

// azureDay reads the original files of a day: invocations, durations, and
// memory if it is given.
func (m *importing) azureDay(files azureSet) error {
	durations, err := readAzureDurations(files.functions)
	if err != nil {
		return err
	}
	functions, bins, err := readAzureDay(files.counts, durations)
	if err != nil {
		return err
	}
	if files.memory != "" {
		if err := readAzureMemory(files.memory, functions); err != nil {
			return err
		}
	}
	return m.azure(functions, bins)
}

// readAzureDurations reads durations and totals by app and function. Some
// functions have none.
func readAzureDurations(path string) (map[[2]string]azureFunction, error) {
	t, err := openTable(path, append([]string{"HashApp", "HashFunction", "Count"}, azureQuantiles...)...)
	if err != nil {
		return nil, err
	}
	defer t.close()
	out := map[[2]string]azureFunction{}
	for {
		ok, err := t.row()
		if err != nil || !ok {
			return out, err
		}
		var f azureFunction
		if f.total, err = t.number("Count"); err != nil {
			return nil, err
		}
		if f.durations, err = azureDurations(t); err != nil {
			return nil, err
		}
		out[t.function()] = f
	}
}

// function is the app and function of the current line.
func (t *table) function() [2]string {
	return [2]string{string(t.cell("HashApp")), string(t.cell("HashFunction"))}
}

// readAzureDay reads the invocations of a day: a class and its counts a line.
func readAzureDay(path string, durations map[[2]string]azureFunction) (functions []azureFunction, bins []bin, err error) {
	columns := []string{"HashApp", "HashFunction", "Trigger"}
	var minutes []string
	for i := range azureMinutes {
		minutes = append(minutes, strconv.Itoa(i+1))
	}
	t, err := openTable(path, append(columns, minutes...)...)
	if err != nil {
		return nil, nil, err
	}
	defer t.close()
	for {
		ok, err := t.row()
		if err != nil {
			return nil, nil, err
		}
		if !ok {
			break
		}
		if len(functions) == maxClasses {
			return nil, nil, t.fail("more than %d functions", maxClasses)
		}
		f, ok := durations[t.function()]
		if !ok {
			f.total = -1
		}
		f.Class = one(string(t.cell("HashFunction")), string(t.cell("Trigger"))).Class
		f.App = string(t.cell("HashApp"))
		for i, column := range minutes {
			n, ok := integer(t.cell(column))
			if !ok || n > maxCount {
				return nil, nil, t.fail("%s: %q is not an integer from 0 to %d", column, t.cell(column), maxCount)
			}
			if n > 0 {
				bins = append(bins, bin{int32(i), policy.ClassID(len(functions)), int32(n)})
			}
		}
		functions = append(functions, f)
	}
	slices.SortFunc(bins, func(a, b bin) int {
		return cmp.Or(cmp.Compare(a.index, b.index), cmp.Compare(a.class, b.class))
	})
	return functions, bins, nil
}

// readAzureMemory gives functions the memory of their app, divided evenly.
func readAzureMemory(path string, functions []azureFunction) error {
	t, err := openTable(path, "HashApp", "AverageAllocatedMb")
	if err != nil {
		return err
	}
	defer t.close()
	byApp := map[string][]int{}
	for i := range functions {
		byApp[functions[i].App] = append(byApp[functions[i].App], i)
	}
	for {
		ok, err := t.row()
		if err != nil || !ok {
			return err
		}
		mb, err := t.number("AverageAllocatedMb")
		if err != nil {
			return err
		}
		of := byApp[string(t.cell("HashApp"))]
		for _, i := range of {
			functions[i].Memory = kib(mb / float64(len(of)))
		}
	}
}
