//go:build unix

package report

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cnv/results/browsertest"
)

// TestReportInABrowser: read on a telephone and on a desk, the page need not be
// scrolled sideways, a click on a heading sorts the rows by its numbers, one
// more turns them round; nothing is loaded from elsewhere, and the console has
// nothing to complain of. $CNV_REPORT names another folder of results to read.
func TestReportInABrowser(t *testing.T) {
	dir := os.Getenv("CNV_REPORT")
	if dir == "" {
		dir = drawn(t)
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		t.Fatal(err)
	}
	page := "file://" + filepath.Join(dir, "report.html")
	for _, width := range []int{390, 1440} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			b := browsertest.Open(t, page, width)
			b.Wait(t, "the page is loaded", `document.readyState=="complete"&&document.querySelector("table.sortable th button")!=null`)
			b.Picture(t, fmt.Sprintf("report-%d.png", width))
			if b.TooWide(t) {
				t.Errorf("the page is %s pixels wide", b.Text(t, "document.documentElement.scrollWidth"))
			}
			const sorted = `(t=>{const i=[...t.tHead.rows[0].cells].findIndex((h,k)=>k>0&&new Set([...t.tBodies[0].rows].map(r=>r.cells[k].dataset.v)).size>2);
				const seen=()=>[...t.tBodies[0].rows].map(r=>parseFloat(r.cells[i].dataset.v)).filter(v=>!isNaN(v));
				const way=v=>[1,-1].filter(s=>v.every((x,k)=>k==0||s*(x-v[k-1])>=0)).join();
				const click=()=>t.tHead.rows[0].cells[i].querySelector("button").click();
				const before=seen().join(); click(); const up=way(seen()); click(); const down=way(seen()); click();
				return [up,down,seen().join()==before].join(" ")})(document.querySelector("table.sortable"))`
			if got := b.Text(t, sorted); got != "1 -1 true" {
				t.Errorf("clicks on a heading sort by %q, want upwards (1), downwards (-1), and back to as declared (true)", got)
			}
			for _, url := range b.Asked {
				if url != page && url != "about:blank" && !strings.HasPrefix(url, "data:") {
					t.Errorf("the page asks for %s", url)
				}
			}
			for _, e := range b.Errors {
				t.Errorf("console: %s", e)
			}
		})
	}
}
