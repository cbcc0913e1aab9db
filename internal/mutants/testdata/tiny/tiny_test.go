package tiny

import "testing"

func TestAdult(t *testing.T) {
	if Adult(17) || !Adult(18) || !Adult(19) {
		t.Error("want 18 to be an adult, and 17 not")
	}
}

func TestTall(t *testing.T) {
	if Tall(1.5) || !Tall(2.1) {
		t.Error("want 2.1 to be tall, and 1.5 not")
	}
}

func TestTotal(t *testing.T) {
	if got := Total([]int{1, 2, 3}); got != 6 {
		t.Errorf("got %d, want 6", got)
	}
}

func TestCheck(t *testing.T) {
	_ = Check(false, 2)
}
