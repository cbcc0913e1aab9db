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
			if got := b.Text(t, pointedAt); got != "" {
				t.Errorf("figures under the pointer: %s", got)
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

// pointedAt moves a pointer over each figure that tells values, drags over a part of the time, shows
// all again, and hides a policy; it is what went wrong, "" nothing.
const pointedAt = `(()=>{
	const wrong=[], tip=document.getElementById("tip"), figures=[...document.querySelectorAll("svg[data-panels]")];
	const point=(svg,kind,x,y)=>{const p=new DOMPoint(x,y).matrixTransform(svg.getScreenCTM());
		svg.dispatchEvent(new PointerEvent(kind,{clientX:p.x,clientY:p.y,bubbles:true}))};
	if(figures.length<3) wrong.push(figures.length+" figures tell values");
	for(const svg of figures){
		const figure=svg.closest("figure").querySelector("figcaption b").textContent;
		for(const p of JSON.parse(svg.dataset.panels)){
			const tries=p.marks.length?[p.marks[0]]:[...Array(19).keys()].map(i=>({x:p.box[0]+(i+1)/20*(p.box[2]-p.box[0]),y:(p.box[1]+p.box[3])/2}));
			let mark; // the first place that tells: not everywhere there is a line
			for(mark of tries){ point(svg,"pointermove",mark.x,mark.y); if(!tip.hidden) break; }
			if(tip.hidden||!/: .*[0-9]/.test(tip.textContent)) wrong.push(figure+" says "+tip.textContent);
			if(!p.time) continue;
			const all=tip.textContent.split("\n")[0], at=part=>p.box[0]+part*(p.box[2]-p.box[0]);
			point(svg,"pointerdown",at(0.6),mark.y); point(svg,"pointermove",at(0.8),mark.y); point(svg,"pointerup",at(0.8),mark.y);
			point(svg,"pointermove",mark.x,mark.y);
			if(!svg.querySelector(".wider")||tip.textContent.split("\n")[0]==all) wrong.push(figure+" is not wider");
			svg.dispatchEvent(new KeyboardEvent("keydown",{key:"Escape"}));
			if(svg.querySelector(".wider")) wrong.push(figure+" stays wider");
			svg.dispatchEvent(new KeyboardEvent("keydown",{key:"ArrowRight"}));
			if(tip.hidden) wrong.push(figure+" says nothing to keys");
			break;
		}
	}
	const hide=document.querySelector("table.sortable .hide"), drawn=()=>[...document.querySelectorAll("figure path")].filter(p=>p.style.display=="none").length;
	hide.click(); if(!drawn()) wrong.push("a hidden policy is drawn");
	document.querySelector("#bar button").click(); if(drawn()) wrong.push("a line stays hidden");
	return wrong.join("; ")})()`
