package logs

import (
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
	for text, want := range map[string]string{"": "want COLUMN = VALUE", "status": "want COLUMN", "= 5": "want COLUMN", "status >": "want COLUMN > VALUE", "status < 5 and took = ": "want COLUMN = VALUE", "colour = red": `no column "colour" (there are: status, path`} {
		c, err := parseWhere(text)
		if err == nil {
			err = c.bind(r)
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
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
