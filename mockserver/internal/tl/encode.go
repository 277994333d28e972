package tl

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/gotd/td/bin"
)

// vectorID is the constructor of every boxed vector:
// https://core.telegram.org/mtproto/serialize
const vectorID = 0x1cb5c415

// EncodeError says which parameter of which constructor could not be written. It
// is always a mistake of the caller: nothing that arrives from outside gets here.
type EncodeError struct {
	Constructor, Field, Reason string
}

func (e *EncodeError) Error() string {
	return fmt.Sprintf("tl: encoding %s: %s: %s", e.Constructor, e.Field, e.Reason)
}

// Append encodes o as the given layer writes it and appends it to dst. Layer
// Newest takes the newest variant of each constructor. Fields that only other
// layers have are left out; a field that no layer has is an *EncodeError.
func Append(dst []byte, layer int, o *Object) ([]byte, error) {
	b := bin.Buffer{Buf: dst}
	if err := encodeObject(&b, layer, o); err != nil {
		return nil, err
	}
	return b.Buf, nil
}

func encodeObject(b *bin.Buffer, layer int, o *Object) error {
	if o == nil {
		return &EncodeError{"?", "?", "nil object"}
	}
	d := variant(o.Name, layer)
	if d == nil {
		return &EncodeError{o.Name, "?", "no such constructor in schema.tl"}
	}
	if err := checkFields(d, o.Fields); err != nil {
		return err
	}
	b.PutUint32(d.id)
	for i := range d.params {
		p := &d.params[i]
		if p.kind == kindFlags {
			b.PutUint32(flagsOf(d, p.name, o.Fields))
			continue
		}
		if p.kind == kindTrue {
			continue
		}
		v, present := o.Fields[p.name]
		if !present {
			// Several parameters may share one flag: all of them or none.
			if p.flags == "" || flagsOf(d, p.flags, o.Fields)&(1<<p.bit) != 0 {
				return &EncodeError{o.Name, p.name, "missing"}
			}
			continue
		}
		if err := encodeValue(b, layer, o.Name, p, v); err != nil {
			return err
		}
	}
	return nil
}

func checkFields(d *def, f Fields) error {
next:
	for name := range f {
		if d.has(name) {
			continue
		}
		for _, other := range load().byName[d.name] {
			if other.has(name) {
				continue next
			}
		}
		return &EncodeError{d.name, name, "no such parameter in any layer"}
	}
	return nil
}

func flagsOf(d *def, flags string, f Fields) (v uint32) {
	for i := range d.params {
		p := &d.params[i]
		if p.flags != flags {
			continue
		}
		value, present := f[p.name]
		if p.kind == kindTrue {
			present, _ = value.(bool)
		}
		if present {
			v |= 1 << p.bit
		}
	}
	return v
}

func encodeValue(b *bin.Buffer, layer int, owner string, p *param, v any) error {
	ok := true
	switch p.kind {
	case kindInt:
		// Some parameters changed between int and double (the duration of
		// documentAttributeVideo in layer 160): what one client sent as the one,
		// another is told as the other.
		switch x := v.(type) {
		case int32:
			b.PutInt32(x)
		case float64:
			b.PutInt32(int32(x))
		default:
			ok = false
		}
	case kindLong:
		var x int64
		if x, ok = v.(int64); ok {
			b.PutLong(x)
		}
	case kindDouble:
		var x float64
		switch n := v.(type) {
		case float64:
			x = n
		case int32:
			x = float64(n)
		default:
			ok = false
		}
		b.Buf = binary.LittleEndian.AppendUint64(b.Buf, math.Float64bits(x))
	case kindString:
		var x string
		if x, ok = v.(string); ok {
			b.PutString(x)
		}
	case kindBytes:
		var x []byte
		if x, ok = v.([]byte); ok {
			b.PutBytes(x)
		}
	case kindBool:
		var x bool
		if x, ok = v.(bool); ok {
			b.PutBool(x)
		}
	case kindInt128, kindInt256, kindRest:
		return encodeRaw(b, owner, p, v)
	case kindBoxed:
		return encodeBoxed(b, layer, owner, p, v)
	case kindVector:
		return encodeVector(b, layer, owner, p, v)
	}
	if !ok {
		return wrongType(owner, p, v)
	}
	return nil
}

func wrongType(owner string, p *param, v any) error {
	return &EncodeError{owner, p.name, fmt.Sprintf("a %T does not fit", v)}
}

func encodeRaw(b *bin.Buffer, owner string, p *param, v any) error {
	x, ok := v.([]byte)
	if !ok || p.kind == kindInt128 && len(x) != 16 || p.kind == kindInt256 && len(x) != 32 {
		return wrongType(owner, p, v)
	}
	b.Put(x)
	return nil
}

func encodeBoxed(b *bin.Buffer, layer int, owner string, p *param, v any) error {
	x, ok := v.(*Object)
	if !ok {
		return wrongType(owner, p, v)
	}
	if d := variant(x.Name, layer); d != nil && d.class != p.class {
		return &EncodeError{owner, p.name, fmt.Sprintf("%s is a %s, not a %s", x.Name, d.class, p.class)}
	}
	return encodeObject(b, layer, x)
}

func encodeVector(b *bin.Buffer, layer int, owner string, p *param, v any) error {
	items, ok := v.([]any)
	if !ok {
		return wrongType(owner, p, v)
	}
	b.PutUint32(vectorID)
	b.PutInt(len(items))
	for _, item := range items {
		if err := encodeValue(b, layer, owner, p.elem, item); err != nil {
			return err
		}
	}
	return nil
}

// AppendVector encodes a boxed vector of objects, the form in which methods
// such as users.getUsers answer.
func AppendVector(dst []byte, layer int, objects ...*Object) ([]byte, error) {
	b := bin.Buffer{Buf: dst}
	p := &param{name: "vector", kind: kindVector, elem: &param{name: "element", kind: kindBoxed}}
	b.PutUint32(vectorID)
	b.PutInt(len(objects))
	for _, o := range objects {
		if d := variant(nameOf(o), layer); d != nil {
			p.elem.class = d.class
		}
		if err := encodeBoxed(&b, layer, "vector", p.elem, o); err != nil {
			return nil, err
		}
	}
	return b.Buf, nil
}

func nameOf(o *Object) string {
	if o == nil {
		return ""
	}
	return o.Name
}
