package logs

import (
	"slices"
	"strings"
	"testing"
)

// oneRow is rows of which there is one.
type oneRow struct{ *named }

func (oneRow) next() error { return nil }

// TestWhere: conditions on a row with status 404, path /user/7 and an empty
// agent.
func TestWhere(t *testing.T) {
	r := oneRow{&named{columns: []string{"status", "path", "agent", "took", "nan"}, cells: [][]byte{[]byte("404"), []byte("/user/7"), nil, []byte("1.50"), []byte("NaN")}}}
	for text, want := range map[string]bool{
		"status = 404":                           true,
		"status == 404.0":                        true,
		"status != 404":                          false,
		"status < 500":                           true,
		"status >= 405":                          false,
		"took > 1.4 and took <= 1.5":             true,
		"path ~ /user/*":                         true,
		"path !~ /user/*":                        false,
		"path ~ '*/7'":                           true,
		"status = 200 or path = /user/7":         true,
		"status = 200 && path = /user/7":         false,
		"status = 200 and took = 1 or path ~ *7": true,
		"agent = ''":                             true,
		"status = NaN":                           false,
		"nan = 404":                              false,
		"nan >= 404":                             false,
		"nan != 404":                             true,
		"nan = NaN":                              true,
		"agent < 5":                              false,
		`path = "/user/7" and status = "404"`:    true,
		"path = 'a and b'":                       false,
		"status = 404 or status = 404 and took = 9": true,
	} {
		c, err := parseWhere(text)
		if err == nil {
			err = c.bind(r)
		}
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := c.holds(r); got != want {
			t.Errorf("%s is %v", text, got)
		}
	}
	for text, want := range map[string]string{"": "want COLUMN = VALUE", "status": "want COLUMN", "= 5": "want COLUMN", "status >": "want COLUMN > VALUE", "status < 5 and took = ": "want COLUMN = VALUE", "colour = red": `no column "colour" (nearest valid name "took"; there are: status, path`} {
		c, err := parseWhere(text)
		if err == nil {
			err = c.bind(r)
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// TestWhereIsRefused: what is incomplete, or has more than a term has room for, is refused
// with the place.
func TestWhereIsRefused(t *testing.T) {
	for text, want := range map[string]string{
		"status = 200 or":               `character 16: "": want COLUMN = VALUE`,
		"status = 200 and ":             `character 18: "": want COLUMN = VALUE`,
		"status = 200 &&":               `character 16: "": want COLUMN = VALUE`,
		"and status = 200":              `character 1: "and status = 200": want COLUMN = VALUE`,
		"status = 200 or or took = 1":   `character 17: "or took = 1": want COLUMN = VALUE`,
		"status and took = 1":           `character 1: "status and took = 1": want COLUMN = VALUE`,
		"status = and took = 1":         `character 10: "status =": want COLUMN = VALUE`,
		"status = 200 took = 1":         `character 10: "200 took = 1" is no single value`,
		"status = 200, took = 1":        `character 10: "200, took = 1" is no single value`,
		"status => 200":                 `character 9: "> 200" is no single value`,
		"path = '/user":                 "character 8: this quote is never closed",
		"path = '/user/7' status = 404": `character 18: "status = 404" is one too many`,
		"path = 'a' b":                  `character 12: "b" is one too many`,
		"\"path = 404":                  "character 1: this quote is never closed",
	} {
		if _, err := parseWhere(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	for _, text := range []string{"path = GET /a?x=1 HTTP/1.1", "path=a OR path=b", `"Response Time" > 5`, "path = orders", "path ~ */and/*", "path = it's"} {
		if c, err := parseWhere(text); err != nil || len(c.any) > 2 {
			t.Errorf("%q: %+v, %v", text, c, err)
		}
	}
}

// TestGlob: * is any text, also none.
func TestGlob(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"/user/*", "/user/", true}, {"/user/*", "/use", false}, {"*", "", true}, {"*.png", "a.png", true}, {"a*b*c", "a1b2c", true}, {"a*b*c", "acb", false}, {"ab", "ab", true}, {"ab", "abc", false}, {"a*a", "a", false},
	} {
		if got := glob(c.pattern, c.text); got != c.want {
			t.Errorf("glob(%q, %q) = %v", c.pattern, c.text, got)
		}
	}
}

// TestClasses: patterns in their order, other for the rest; a cap on classes
// nobody asked for.
func TestClasses(t *testing.T) {
	c := newClasses(&Options{Class: []string{"/user/*", "/*"}}, false)
	for cell, want := range map[string]string{"GET /user/5?x HTTP/1.1": "/user/*", "/static/a.png": "/*", "*": "other"} {
		if id, err := c.of([]byte(cell)); err != nil || c.names[id] != want {
			t.Errorf("%s is of class %s, %v, want %s", cell, c.names[id], err, want)
		}
	}
	c = newClasses(&Options{}, false)
	for i := range 2 * MaxOwnClasses {
		if _, err := c.of([]byte("/" + strings.Repeat("a", i))); err != nil {
			t.Fatal(err)
		}
	}
	if len(c.names) != MaxOwnClasses+1 || c.others[beyond] != MaxOwnClasses {
		t.Errorf("%d classes, requests of other: %v", len(c.names), c.told())
	}
}

// TestClassOfSeveralColumns: the cells of several columns are one class; patterns are about
// the first, and those of which there is no row are told.
func TestClassOfSeveralColumns(t *testing.T) {
	const text = "ts,path,status,zone\n1740909600,/user/1,200,a\n1740909601,/user/2,500,\n1740909602,/x,200,a\n1740909603,/user/3,200,a\n"
	for class, want := range map[string]string{
		"path,status":               "/user/1 200, /user/2 500, /x 200, /user/3 200",
		"status,zone":               "200 a, 500 -, 200 a, 200 a",
		"path,status,/user/*,/no/*": "/user/* 200, /user/* 500, other, /user/* 200; no match: /no/*",
	} {
		in, err := input("x.csv", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		r := NewReader(Named("csv"), One(in), Options{Class: strings.Split(class, ",")})
		var got []string
		var e Event
		for err = r.Next(&e); err == nil; err = r.Next(&e) {
			got = append(got, r.Classes()[e.Class])
		}
		text := strings.Join(got, ", ")
		if none := r.Stats().NoMatch; none != nil {
			text += "; no match: " + strings.Join(none, ", ")
		}
		if text != want || slices.Contains(r.Stats().Unused, "status") {
			t.Errorf("%s: %s (%v), want %s; not used: %v", class, text, err, want, r.Stats().Unused)
		}
	}
	in, _ := input("x.csv", []byte(text))
	if _, err := Detect(in, Options{Class: []string{"path", "statsu"}}); err == nil || !strings.Contains(err.Error(), `class: no column "statsu" (nearest valid name "status"`) {
		t.Errorf("a column that is not there: %v", err)
	}
}

// TestSplit: quotes as logs have them.
func TestSplit(t *testing.T) {
	var s splitter
	for text, want := range map[string]string{
		`a,"b,c",d`:   `a|b,c|d`,
		`"a ""b""",c`: `a "b"|c`,
		`"a \"b\"",c`: `a "b"|c`,
		`a"b,c`:       `a"b|c`,
		`"open,b`:     `"open|b`,
		`"a"b,c`:      `"a"b|c`,
		`,,`:          `||`,
		`"",x`:        `|x`,
		`"a\\",b`:     `a\|b`,
	} {
		var got []string
		for _, f := range s.split([]byte(text), ',', false) {
			got = append(got, string(f))
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%s: %q, want %s", text, got, want)
		}
	}
}
