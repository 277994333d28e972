package mockserver_test

import (
	"strconv"
	"strings"
	"time"
)

// upload sends a whole file as a good client does: it waits when it is told to, sends again
// what failed, uses the file once all of it is there, and reads back what its account has.
func (s *soaker) upload() {
	f := s.newFile()
	f.parts = max(f.parts, 2)
	order := s.r.Perm(int(f.parts))
	attempts := map[int32]int{}
	var open []*question
	for len(order) > 0 || len(open) > 0 {
		if s.w.ctx.Err() != nil {
			return
		}
		for len(order) > 0 && len(open) < 3 {
			a := s.part(f, int32(order[0]), 0)
			order, open = order[1:], append(open, a)
			if s.ready() {
				s.send(false, a)
			}
		}
		if !s.drain(len(open) - 1) {
			return
		}
		still := open[:0:0]
		for _, a := range open {
			select {
			case x := <-a.answer:
				if !s.bears(x.text) {
					if attempts[a.part.index]++; attempts[a.part.index] > 20 {
						s.w.fail("part %d was answered %s at the end of twenty attempts: %+v", a.part.index, x.text, f)
						return
					}
					order = append(order, int(a.part.index))
				}
			default:
				still = append(still, a)
			}
		}
		open = still
	}
	s.finish(f)
	s.readBack()
}

// bears tells whether a part is there; if not, it can be sent again now.
func (s *soaker) bears(text string) bool {
	if text == "true" {
		return true
	}
	_, wait, flood := strings.Cut(text, "FLOOD_WAIT_")
	if _, premium, is := strings.Cut(text, "FLOOD_PREMIUM_WAIT_"); is {
		wait, flood = premium, true
	}
	if n, err := strconv.Atoi(wait); flood && err == nil {
		s.pause(time.Duration(n)*time.Second + 20*time.Millisecond)
	}
	return false
}

// finish uses a file that is there.
func (s *soaker) finish(f *soakFile) {
	for range 20 {
		a := s.use(f, s.r.IntN(2) == 0)
		if s.ready() {
			s.send(false, a)
		}
		s.drain(0)
		select {
		case x := <-a.answer:
			if x.text == "something" {
				s.w.uploads.Add(1)
				s.keep(f, x.body)
				return
			}
			s.bears(x.text)
			if strings.Contains(x.text, "MISSING") {
				s.w.fail("a file of which all parts were answered true cannot be used: %s: %+v", x.text, f)
				return
			}
		default:
			return // given up
		}
	}
	if s.w.ctx.Err() == nil {
		s.w.fail("a file could not be used at twenty attempts: %+v", f)
	}
}
