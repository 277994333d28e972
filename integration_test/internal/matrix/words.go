package matrix

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/fakedc/fakedc/mockserver"
)

// errorName is one of Telegram's, such as FILE_PART_3_MISSING.
var errorName = regexp.MustCompile(`[A-Z]+(_[A-Z0-9]+)+`)

// nameOf is the class of an error, with the name that the server gave it where the
// class does not say so itself.
func nameOf(f Failure) string {
	name := errorName.FindString(f.Message)
	if name == "" {
		if f.Code != 0 || f.Message == "" { // an answer of the server's that has a class of its own
			return f.Class
		}
		return f.Class + ", “" + shorten(f.Message) + "”"
	}
	if strings.Contains(strings.ToLower(f.Class), strings.ToLower(strings.ReplaceAll(name, "_", ""))) {
		return f.Class
	}
	return f.Class + " " + name
}

const maxWords = 60

// shorten keeps one line of a message, and not all of a long one.
func shorten(text string) string {
	text, _, _ = strings.Cut(strings.TrimSpace(text), "\n")
	if r := []rune(text); len(r) > maxWords {
		return strings.TrimSpace(string(r[:maxWords])) + "…"
	}
	return text
}

// thousands writes 41000 as 41,000.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// errorOf is the error of an event without its code.
func errorOf(e mockserver.Event) string {
	_, name, _ := strings.Cut(e.Error, " ")
	return name
}

// methodOf is the method of an event without its family.
func methodOf(e mockserver.Event) string { return e.Method[strings.LastIndexByte(e.Method, '.')+1:] }

// told is how long the server asked to wait, 0 if it did not.
func told(answer string) (d time.Duration) {
	number := answer[strings.LastIndexByte(answer, '_')+1:]
	var seconds int
	if _, err := fmt.Sscanf(number, "%d", &seconds); err != nil {
		return 0
	}
	return time.Duration(seconds) * time.Second
}

func waited(pause, told time.Duration) string {
	if pause >= told {
		return fmt.Sprintf("waits %d s", int(pause.Seconds()))
	}
	return fmt.Sprintf("sends it again %s in place of %v", after(pause), told)
}

// atOnce is what a busy machine takes to do something without a pause.
const atOnce = time.Second

func after(pause time.Duration) string {
	if pause < atOnce {
		return "at once"
	}
	return fmt.Sprintf("after %.0f s", pause.Seconds())
}

func times(n int) string {
	if n == 1 {
		return ""
	}
	return fmt.Sprintf(" (%d times)", n)
}

// ifLong is the pause before something that others do at once.
func ifLong(pause time.Duration) string {
	if pause < 2*atOnce {
		return ""
	}
	return " " + after(pause)
}

func repeats(n int) string {
	if n == 1 {
		return "sends that part again"
	}
	return fmt.Sprintf("sends %d parts again", n)
}
