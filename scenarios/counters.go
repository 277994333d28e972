package scenarios

// MaxCounters is how many counters an Engine keeps. Clients choose their file ids and part numbers, so the number of scopes has
// no bound of its own. Beyond it the counter that was used longest ago is dropped, and its rule starts to count again there.
// Counters of ScopeServer are never dropped. A Premium file has at most 8000 parts, so this is room for 16 rules that
// count per part, on one such file.
const MaxCounters = 1 << 17

// counter is what a rule remembers about one scope.
type counter struct {
	seen, fired int64
	meeting     *Meeting // of a Hold, once it has fired
}

// noRule counts calls for no rule, but for their chances.
const noRule = -1

// counterKey names a counter.
type counterKey struct {
	rule  int32
	part  int32
	scope Scope
	id    int64
}

// scopeKey returns the key of the counter that a call belongs to. A call without a part counts in its file, one without a file
// in its account.
func scopeKey(per Scope, rule int32, c *Call) counterKey {
	k := counterKey{rule: rule, scope: per}
	if per == ScopePart && !c.HasPart {
		k.scope = ScopeFile
	}
	if (per == ScopePart || per == ScopeFile) && c.FileOrdinal <= 0 {
		k.scope = ScopeAccount
	}
	switch k.scope {
	case ScopePart:
		k.id, k.part = int64(c.FileOrdinal), c.Part
	case ScopeFile:
		k.id = int64(c.FileOrdinal)
	case ScopeSession:
		k.id = c.Session
	case ScopeConnection:
		k.id = c.Connection
	case ScopeAccount:
		k.id = c.Account
	}
	return k
}

// file returns the ordinal of the file that a counter belongs to, or 0.
func (k counterKey) file() int64 {
	if k.scope == ScopeFile || k.scope == ScopePart {
		return k.id
	}
	return 0
}

// entry is a counter with its place in two chains: all counters by use, and those of one file.
type entry struct {
	counter
	key    counterKey
	byUse  link
	inFile link
}

type link struct{ before, after *entry }

// counterTable holds the counters of an Engine, at most limit of them. It does not lock.
type counterTable struct {
	limit   int
	server  []counter
	entries map[counterKey]*entry
	files   map[int64]*entry
	// newest and oldest are the ends of the chain by use.
	newest, oldest *entry
}

func newCounterTable(rules, limit int) *counterTable {
	return &counterTable{limit: limit, server: make([]counter, rules), entries: map[counterKey]*entry{}, files: map[int64]*entry{}}
}

// at returns the counter of a key, a new one if need be. It is good until the next call.
func (t *counterTable) at(k counterKey) *counter {
	if k.scope == ScopeServer {
		return &t.server[k.rule]
	}
	e := t.entries[k]
	if e == nil {
		if len(t.entries) >= t.limit {
			t.drop(t.oldest)
		}
		e = &entry{key: k}
		t.entries[k] = e
		t.joinFile(e)
	} else {
		t.unchain(e)
	}
	t.chain(e)
	return &e.counter
}

// forgetFile drops every counter of a file.
func (t *counterTable) forgetFile(ordinal int64) {
	for t.files[ordinal] != nil {
		t.drop(t.files[ordinal])
	}
}

func (t *counterTable) drop(e *entry) {
	delete(t.entries, e.key)
	t.unchain(e)
	t.leaveFile(e)
}

// chain puts e at the new end of the chain by use.
func (t *counterTable) chain(e *entry) {
	e.byUse = link{before: t.newest}
	if t.newest != nil {
		t.newest.byUse.after = e
	} else {
		t.oldest = e
	}
	t.newest = e
}

func (t *counterTable) unchain(e *entry) {
	if e.byUse.before != nil {
		e.byUse.before.byUse.after = e.byUse.after
	} else {
		t.oldest = e.byUse.after
	}
	if e.byUse.after != nil {
		e.byUse.after.byUse.before = e.byUse.before
	} else {
		t.newest = e.byUse.before
	}
}

// joinFile puts e at the head of its file's chain.
func (t *counterTable) joinFile(e *entry) {
	file := e.key.file()
	if file == 0 {
		return
	}
	e.inFile.after = t.files[file]
	if e.inFile.after != nil {
		e.inFile.after.inFile.before = e
	}
	t.files[file] = e
}

func (t *counterTable) leaveFile(e *entry) {
	file := e.key.file()
	if file == 0 {
		return
	}
	if e.inFile.after != nil {
		e.inFile.after.inFile.before = e.inFile.before
	}
	switch {
	case e.inFile.before != nil:
		e.inFile.before.inFile.after = e.inFile.after
	case e.inFile.after != nil:
		t.files[file] = e.inFile.after
	default:
		delete(t.files, file)
	}
}
