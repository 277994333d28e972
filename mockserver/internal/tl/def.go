package tl

import "sync"

// kind says how one parameter is written.
type kind uint8

const (
	kindInt kind = iota
	kindLong
	kindDouble
	kindString
	kindBytes
	kindBool
	kindTrue   // no bytes: present when its flag is set
	kindFlags  // #: computed when encoding
	kindInt128 // 16 raw bytes
	kindInt256 // 32 raw bytes
	kindBoxed  // any constructor of a class
	kindVector // Vector<elem>
	kindRest   // !X: the query that a wrapper carries, left undecoded
)

// param is one parameter of a constructor.
type param struct {
	name  string
	kind  kind
	class string // kindBoxed: the class
	elem  *param // kindVector: the element
	flags string // name of the # parameter it depends on, "" if mandatory
	bit   uint8
}

// def is one line of schema.tl.
type def struct {
	id       uint32
	name     string
	class    string
	function bool
	min, max int // layers, 0 is open
	params   []param
}

func (d *def) has(field string) bool {
	for i := range d.params {
		if d.params[i].name == field {
			return true
		}
	}
	return false
}

type tables struct {
	byID   map[uint32]*def
	byName map[string][]*def // ordered by layer
}

var load = sync.OnceValue(func() *tables {
	t := &tables{
		byID:   make(map[uint32]*def, len(defs)),
		byName: make(map[string][]*def, len(defs)),
	}
	for i := range defs {
		d := &defs[i]
		t.byID[d.id] = d
		t.byName[d.name] = append(t.byName[d.name], d)
	}
	return t
})

// NewestLayer is the newest layer that schema.tl covers. A client of a newer one is
// answered as in this. https://core.telegram.org/api/layers
const NewestLayer = 230

// Newest asks for the newest variant of each constructor instead of a layer's.
const Newest = 0

// variant picks the line of a layer: the one whose range holds it, else the
// nearest older one, else the oldest.
func variant(name string, layer int) *def {
	all := load().byName[name]
	if len(all) == 0 {
		return nil
	}
	if layer == Newest {
		return all[len(all)-1]
	}
	best := all[0]
	for _, d := range all {
		if d.min <= layer {
			best = d
		}
	}
	return best
}

// ID returns the constructor id of a name in a layer, false for a name that
// schema.tl does not have.
func ID(name string, layer int) (uint32, bool) {
	d := variant(name, layer)
	if d == nil {
		return 0, false
	}
	return d.id, true
}

// Name returns the name behind an id, false for an id that schema.tl does not
// have.
func Name(id uint32) (string, bool) {
	d, ok := load().byID[id]
	if !ok {
		return "", false
	}
	return d.name, true
}
