package scenarios

import (
	"fmt"
	"time"

	"go.yaml.in/yaml/v4"
)

// Corruption is what happens to the bytes of a part on their way to the store. The answer is that of a good part, and only
// who reads the file back, or has its MD5 checked, finds out. Sent again, the part is stored as it should be.
type Corruption uint8

// The ways to spoil a part.
const (
	// CorruptNot leaves the bytes as they are.
	CorruptNot Corruption = iota
	// CorruptFlip turns over one bit, which a hash chooses.
	CorruptFlip
	// CorruptTruncate drops the second half.
	CorruptTruncate
	// CorruptZero makes every byte 0.
	CorruptZero
)

var corruptNames = []string{"not", "flip", "truncate", "zero"}

// String returns the word used in scenario files.
func (c Corruption) String() string { return nameOf(corruptNames, int(c)) }

// storeDraft is a store action that needs more than a word, while its keys are read.
type storeDraft struct {
	rule   *Rule
	chosen string
}

var storeFields = object[storeDraft]{prefix: "store", fields: []field[storeDraft]{
	{"lose_after", kindDuration, "stores the part and forgets it so much later", oneStore(scalar(parseLoseAfter, func(s *storeDraft) *time.Duration { return &s.rule.LoseAfter }))},
	{"corrupt", kindCorrupt, "stores other bytes than came", oneStore(scalar(word(corruptNames[1:], CorruptFlip), func(s *storeDraft) *Corruption { return &s.rule.Corrupt }))},
}}

// oneStore is a key of which a store action has exactly one.
func oneStore(decode func(*decoder, *yaml.Node, *storeDraft)) func(*decoder, *yaml.Node, *storeDraft) {
	return func(d *decoder, n *yaml.Node, into *storeDraft) {
		if into.chosen != "" {
			d.fail(n, "one thing becomes of a part, and here "+into.chosen+" says already what", "")
			return
		}
		into.chosen = d.path
		decode(d, n, into)
	}
}

// decodeStore reads a word, or a mapping where a word is not enough.
func decodeStore(d *decoder, n *yaml.Node, into *Rule) {
	if d.resolve(n).Kind != yaml.MappingNode {
		scalar(word(storeNames[1:], StoreKeep), func(r *Rule) *StoreAction { return &r.Store })(d, n, into)
		return
	}
	draft := storeDraft{rule: into}
	before := len(d.errs)
	storeFields.decode(d, n, &draft)
	if draft.chosen == "" && len(d.errs) == before {
		d.fail(n, "the mapping is empty: it needs lose_after or corrupt", "")
	}
}

// parseLoseAfter refuses 0, which in Go means that the part is not lost.
func parseLoseAfter(text string) (time.Duration, error) {
	v, err := parseDuration(text)
	if err == nil && v == 0 {
		err = &hintedError{"to lose the part at once needs no time", "store: lose"}
	}
	return v, err
}

// aboutStore reports whether the rule says what becomes of the bytes.
func (r *Rule) aboutStore() bool {
	return r.Store != StoreDefault || r.Corrupt != CorruptNot || r.LoseAfter != 0
}

// stored checks what is to become of bytes that are stored.
func (c *checker) stored(r *Rule) {
	if int(r.Corrupt) >= len(corruptNames) {
		c.fail("store.corrupt", fmt.Sprintf("%d is not a way to spoil bytes", r.Corrupt))
	}
	c.duration("store.lose_after", r.LoseAfter)
	ways := 0
	for _, set := range []bool{r.Store != StoreDefault, r.Corrupt != CorruptNot, r.LoseAfter != 0} {
		if set {
			ways++
		}
	}
	if ways > 1 {
		c.fail("store", "the rule says twice what becomes of the bytes: use one of Store, Corrupt and LoseAfter")
	}
}
