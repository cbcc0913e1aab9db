// Package hand has functions whose instructions, blocks, calls and statements
// are worked out by hand: see the test. A comment is the instructions of its
// line.
package hand

// All are the functions by name.
var All = map[string]func(int) int{
	"straight": straight, "branch": branch, "loop": loop, "short": short, "choose": choose, "fib": fib,
	"areas": areas, "closure": closure, "jump": jump, "twice": twice, "forever": forever, "defers": defers,
}

// Nothing is what the others are compared with.
func Nothing(int) int {
	return 0 // 1
}

func straight(n int) int {
	a := n + 1 // 2
	a *= 2     // 2
	return a   // 1
}

func branch(n int) int {
	if n%2 == 0 { // 3
		return 1 // 1
	}
	return 2 // 1
}

func loop(n int) int {
	t := 0                   // 1
	for i := 0; i < n; i++ { // 1, a test 2, after an iteration 2
		t += i // 2
	}
	return t // 1
}

func short(n int) int {
	if n > 3 && n < 6 { // 3, and 1 if n > 3
		return 1 // 1
	}
	return 0 // 1
}

func choose(n int) int {
	t := 0 // 1
	switch n {
	case 1: // 1
		t = 1 // 1
	default:
		t = 9 // 1
	case 2: // 1
		t = 2 // 1
		fallthrough
	case 3: // 1
		t += 3 // 2
	}
	return t // 1
}

func fib(n int) int {
	if n < 2 { // 2
		return n // 1
	}
	return fib(n-1) + fib(n-2) // 6
}

type shape interface{ area(int) int }

type square struct{ side int }

func (s square) area(k int) int {
	return s.side * s.side * k // 5
}

type row []shape

func (r row) area(k int) int {
	t := 0                // 1
	for _, s := range r { // a test 3
		t += s.area(k) // 3
	}
	return t // 1
}

func areas(n int) int {
	return row{square{n}, square{2}}.area(1) // 6
}

func closure(n int) int {
	t := 0               // 1
	add := func(k int) { // 2
		t += k // 2
	}
	for range n { // a test 2
		add(1) // 1
	}
	return t // 1
}

func jump(n int) int {
	i := 0 // 1
again:
	i++        // 2
	if i < n { // 2
		goto again // 1
	}
	return i // 1
}

func double(n int) int {
	return 2 * n // 2
}

func twice(n int) int {
	return double(double(n)) // 3
}

func forever(n int) int {
	for { // none: there is no test
		n--           // 2
		if n%3 == 0 { // 3
			continue // 1
		}
		if n < 0 { // 2
			break // 1
		}
	}
	return n // 1
}

func defers(n int) (t int) {
	defer func() { // 1
		t = double(n) // 2
	}()
	return n // 1
}
