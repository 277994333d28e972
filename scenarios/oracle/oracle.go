package oracle

import (
	"slices"
	"sync"

	"github.com/fakedc/fakedc/scenarios"
)

// Bounds of what an Oracle remembers. Beyond them it says so in a check of its own.
const (
	// MaxFiles is how many uploads are watched.
	MaxFiles = 4096
	// MaxCalls is how many different parts and methods are watched, over all uploads.
	MaxCalls = 1 << 17
	// maxUnacked is how many answers wait for their acknowledgement; without one an
	// answer counts as not acknowledged.
	maxUnacked = 1 << 16
	// maxCut is how many answers that a connection did not bring wait for another one;
	// without one an answer counts as not sent again.
	maxCut = 1 << 8
	// maxWaiting is how many answers are watched that may leave late, or be heard by nobody;
	// a further one counts as one that left when its Delay was over, and was heard.
	maxWaiting = 1 << 16
)

// Rule is what an Oracle needs to know of an upload rule.
type Rule struct {
	// Enforced: breaking it is refused, and not only reported.
	Enforced bool
	// URL is where it is documented.
	URL string
}

// Oracle watches one run of one scenario. It is safe for concurrent use.
type Oracle struct {
	scenario *scenarios.Scenario
	rules    func(id string) Rule

	mu       sync.Mutex
	now      Observation
	watchers []watcher
	files    map[int]*file
	calls    map[callKey]*attempt // of methods that carry no part
	room     []attempt            // for further ones
	watched  int                  // parts and methods, over all
	unacked  map[ackKey]*attempt
	acks     bool                // somebody asks for them
	cut      []ackKey            // of unacked: carried out, and answered by the end of a connection
	waiting  map[ackKey]*attempt // for what is told of their answers afterwards
	unknown  findings
	broken   findings
	tooMany  bool
}

// file is one upload.
type file struct {
	ordinal     int
	id, account int64
	parts       map[int32]*attempt
	total       int32 // that a part announced last, a refused one too; 0 for none
	used        bool
	refused     bool // the last time that it was to be used
	lost        bool // the scenario lost bytes of it
}

// callKey names the calls that a retry without a part is one of.
type callKey struct {
	account int64
	method  string
}

type ackKey struct{ session, msgID int64 }

// attempt is the newest call of a part or of a method, with what is known of the
// ones before.
type attempt struct {
	Observation
	first uint64 // print of the first
	acked bool
	again bool // its answer was sent again, over another connection
	ok    bool // one of them was answered as usual
	// unheard: nobody was there any more to hear the answer.
	unheard bool
}

// watcher looks at one expectation.
type watcher interface {
	// see is told of each call. last is the call before of the same part, or of the
	// same method in the same account; nil for the first. f is its upload, or nil.
	see(o *Oracle, x *Observation, f *file, last *attempt)
	// check says how things stand.
	check(o *Oracle, s *State) Check
}

// New makes the oracle of a scenario, which may be nil. rules tells of upload rules.
func New(s *scenarios.Scenario, rules func(id string) Rule) *Oracle {
	if s == nil {
		s = &scenarios.Scenario{}
	}
	o := &Oracle{
		scenario: s.Clone(), rules: rules, files: map[int]*file{}, calls: map[callKey]*attempt{}, unacked: map[ackKey]*attempt{}, waiting: map[ackKey]*attempt{},
		unknown: findings{by: map[string]*Check{}}, broken: findings{by: map[string]*Check{}},
	}
	for i := range o.scenario.Expect {
		e := &o.scenario.Expect[i]
		o.acks = o.acks || e.Kind == scenarios.ExpectResent && e.Resent.Unacknowledged ||
			e.Kind == scenarios.ExpectRetry && e.Retry.After == scenarios.AfterDrop
		o.watchers = append(o.watchers, watch(e))
	}
	return o
}

// Observe takes an observation in. They come in the order of the journal.
func (o *Oracle) Observe(observed Observation) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.now = observed // in place, so that it need not be allocated for each part
	x := &o.now
	switch x.Kind {
	case Ack:
		o.sentAgain(x)
		for _, id := range x.Acked {
			if a := o.unacked[ackKey{x.Session, id}]; a != nil && a.MsgID == id {
				a.acked = true
			}
			delete(o.unacked, ackKey{x.Session, id})
		}
		return
	case Left:
		k := ackKey{x.Session, x.MsgID}
		if a := o.waiting[k]; a != nil {
			a.Waits, a.Delay, a.unheard = false, x.Delay, false
		}
		delete(o.waiting, k)
		return
	case Unheard:
		if a := o.waiting[ackKey{x.Session, x.MsgID}]; a != nil {
			a.unheard = true
		}
		return
	case Unknown:
		finding := Finding{Text: "fakedc does not answer " + x.Method + "; its caller got an error", Events: []int64{x.Seq}}
		if !o.unknown.again(x.Method, finding) {
			o.unknown.add(o.scenario.Allow.UnknownMethods, CheckUnknownMethod, x.Method, Failed, finding)
		}
	}
	if x.Kind == Hostile {
		for _, w := range o.watchers {
			if h, ok := w.(*hostileWatcher); ok {
				h.hear(x)
			}
		}
		return
	}
	o.sentAgain(x)
	f := o.file(x)
	o.note(x, f)
	if x.Kind == Use {
		for _, w := range o.watchers {
			if h, ok := w.(*hostileWatcher); ok {
				h.used(x)
			}
		}
		if f != nil {
			f.used, f.refused = f.used || x.Answer == OK, x.Answer != OK
		}
		return
	}
	last := o.last(x, f)
	for _, w := range o.watchers {
		w.see(o, x, f, last)
	}
	o.remember(x, f, last)
}

// sentAgain notes what a session is given that comes over another connection: the answers
// that an earlier one did not bring.
func (o *Oracle) sentAgain(x *Observation) {
	o.cut = slices.DeleteFunc(o.cut, func(k ackKey) bool {
		a := o.unacked[k]
		if a == nil || a.MsgID != k.msgID {
			return true // it was acknowledged, or called again
		}
		if k.session != x.Session || a.Conn == x.Conn {
			return false
		}
		a.again = true
		return true
	})
}

// file returns the upload that an observation is about, nil for none.
func (o *Oracle) file(x *Observation) *file {
	if x.File == 0 {
		return nil
	}
	f := o.files[x.File]
	if f == nil {
		if len(o.files) >= MaxFiles {
			o.tooMany = true
			return nil
		}
		f = &file{ordinal: x.File, id: x.FileID, account: x.Account, parts: map[int32]*attempt{}}
		o.files[x.File] = f
	}
	f.lost = f.lost || x.Lost
	if x.HasPart && x.Total > 0 {
		f.total = x.Total
	}
	return f
}

// last returns the call before, of the same part or of the same method.
func (o *Oracle) last(x *Observation, f *file) *attempt {
	if x.HasPart {
		if f == nil {
			return nil
		}
		return f.parts[x.Part]
	}
	return o.calls[callKey{x.Account, x.Method}]
}

// newAttempt makes many at once: there is one for each part.
func (o *Oracle) newAttempt() *attempt {
	if len(o.room) == 0 {
		o.room = make([]attempt, 16)
	}
	a := &o.room[0]
	o.room = o.room[1:]
	return a
}

// remember keeps a call for the next one of its kind to be held against.
func (o *Oracle) remember(x *Observation, f *file, last *attempt) {
	if last == nil {
		if o.watched >= MaxCalls || x.HasPart && f == nil {
			o.tooMany = true
			return
		}
		o.watched++
		last = o.newAttempt()
		last.first = x.Print
		if x.HasPart {
			f.parts[x.Part] = last
		} else {
			o.calls[callKey{x.Account, x.Method}] = last
		}
	}
	delete(o.waiting, ackKey{last.Session, last.MsgID})
	last.Observation, last.acked, last.again, last.unheard = *x, false, false, false
	last.ok = last.ok || x.Answer == OK
	last.Broken, last.Acked, last.Why = nil, nil, nil
	if x.Waits || x.Answer != OK { // of the others nobody asks whether they were heard
		room := len(o.waiting) < maxWaiting
		if last.Waits = x.Waits && room; room {
			o.waiting[ackKey{x.Session, x.MsgID}] = last
		}
	}
	if o.acks && len(o.unacked) < maxUnacked {
		k := ackKey{x.Session, x.MsgID}
		o.unacked[k] = last
		if x.Answer == Dropped && x.Done && len(o.cut) < maxCut {
			o.cut = append(o.cut, k)
		}
	}
}

// byLoss are the upload rules that a use breaks without a mistake of the client's, where
// the server has lost or spoilt parts.
var byLoss = []string{"final.part_missing", "final.unknown", "final.md5"}

// note adds up what is a finding without any expectation.
func (o *Oracle) note(x *Observation, f *file) {
	for i, id := range x.Broken {
		if f != nil && f.lost && x.Kind == Use && x.Error != "" && slices.Contains(byLoss, id) {
			continue // the scenario lost or spoilt what is missed
		}
		rule := o.rules(id)
		status := Failed
		if !rule.Enforced {
			status = Noted
		}
		finding := x.finding(x.broke(i))
		finding.Rule, finding.URL = id, rule.URL
		if !o.broken.again(id, finding) {
			o.broken.add(o.scenario.Allow.Violations, CheckViolation, id, status, finding)
		}
	}
}
