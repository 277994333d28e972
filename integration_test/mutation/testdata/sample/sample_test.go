package sample

import (
	"fmt"
	"testing"
)

func check(t *testing.T, got, want any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestWait(t *testing.T) { check(t, Wait, "2s") }

func TestLess(t *testing.T) {
	check(t, []bool{Less(1, 2), Less(2, 2), Less(3, 2)}, "[true false false]")
}

func TestBoth(t *testing.T) {
	never := func() bool { t.Error("evaluated"); return true }
	yes, no := func() bool { return true }, func() bool { return false }
	check(t, []bool{Both(false, never), Both(true, no), Both(true, yes)}, "[false false true]")
}

func TestNot(t *testing.T) { check(t, Not(true), false) }

func TestSum(t *testing.T) { check(t, Sum([]int8{3, 4}), 7) }

func TestBit(t *testing.T) { check(t, Bit(31), uint32(1)<<31) }

func TestLimit(t *testing.T) { check(t, Limit(), 10) }

func TestYes(t *testing.T) { check(t, Yes(), true) }

func TestCount(t *testing.T) { check(t, Count(3), 3) }

func TestMiddle(t *testing.T) { check(t, Middle("abcd", 1, 3), "bc") }

func TestCheck(t *testing.T) { check(t, []error{Check(true), Check(false)}, "[<nil> not ok]") }

func TestName(t *testing.T) {
	check(t, []string{Name(3), Name(4), Name(5), Name(6)}, "[three more more none]")
}

func TestSort(t *testing.T) { check(t, []string{Sort(1), Sort("")}, "[int other]") }

func TestSign(t *testing.T) { check(t, []string{Sign(-1), Sign(0), Sign(1)}, "[- + +]") }

func TestWeak(t *testing.T) { Weak(9) }

func TestWake(t *testing.T) {
	c := make(chan int)
	Wake(c)
	<-c
}
