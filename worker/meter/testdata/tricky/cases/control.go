package cases

import "iter"

func gotos(n int) int {
	i, t := 0, 0
loop:
	if i < n {
		t += i
		i++
		goto loop
	}
	if n > 5 {
		goto rows
	}
	t++
rows:
	for j := range 4 {
		for k := 0; ; k++ {
			if k > j {
				continue rows
			}
			if t > 1000 {
				break rows
			}
			t += k
			if t%11 == 0 {
				t++
				goto rows
			}
		}
	}
	return t
}

func switches(n int) (t int) {
	for i := range n {
		switch {
		case i%5 == 0:
			t++
			fallthrough
		case i%5 == 1:
			t += 2
		case i%5 == 2, i%5 == 3 && i%2 == 0:
			continue
		default:
			t += 4
			if i > 7 {
				break
			}
			t++
		}
		switch i % 3 {
		case 0:
			t += 2
			fallthrough
		default:
			if t%2 == 0 {
				t++
			}
		}
		switch x := any(i).(type) {
		default:
			t--
		case int:
			t += x & 1
		case string, nil:
			t -= 100
		}
	}
	return t
}

func labels(n int) (t int) {
outer:
	for i := 0; i < n; i++ {
	pick:
		switch {
		case i%4 == 1:
			for range 3 {
				if t%2 == 0 {
					break pick
				}
				t++
			}
		case i%4 == 2:
			break
		}
		for j := 0; ; j++ {
			if j > i || i%4 == 3 && j > 2 {
				continue outer
			}
			if i*j > 200 {
				break outer
			}
			t += i ^ j
		}
	}
	return t
}

func upTo(n int) iter.Seq2[int, int] {
	return func(yield func(int, int) bool) {
		for i := 0; i < n; i++ {
			if !yield(i, i*i) {
				return
			}
		}
	}
}

func ranges(n int) (t int) {
	for x, y := range upTo(n) {
		if x%7 == 6 {
			continue
		}
		if x > 50 {
			break
		}
		t += y
	}
	next, stop := iter.Pull2(upTo(n))
	defer stop()
	for range n / 2 {
		_, y, ok := next()
		if !ok {
			return -1
		}
		t += y
	}
	for i, r := range "añb" {
		t += i * int(r)
	}
	for k := range map[int]bool{n: true} {
		t += k
	}
	return t
}

type flag bool

func flags(n int) (t int) {
	var any, all flag = false, true
	for i := range n {
		even := flag(i%2 == 0)
		any = any || even && flag(i > 3)
		all = all && even
		if bool(any) && !bool(all) || i == 2 {
			t += i
		}
	}
	return t
}
