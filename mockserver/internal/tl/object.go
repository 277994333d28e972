package tl

// Fields holds the parameters of an object by their TL names. The Go types are
// int32 for int, int64 for long, float64 for double, string, []byte for bytes,
// int128, int256 and !X, bool for Bool and for true flags, *Object for boxed
// types and []any for vectors. A parameter under a flag is present when its key
// is (a true flag: when its value is true).
type Fields map[string]any

// Object is one TL value with the name of its constructor.
type Object struct {
	Name   string
	Fields Fields
	// ID is the constructor id it was decoded from, 0 for an object made here.
	ID uint32
}

// New makes an object. Fields may be nil.
func New(name string, f Fields) *Object { return &Object{Name: name, Fields: f} }

// Bool is boolTrue or boolFalse.
func Bool(v bool) *Object {
	if v {
		return New("boolTrue", nil)
	}
	return New("boolFalse", nil)
}

// Vector turns a slice of objects into a vector's value.
func Vector(objects ...*Object) []any {
	out := make([]any, len(objects))
	for i, o := range objects {
		out[i] = o
	}
	return out
}

func field[T any](o *Object, name string) T {
	var zero T
	if o == nil {
		return zero
	}
	v, _ := o.Fields[name].(T)
	return v
}

// Has tells whether the parameter is present.
func (o *Object) Has(name string) bool {
	if o == nil {
		return false
	}
	_, ok := o.Fields[name]
	return ok
}

// Int returns an int parameter, 0 if absent. The accessors below work alike: an
// absent parameter, or a nil object, is the zero value.
func (o *Object) Int(name string) int32 { return field[int32](o, name) }

// Long returns a long parameter.
func (o *Object) Long(name string) int64 { return field[int64](o, name) }

// Double returns a double parameter.
func (o *Object) Double(name string) float64 { return field[float64](o, name) }

// Str returns a string parameter.
func (o *Object) Str(name string) string { return field[string](o, name) }

// Bytes returns a bytes, int128, int256 or !X parameter.
func (o *Object) Bytes(name string) []byte { return field[[]byte](o, name) }

// Bool returns a Bool or true parameter.
func (o *Object) Bool(name string) bool { return field[bool](o, name) }

// Obj returns a boxed parameter, nil if absent.
func (o *Object) Obj(name string) *Object { return field[*Object](o, name) }

// Vector returns a vector parameter.
func (o *Object) Vector(name string) []any { return field[[]any](o, name) }

// Objects returns the objects of a vector parameter.
func (o *Object) Objects(name string) []*Object {
	items := o.Vector(name)
	out := make([]*Object, 0, len(items))
	for _, v := range items {
		if e, ok := v.(*Object); ok {
			out = append(out, e)
		}
	}
	return out
}
