package slab

// most is how many values are made at once, once there have been so many.
const most = 64

// Of makes values of type T. Its zero value is ready. A value lives as long as any of
// those that were made with it.
type Of[T any] struct {
	free []T
	made int
}

// New returns a zero value.
func (s *Of[T]) New() *T {
	if len(s.free) == 0 {
		s.made = min(max(1, 2*s.made), most) // few for a file of a few parts
		s.free = make([]T, s.made)
	}
	v := &s.free[0]
	s.free = s.free[1:]
	return v
}
