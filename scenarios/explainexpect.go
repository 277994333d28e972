package scenarios

import (
	"fmt"
	"strings"
)

// String says in plain words what is expected.
func (e Expectation) String() string {
	switch e.Kind {
	case ExpectUpload:
		if e.Upload == UploadFailed {
			return "the client gives every upload up"
		}
		return "every upload is complete"
	case ExpectBytes:
		return e.Bytes.explain()
	case ExpectMaxCalls:
		return e.Calls.explain()
	case ExpectRetry:
		return e.Retry.explain()
	case ExpectResent:
		return e.Resent.explain()
	case ExpectAnswered:
		return fmt.Sprintf("%s is answered %s", e.Pattern.explain("some call"), e.Pattern.Error)
	case ExpectSent:
		return fmt.Sprintf("%s succeeds %s in each account", e.Pattern.explain("a call"), times(e.Times))
	case ExpectNever:
		said := e.Pattern.explain("a call") + " is never made"
		if e.Pattern.Error != "" {
			said = fmt.Sprintf("%s is never answered %s", e.Pattern.explain("a call"), e.Pattern.Error)
		}
		return said
	case ExpectHostile:
		return "the client notices each rule that the server breaks"
	case ExpectOrder:
		return "the first calls come in the order " + strings.Join(e.Order, ", ")
	}
	return "nothing"
}

func (p *CallPattern) explain(anything string) string {
	said := anything
	if p.Method != "" {
		said = "a call of " + p.Method
	}
	if !p.Part.IsZero() {
		said += " of part " + explainNumbers(&p.Part, &byPart) + " (" + explainNumbers(&p.Part, &byPartName) + ")"
	}
	return said
}

func (b *BytesExpected) explain() string {
	var said []string
	if b.Same {
		said = append(said, "a part has the same bytes each time that it is sent")
	}
	if b.Size > 0 {
		said = append(said, fmt.Sprintf("every upload has %d bytes", b.Size))
	}
	if b.SHA256 != "" {
		said = append(said, "every upload has the SHA-256 "+b.SHA256)
	}
	return strings.Join(said, ", ")
}

func (c *CallsExpected) explain() string {
	what := "parts, all counted together, are sent"
	switch {
	case c.Method != "":
		what = "a call of " + c.Method + " is made"
	case c.Per == ScopePart:
		what = "each part is sent"
	}
	switch c.Per {
	case ScopeFile:
		return fmt.Sprintf("%s at most %s for each file", what, times(c.AtMost))
	case ScopeAccount:
		return fmt.Sprintf("%s at most %s in each account", what, times(c.AtMost))
	case ScopeServer:
		return fmt.Sprintf("%s at most %s on the whole server", what, times(c.AtMost))
	}
	if c.Method != "" {
		return fmt.Sprintf("%s at most %s for each part", what, times(c.AtMost))
	}
	return fmt.Sprintf("%s at most %s", what, times(c.AtMost))
}

// reasonWords says what a retry comes after.
var reasonWords = map[string]string{
	AfterFloodWait: "it was told to wait",
	AfterError:     "an error",
	AfterFalse:     "the answer false",
	AfterDrop:      "the connection ended in place of an answer",
	AfterSilence:   "no answer came",
	AfterRefusal:   "the message was refused",
	AfterGarbage:   "an answer that means nothing",
}

func (r *RetryExpected) explain() string {
	reason, ok := reasonWords[r.After]
	if !ok {
		reason = r.After
	}
	_, isWait := waitOf(r.After)
	said := "a call is made again after " + reason
	switch {
	case r.NotBefore > 0:
		said += fmt.Sprintf(", not before %v have passed", r.NotBefore)
	case r.After == AfterFloodWait, isWait:
		said += ", not before the time is over"
	}
	if r.NotLaterThan > 0 {
		said += fmt.Sprintf(", and not later than after %v", r.NotLaterThan)
	}
	if len(r.Same) > 0 {
		said += ", with the same " + strings.Join(r.Same, ", ")
	}
	return said
}

func (r *ResentExpected) explain() string {
	var said []string
	if r.Unacknowledged {
		said = append(said, "no part is sent again whose answer was acknowledged")
	}
	if !r.Parts.IsZero() {
		said = append(said, "no other part is sent again than "+explainNumbers(&r.Parts, &byPart)+" ("+explainNumbers(&r.Parts, &byPartName)+")")
	}
	if r.SameFile {
		said = append(said, "no file is begun anew under another file_id")
	}
	return strings.Join(said, ", ")
}

// explainExpect says what a good client does, one sentence for each expectation.
func (s *Scenario) explainExpect() []string {
	var said []string
	for i := range s.Expect {
		said = append(said, capital(s.Expect[i].String())+".")
	}
	for _, a := range []struct {
		what string
		list []string
	}{
		{"These rules need not fire", s.Allow.UnfiredRules},
		{"These methods may be called though they are not answered", s.Allow.UnknownMethods},
		{"These upload rules may be broken", s.Allow.Violations},
	} {
		if len(a.list) > 0 {
			said = append(said, a.what+": "+strings.Join(a.list, ", ")+".")
		}
	}
	return said
}

func capital(text string) string { return strings.ToUpper(text[:1]) + text[1:] }
