package cases

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
)

type byLen []string

func (b byLen) Len() int           { return len(b) }
func (b byLen) Less(i, j int) bool { return len(b[i]) < len(b[j]) }
func (b byLen) Swap(i, j int)      { b[i], b[j] = b[j], b[i] }

// callbacks are called by the standard library.
func callbacks(n int) int {
	words := strings.Fields("a bbb cc dddd eeeee ff")
	sort.Sort(byLen(words))
	sort.Slice(words, func(i, j int) bool { return words[i] > words[j] })
	slices.SortFunc(words, func(a, b string) int {
		if c := cmp.Compare(len(a), len(b)); c != 0 {
			return c
		}
		return strings.Compare(a, b)
	})
	return len(strings.Map(shift, strings.Join(words, ""))) + n
}

func shift(r rune) rune {
	if r == 'e' {
		return -1
	}
	return r + 1
}

type stack[T any] struct{ items []T }

func (s *stack[T]) push(x ...T) { s.items = append(s.items, x...) }

func (s *stack[_]) size() int { return len(s.items) }

func (s *stack[T]) pop() (x T, err error) {
	if s.size() == 0 {
		return x, errors.New("empty")
	}
	x = s.items[len(s.items)-1]
	s.items = s.items[:len(s.items)-1]
	return x, nil
}

func largest[T cmp.Ordered](first T, rest ...T) T {
	for _, x := range rest {
		if x > first {
			first = x
		}
	}
	return first
}

func ignore[_ any, T int | string](x T) T {
	if x == *new(T) {
		return x
	}
	return x + x
}

func generics(n int) int {
	var s stack[int]
	s.push()
	for i := range n {
		s.push(i, i*i)
	}
	t := 0
	for {
		x, err := s.pop()
		if err != nil {
			break
		}
		t += x
	}
	return t + largest(1, 5, n) + len(largest[string]("a", []string{"ccc", "b"}...)) + ignore[bool](n)
}

func mayPanic(i int) int {
	if i%3 == 0 {
		panic(fmt.Sprint("at ", i))
	}
	return i
}

// Fails panics if n is a multiple of 3.
func Fails(n int) int { return mayPanic(n) }

func guarded(i int) (r int, err error) {
	defer func() {
		if x := recover(); x != nil {
			err = fmt.Errorf("%v", x)
		}
	}()
	return mayPanic(i), nil
}

func rescue() { recover() }

type medic struct{ saved *int }

func (m medic) rescue(by int) {
	if recover() != nil {
		*m.saved += by
	}
}

func rescued(i int, saved *int) (r int) {
	defer rescue()
	defer medic{saved}.rescue(2)
	return mayPanic(i)
}

// A saver is threaded only if no method of one recovers.
type saver interface{ rescue(by int) }

func rescuedByValue(i int, saved *int) int {
	f := rescue
	defer f()
	var s saver = medic{saved}
	if i%2 == 0 {
		defer s.rescue(3)
	}
	return mayPanic(i)
}

func panics(n int) (t int) {
	saved := 0
	for i := range n {
		r, err := guarded(i)
		if err != nil {
			t++
		}
		t += r + rescued(i, &saved) + rescuedByValue(i, &saved)
	}
	return t + saved
}

func two(n int) (int, string) {
	if n < 0 {
		return 0, ""
	}
	return n, "b"
}

func take(n int, s string) string {
	if n == 0 {
		return s
	}
	return strings.Repeat(s, n)
}

func leafTwo(n int) (a, _ int) { return n, 2 }

func leafTake(a, b int) int { return a * b }

func unnamed(int, ...string) (t int) {
	for t < 5 {
		t++
	}
	return
}

var table = []func(int) int{
	func(n int) int { return n + 1 },
	func(n int) int {
		if n > 3 && n < 100 {
			return n
		}
		return 0
	},
}

var settled = func() int {
	t := 0
	for i := range 3 {
		t += leafTake(i, 2)
	}
	return t
}()

func values(n int) int {
	t := len(take(two(n))) + leafTake(leafTwo(n)) + unnamed(n, "a") + settled
	for _, f := range table {
		t += f(n)
	}
	var s stack[int]
	push, pop := s.push, (*stack[int]).pop
	push(n)
	x, _ := pop(&s)
	defer unnamed(1)
	defer func(f func(int, int) int) { t = f(t, 2) }(leafTake)
	func() { t += x }()
	return t
}
