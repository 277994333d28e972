// Package sample has at least one place for every operator. Its functions are so
// small that their mutants can be listed by hand: see sampleMutants.
package sample

import (
	"errors"
	"sync"
	"time"
)

const limit = 10

// Wait is initialised with the package.
var Wait = 2 * time.Second

// Less has a boundary and an opposite.
func Less(a, b int) bool { return a < b }

// Both is a conjunction whose second half must stay unevaluated.
func Both(a bool, b func() bool) bool { return a && b() }

// Not is a negation.
func Not(a bool) bool { return !a }

// Sum is arithmetic, and an assignment with it.
func Sum(list []int8) (n int8) {
	for _, v := range list {
		n += v
	}
	return n
}

// Bit shifts a constant that has no type of its own.
func Bit(n uint8) uint32 { return 1 << n }

// Limit is a constant with a name.
func Limit() int { return limit }

// Yes is a constant, too.
func Yes() bool { return true }

// Count steps, and stops.
func Count(to int) (steps int) {
	for i := 0; i < to; i++ {
		steps++
	}
	return steps
}

// Middle has two bounds.
func Middle(s string, from, to int) string { return s[from:to] }

// Check returns an error.
func Check(ok bool) error {
	if !ok {
		return errors.New("not ok")
	}
	return nil
}

// Name switches over a value, with an initialisation and a way through.
func Name(n int) (name string) {
	switch m := n; m {
	case 3:
		name = "three"
	case 4, 5:
		return "more"
	default:
		return "none"
	}
	return name
}

// Sort switches over a type.
func Sort(v any) string {
	switch v.(type) {
	case int:
		return "int"
	}
	return "other"
}

// Sign has an else.
func Sign(n int) string {
	if n < 0 {
		return "-"
	} else {
		return "+"
	}
}

// Unused is not reached by any test.
func Unused(a int) int { return a * 7 }

// Weak is reached, and its result looked at by nobody.
func Weak(a int) int { return a - 7 }

// Wake lets go of what waits.
func Wake(c chan int) {
	if c != nil {
		close(c)
	}
}

// Release lets go of who waits for a lock.
func Release(m *sync.Mutex) { m.Unlock() }
