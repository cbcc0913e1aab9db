package readme

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"cnv/results/compare"
	"cnv/results/words"
)

// The marks in README.md.
const (
	begin = "<!-- go run ./results/study readme writes this -->\n"
	end   = "<!-- until here -->\n"
)

// figure is the picture that README.md shows.
const figure = "results/study/readme/quickstart.svg"

// Main runs the study with arguments.
func Main(args []string) error {
	f := flag.NewFlagSet("readme", flag.ExitOnError)
	check := f.Bool("check", false, "change nothing; exit code 1 if something would change")
	if err := f.Parse(args); err != nil {
		return err
	}
	if err := run(*check); err != nil {
		return fmt.Errorf("readme: %w", err)
	}
	return nil
}

// run makes both files, or compares them with what is there.
func run(check bool) error {
	dir, err := os.MkdirTemp("", "readme-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	program := exec.Command("go", "run", "./experiments", "compare", "quickstart", "--quiet", "--out", dir)
	program.Stderr = os.Stderr
	if err := program.Run(); err != nil {
		return fmt.Errorf("the quickstart failed (run this from the project's folder): %w", err)
	}
	rows, err := compare.ReadComparison(filepath.Join(dir, "quickstart"))
	if err != nil {
		return err
	}
	text, err := os.ReadFile("README.md")
	if err != nil {
		return err
	}
	worlds, err := compare.ReadWorlds(filepath.Join(dir, "quickstart"))
	if err != nil {
		return err
	}
	said, err := headline(rows, worlds.Held(compare.Found(rows)))
	if err != nil {
		return err
	}
	page, err := replaced(string(text), table(rows)+"\n"+said)
	if err != nil {
		return err
	}
	picture, err := os.ReadFile(filepath.Join(dir, "quickstart", "figures", "cost.svg"))
	if err != nil {
		return err
	}
	if check {
		return errors.Join(same("README.md", []byte(page)), same(figure, picture))
	}
	return errors.Join(os.WriteFile("README.md", []byte(page), 0o644), os.WriteFile(figure, picture, 0o644))
}

// same says whether a file has this text.
func same(name string, text []byte) error {
	if there, err := os.ReadFile(name); err != nil || !bytes.Equal(there, text) {
		return fmt.Errorf("%s is not what the quickstart gives: run go run ./results/study readme and read the diff", name)
	}
	return nil
}

// replaced puts text between the marks of a page.
func replaced(page, text string) (string, error) {
	head, rest, ok := strings.Cut(page, begin)
	_, tail, ends := strings.Cut(rest, end)
	if !ok || !ends {
		return "", fmt.Errorf("README.md lacks a mark: %q or %q", begin, end)
	}
	return head + begin + text + end + tail, nil
}

// table is the quickstart in one table: for each policy and workload the
// avoidable misses, half their interval, and the cost.
func table(rows []compare.Compared) string {
	var policies, workloads []string
	cells := map[[3]string]*compare.Compared{}
	for i := range rows {
		r := &rows[i]
		policies, workloads = with(policies, r.Policy), with(workloads, r.Workload)
		if key := [3]string{r.Policy, r.Workload, r.Metric}; cells[key] == nil {
			cells[key] = r
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "| | %s |\n|---|%s\n", strings.Join(workloads, " | "), strings.Repeat("---|", len(workloads)))
	for _, p := range policies {
		fmt.Fprintf(&b, "| %s |", p)
		for _, w := range workloads {
			fmt.Fprintf(&b, " %s, %s |", misses(cells[[3]string{p, w, "miss_avoidable"}]), cost(cells[[3]string{p, w, "cost_per_1000_in_slo_usd"}]))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// with is the names with another one, each once.
func with(names []string, name string) []string {
	for _, n := range names {
		if n == name {
			return names
		}
	}
	return append(names, name)
}

// misses is a share in percent with its interval.
func misses(r *compare.Compared) string {
	e := words.Estimate{Mean: 100 * r.Mean, Low: 100 * r.Low, High: 100 * r.High}
	half := (e.High - e.Low) / 2
	if math.IsNaN(half) || half == 0 || e.Mean == 0 {
		return digits(e.Mean, 2) + " %"
	}
	decimals := max(0, int(math.Ceil(-math.Log10(half))))
	return words.Decimal(e.Mean, decimals) + " " + e.Beside(decimals) + " %"
}

// cost is a price, with its interval where that is wider than 5 % to either side.
func cost(r *compare.Compared) string {
	e := words.Estimate{Mean: r.Mean, Low: r.Low, High: r.High}
	text := "$" + digits(r.Mean, 3)
	switch half := (e.High - e.Low) / 2; {
	case !(half > 0.05*r.Mean):
		return text
	case e.Even():
		return text + " " + e.Spread(words.DecimalsFor(half, 2))
	}
	return text + fmt.Sprintf(" (%s to %s)", digits(r.Low, 2), digits(r.High, 2))
}

// digits writes so many significant digits, without an exponent.
func digits(v float64, n int) string {
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', n, 64), 64)
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}
