package tl

import (
	"encoding/binary"
	"fmt"

	"github.com/gotd/td/bin"
)

// Implementation limits: a body that needs more is refused. The deepest honest
// request (an album with captions and reply markup) nests 8 deep and holds a few
// hundred values; each value costs up to 500 bytes of memory, so the budget keeps
// one request under about 10 MiB whatever it claims.
const (
	MaxDepth  = 24
	MaxValues = 20_000
)

// usualParams is for how many parameters room is made before they are read.
const usualParams = 8

// standIns are constructors that Telegram's servers take where another class is asked for.
// It is not documented; Pyrogram and its forks live by it: they give every InputChannel and
// InputUser as the InputPeer that resolve_peer has found.
// https://github.com/pyrogram/pyrogram/blob/master/pyrogram/methods/chats/set_chat_photo.py
var standIns = map[string]string{
	"inputPeerChannel":            "InputChannel",
	"inputPeerChannelFromMessage": "InputChannel",
	"inputPeerSelf":               "InputUser",
	"inputPeerUser":               "InputUser",
	"inputPeerUserFromMessage":    "InputUser",
}

// DecodeError says where a body stopped making sense.
type DecodeError struct {
	// Path names the constructors and parameters on the way, outermost first.
	Path string
	// ID is the constructor id met, if the trouble was that it is unknown.
	ID     uint32
	Reason string
}

func (e *DecodeError) Error() string {
	return fmt.Sprintf("tl: decoding %s: %s", e.Path, e.Reason)
}

type decoder struct {
	b      bin.Buffer
	values int
	depth  int
	path   []string
}

// Decode reads one boxed object, whatever its layer, and returns the bytes behind
// it. Errors are *DecodeError. Byte values are copies, so that the object
// outlives b, except the query of a wrapper (!X), which aliases b.
func Decode(b []byte) (o *Object, rest []byte, err error) {
	d := decoder{b: bin.Buffer{Buf: b}}
	o, err = d.object("")
	if err != nil {
		return nil, nil, err
	}
	return o, d.b.Buf, nil
}

// DecodeVector reads a boxed vector of objects.
func DecodeVector(b []byte) (objects []*Object, rest []byte, err error) {
	d := decoder{b: bin.Buffer{Buf: b}}
	items, err := d.vector(&param{name: "vector", kind: kindVector, elem: &param{name: "element", kind: kindBoxed}})
	if err != nil {
		return nil, nil, err
	}
	for _, item := range items {
		objects = append(objects, item.(*Object))
	}
	return objects, d.b.Buf, nil
}

// PeekID returns the constructor id that b begins with.
func PeekID(b []byte) (uint32, bool) {
	if len(b) < 4 {
		return 0, false
	}
	return binary.LittleEndian.Uint32(b), true
}

func (d *decoder) fail(reason string) error {
	path := ""
	for i, p := range d.path {
		if i > 0 {
			path += "."
		}
		path += p
	}
	if path == "" {
		path = "body"
	}
	return &DecodeError{Path: path, Reason: reason}
}

func (d *decoder) spend() error {
	if d.values++; d.values > MaxValues {
		return d.fail(fmt.Sprintf("more than %d values", MaxValues))
	}
	return nil
}

func (d *decoder) object(class string) (*Object, error) {
	if d.depth++; d.depth > MaxDepth {
		return nil, d.fail(fmt.Sprintf("nested deeper than %d", MaxDepth))
	}
	defer func() { d.depth-- }()
	id, err := d.b.PeekID()
	if err != nil {
		return nil, d.fail("constructor id is cut off")
	}
	def, ok := load().byID[id]
	if !ok {
		e := d.fail(fmt.Sprintf("unknown constructor #%08x", id)).(*DecodeError)
		e.ID = id
		return nil, e
	}
	if class != "" && def.class != class && standIns[def.name] != class {
		return nil, d.fail(fmt.Sprintf("%s is a %s, not a %s", def.name, def.class, class))
	}
	d.b.Skip(bin.Word)
	d.path = append(d.path, def.name)
	// Room for all parameters of a user, most of which are absent, would be 2 KiB.
	o := &Object{Name: def.name, ID: id, Fields: make(Fields, min(len(def.params), usualParams))}
	var flags map[string]uint32
	for i := range def.params {
		p := &def.params[i]
		if p.flags != "" && flags[p.flags]&(1<<p.bit) == 0 {
			continue
		}
		if p.kind == kindFlags {
			v, err := d.b.Uint32()
			if err != nil {
				return nil, d.fail("flags are cut off")
			}
			if flags == nil {
				flags = make(map[string]uint32, 2)
			}
			flags[p.name] = v
			continue
		}
		v, err := d.value(p)
		if err != nil {
			return nil, err
		}
		o.Fields[p.name] = v
	}
	d.path = d.path[:len(d.path)-1]
	return o, nil
}

func (d *decoder) value(p *param) (any, error) {
	if err := d.spend(); err != nil {
		return nil, err
	}
	d.path = append(d.path, p.name)
	v, err := d.read(p)
	if err != nil {
		if _, typed := err.(*DecodeError); typed {
			return nil, err
		}
		return nil, d.fail(err.Error())
	}
	d.path = d.path[:len(d.path)-1]
	return v, nil
}

func (d *decoder) read(p *param) (any, error) {
	switch p.kind {
	case kindInt:
		return d.b.Int32()
	case kindLong:
		return d.b.Long()
	case kindDouble:
		return d.b.Double()
	case kindString:
		return d.b.String()
	case kindBytes:
		return d.b.Bytes()
	case kindBool:
		return d.b.Bool()
	case kindTrue:
		return true, nil
	case kindInt128:
		return d.raw(16)
	case kindInt256:
		return d.raw(32)
	case kindRest: // not copied: a wrapper may carry a part of 512 KiB
		rest := d.b.Buf
		d.b.Skip(len(rest))
		return rest, nil
	case kindBoxed:
		return d.object(p.class)
	default:
		return d.vector(p)
	}
}

func (d *decoder) raw(n int) ([]byte, error) {
	if len(d.b.Buf) < n {
		return nil, d.fail("is cut off")
	}
	v := append([]byte(nil), d.b.Buf[:n]...)
	d.b.Skip(n)
	return v, nil
}

func (d *decoder) vector(p *param) ([]any, error) {
	id, err := d.b.Uint32()
	if err != nil {
		return nil, d.fail("vector is cut off")
	}
	if id != vectorID {
		return nil, d.fail(fmt.Sprintf("#%08x is not a vector", id))
	}
	n, err := d.b.Int32()
	if err != nil {
		return nil, d.fail("vector's length is cut off")
	}
	// Every element takes four bytes at least, so a longer claim is a lie.
	if n < 0 || int(n) > len(d.b.Buf)/bin.Word {
		return nil, d.fail(fmt.Sprintf("vector claims %d elements, %d bytes are left", n, len(d.b.Buf)))
	}
	items := make([]any, 0, min(int(n), 64))
	for range n {
		v, err := d.value(p.elem)
		if err != nil {
			return nil, err
		}
		items = append(items, v)
	}
	return items, nil
}
