package trace

import (
	"fmt"

	"cnv/policy"
	"cnv/workloads"
)

// importCSV reads any CSV file with a header, by the columns that the options name.
func importCSV(m *importing) error {
	o := &m.options
	if o.Arrival == "" {
		return fmt.Errorf("importing csv needs the column of the arrival instant (--arrival)")
	}
	arrivalUnit, err := unitMicros(o.ArrivalUnit)
	if err != nil {
		return err
	}
	workUnit, err := unitMicros(o.WorkUnit)
	if err != nil {
		return err
	}
	h := Header{Kind: Events, Recorded: []string{"arrival_us"}}
	columns := []string{o.Arrival}
	for _, c := range [][2]string{{o.Class, "class"}, {o.Work, "work_us"}} {
		if c[0] != "" {
			columns = append(columns, c[0])
			h.Recorded = append(h.Recorded, c[1])
		}
	}
	t, err := openTable(m.in[0], columns...)
	if err != nil {
		return err
	}
	defer t.close()
	if err := m.begin(h); err != nil {
		return err
	}
	names := newClassNames(m.w, t, o.Class)
	return t.eventsOf(m.w, o.Arrival, arrivalUnit, func(a *workloads.Arrival) ([]byte, error) {
		var err error
		if o.Work != "" && len(t.cell(o.Work)) > 0 {
			if a.Work, err = t.duration(o.Work, workUnit); err != nil {
				return nil, err
			}
		}
		a.Class, err = names.next()
		return nil, err
	})
}

// classNames makes classes of the cells of a column, in order of appearance.
type classNames struct {
	w      *writer
	t      *table
	column string // "": all arrivals are of one class
	ids    map[string]policy.ClassID
}

func newClassNames(w *writer, t *table, column string) *classNames {
	if column == "" {
		w.classes = []class{one("all", "")}
	}
	return &classNames{w, t, column, map[string]policy.ClassID{}}
}

// next is the class of the current line.
func (c *classNames) next() (policy.ClassID, error) {
	if c.column == "" {
		return 0, nil
	}
	name := string(c.t.cell(c.column))
	id, ok := c.ids[name]
	if ok {
		return id, nil
	}
	if name == "" || len(c.ids) == maxClasses {
		return 0, c.t.fail("%s: empty, or more than %d classes", c.column, maxClasses)
	}
	if !printable(name) {
		return 0, c.t.fail("%s: %q: a name must be printable text (UTF-8)", c.column, name)
	}
	id = policy.ClassID(len(c.ids))
	c.ids[name] = id
	c.w.classes = append(c.w.classes, one(name, ""))
	return id, nil
}
