package session

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// Whoever asks what becomes of a late answer is told that nobody is there to hear it, at
// once, and that it leaves where somebody is, if that is only later.
func TestLate(t *testing.T) {
	const detach, end, mute, leave, back = "detach", "end", "mute", "leave", "back"
	for name, tc := range map[string]struct {
		steps []string
		told  string
	}{
		"over a connection":                         {[]string{leave}, "[true]"},
		"of a session that made room":               {[]string{end, leave}, "[true]"},
		"of one that is destroyed":                  {[]string{mute, leave}, "[false]"},
		"nobody is there":                           {[]string{detach}, "[false]"},
		"when it leaves, either":                    {[]string{detach, leave}, "[false]"},
		"nor will be, as its session has ended":     {[]string{detach, end, leave, back}, "[false]"},
		"somebody is back before it leaves":         {[]string{detach, back, leave}, "[false true]"},
		"somebody is back when it has left":         {[]string{detach, leave, back}, "[false true]"},
		"they go again, and it is told once":        {[]string{detach, back, leave, detach, back}, "[false true]"},
		"somebody is back, and it does not yet":     {[]string{detach, back}, "[false]"},
		"over a connection that ends when it left":  {[]string{leave, detach, back}, "[true]"},
		"it leaves once, whatever comes behind it":  {[]string{leave, leave}, "[true]"},
		"by another connection when the first ends": {[]string{"second", detach, leave}, "[true]"},
	} {
		for _, overtaken := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/%t", name, overtaken), func(t *testing.T) {
				c := begun(t)
				s, id := ask(c, 2)
				told := []bool{}
				s.Late(id[0], func(heard bool) { told = append(told, heard) })
				if overtaken {
					require.True(t, s.AnswerBehind(c.now, id[0], answer(id[0], "late"), 9))
				}
				for n, step := range tc.steps {
					switch step {
					case detach:
						s.Detach(c.link)
					case end, mute:
						s.end(step == mute)
					case leave:
						if overtaken {
							s.Overtake(c.now, id[0])
						} else {
							s.Leaves(id[0])
						}
					case "second":
						s.attach(&fakeLink{number: int64(100 + n)}, c.now)
					case back:
						c.link = &fakeLink{number: int64(100 + n)}
						s.attach(c.link, c.now)
					}
				}
				require.Equal(t, tc.told, fmt.Sprint(told))
			})
		}
	}

	c := begun(t)
	s, id := ask(c, 1)
	s.Detach(c.link)
	told := []bool{}
	s.Late(id[0], func(heard bool) { told = append(told, heard) })
	require.Equal(t, []bool{false}, told, "its connection ended while the query was at work")
}
