package scenarios

import (
	"slices"
	"time"
)

// Expectation is one thing that a good client does about the faults of a scenario. Its Kind says which of the other fields
// mean something.
type Expectation struct {
	Kind ExpectationKind
	// Upload is how every upload ends.
	Upload UploadEnd
	// Bytes are those that every upload has.
	Bytes BytesExpected
	// Calls bounds how often a call is made.
	Calls CallsExpected
	// Retry says how a call is made again.
	Retry RetryExpected
	// Resent says what may be sent again at all.
	Resent ResentExpected
	// Pattern is the call that ExpectAnswered, ExpectSent and ExpectNever are about.
	Pattern CallPattern
	// Times is how often an ExpectSent succeeds in each account.
	Times int
	// Order are globs over methods: the first call of each comes after the first call of the one before.
	Order []string
}

// ExpectationKind tells the kinds of expectation apart.
type ExpectationKind uint8

// The kinds.
const (
	// ExpectUpload is about how uploads end; there has to be one.
	ExpectUpload ExpectationKind = iota + 1
	// ExpectBytes is about what they hold.
	ExpectBytes
	// ExpectMaxCalls bounds how often a call is made.
	ExpectMaxCalls
	// ExpectRetry wants a call that went wrong to be made again, and says how.
	ExpectRetry
	// ExpectResent bounds what is sent more than once.
	ExpectResent
	// ExpectAnswered wants a call to be answered with an error: the situation that the scenario is about came up.
	ExpectAnswered
	// ExpectSent wants a call to succeed a certain number of times.
	ExpectSent
	// ExpectNever wants a call or an answer never to happen.
	ExpectNever
	// ExpectOrder wants methods to be called in an order.
	ExpectOrder
	// ExpectHostile wants the client to notice that the server broke a rule, see HostileCase.
	ExpectHostile
)

var expectNames = []string{"nothing", "upload", "bytes", "max_calls", "retry", "resent", "answered", "sent", "never", "order", "hostile"}

// String returns the word used in scenario files.
func (k ExpectationKind) String() string { return nameOf(expectNames, int(k)) }

// UploadEnd is how an upload ends.
type UploadEnd uint8

// The ends.
const (
	// UploadComplete: the file was used with all its parts, or, of a big file that was not used, every part of the announced
	// number is stored. An upload that was begun and left is not complete.
	UploadComplete UploadEnd = iota + 1
	// UploadFailed: the client gave up, so that no upload is complete.
	UploadFailed
)

var uploadEndNames = []string{"open", "complete", "failed"}

// String returns the word used in scenario files.
func (e UploadEnd) String() string { return nameOf(uploadEndNames, int(e)) }

// BytesExpected is about the bytes of uploads.
type BytesExpected struct {
	// Same wants each part to have the same bytes every time that it is sent.
	Same bool
	// SHA256 is the digest of the whole file in 64 hexadecimal digits, Size its length in bytes; empty and 0 ask for nothing.
	SHA256 string
	Size   int
}

// CallsExpected bounds how often a call is made.
type CallsExpected struct {
	// AtMost is the bound.
	AtMost int
	// Per is what is counted apart: ScopePart, ScopeFile, ScopeAccount or ScopeServer. The zero value is ScopeFile, all parts of a
	// file together; a scenario file that does not say it has ScopePart.
	Per Scope
	// Method is a glob, empty for DefaultMethod.
	Method string
}

// RetryExpected says how a call that went wrong is made again: a part with the same number in the same file, another call by
// its method in the same account.
type RetryExpected struct {
	// After is what went wrong: one of the reasons below, or the name of an error, where X stands for a number.
	After string
	// NotBefore and NotLaterThan are counted from when the answer left. A NotBefore of 0 is, after a flood_wait or such
	// an error by its name, as long as the client was told to wait.
	NotBefore, NotLaterThan time.Duration
	// Same lists what must not change: part is that of the call anyway, total, sha256 and size.
	Same []string
}

// The reasons for a retry.
const (
	AfterFloodWait = "flood_wait" // FLOOD_WAIT_X and FLOOD_PREMIUM_WAIT_X
	AfterError     = "error"      // any other error
	AfterFalse     = "answer_false"
	AfterDrop      = "drop"    // the connection ended in place of the answer, and the client was not given it over another one
	AfterSilence   = "silence" // no answer came
	AfterRefusal   = "refusal" // bad_msg_notification, bad_server_salt or a transport error
	AfterGarbage   = "garbage" // an answer that cannot be read
)

var retryReasons = []string{AfterFloodWait, AfterError, AfterFalse, AfterDrop, AfterSilence, AfterRefusal, AfterGarbage}

// The things that a retry may have to keep.
const (
	SamePart   = "part"
	SameTotal  = "total"
	SameSHA256 = "sha256"
	SameSize   = "size"
)

var sameNames = []string{SamePart, SameTotal, SameSHA256, SameSize}

// ResentExpected bounds what is sent more than once.
type ResentExpected struct {
	// Unacknowledged allows only parts whose answer the client had not acknowledged.
	Unacknowledged bool
	// Parts allows only these.
	Parts Numbers
	// SameFile forbids to begin the same file anew under another file_id: to upload
	// once more what was left before it was finished. A finished one may be repeated.
	SameFile bool
}

// CallPattern says which calls an expectation is about; what is empty takes any.
type CallPattern struct {
	// Method is a glob over methods.
	Method string
	// Part is the number of the part, from 0.
	Part Numbers
	// Error is the name of the error that the call was answered with, where X stands for a number.
	Error string
}

// Allowed lists what would be a finding without any expectation. Each list holds globs.
type Allowed struct {
	// UnfiredRules are names of rules of this scenario that need not fire.
	UnfiredRules []string
	// UnknownMethods are methods that fakedc does not answer, and that may be called.
	UnknownMethods []string
	// Violations are ids of upload rules that may be broken.
	Violations []string
}

func (e Expectation) clone() Expectation {
	e.Resent.Parts, e.Pattern.Part = e.Resent.Parts.clone(), e.Pattern.Part.clone()
	e.Retry.Same, e.Order = slices.Clone(e.Retry.Same), slices.Clone(e.Order)
	return e
}

func (a Allowed) clone() Allowed {
	return Allowed{slices.Clone(a.UnfiredRules), slices.Clone(a.UnknownMethods), slices.Clone(a.Violations)}
}

// MatchGlob reports whether a text fits a pattern in which * stands for any run of characters and ? for one, upper and lower
// case alike. The pattern of Match.Method and of Allowed is such a glob.
func MatchGlob(pattern, text string) bool { return matchGlob(pattern, text) }

// MatchError reports whether the name of an error fits a pattern in which X stands for a number: FILE_PART_X_MISSING fits
// FILE_PART_3_MISSING.
func MatchError(pattern, name string) bool {
	for len(pattern) > 0 {
		if pattern[0] == 'X' && (len(pattern) == 1 || pattern[1] == '_') {
			digits := 0
			for digits < len(name) && name[digits] >= '0' && name[digits] <= '9' {
				digits++
			}
			if digits > 0 {
				pattern, name = pattern[1:], name[digits:]
				continue
			}
		}
		if name == "" || pattern[0] != name[0] {
			return false
		}
		pattern, name = pattern[1:], name[1:]
	}
	return name == ""
}
