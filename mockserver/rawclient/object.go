package rawclient

import (
	"context"
	"fmt"
	"slices"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// NewestLayer is the newest API layer of the TL tables.
//
// https://core.telegram.org/api/layers
const NewestLayer = tl.NewestLayer

// Object is a TL value: the name of its constructor or method, and its fields by
// their TL names. The values are int32 for int, int64 for long, float64 for
// double, string, []byte for bytes, int128 and int256, bool for Bool and for
// flags of type true, *Object for boxed types, []any for vectors.
type Object = tl.Object

// Fields are the fields of an Object.
type Fields = tl.Fields

// NewObject makes an Object; fields may be nil.
func NewObject(name string, fields Fields) *Object { return tl.New(name, fields) }

// Encode writes o as the given layer does (0: the newest), for Invoke, Envelope
// and GzipPacked.
func Encode(layer int, o *Object) ([]byte, error) { return tl.Append(nil, layer, o) }

// Decode reads one boxed object of any layer; what follows it is an error.
func Decode(b []byte) (*Object, error) {
	o, rest, err := tl.Decode(b)
	if err != nil {
		return nil, err
	}
	if len(rest) > 0 {
		return nil, fmt.Errorf("rawclient: %d bytes after %s", len(rest), o.Name)
	}
	return o, nil
}

// Call asks a query in the client's layer and decodes its answer. It knows the
// methods of an upload; for others there is Invoke.
func (c *Client) Call(ctx context.Context, query *Object) (*Object, error) {
	body, err := Encode(c.Layer(), query)
	if err != nil {
		return nil, err
	}
	answer, err := c.Invoke(ctx, body)
	if err != nil {
		return nil, err
	}
	o, err := Decode(answer)
	if err != nil {
		return nil, fmt.Errorf("rawclient: the answer to %s: %w", query.Name, err)
	}
	return o, nil
}

// call is Call for queries that have answers of these kinds only.
func (c *Client) call(ctx context.Context, query *Object, kinds ...string) (*Object, error) {
	o, err := c.Call(ctx, query)
	if err != nil {
		return nil, err
	}
	if slices.Contains(kinds, o.Name) {
		return o, nil
	}
	return nil, fmt.Errorf("rawclient: %s answered with %s, expected %v", query.Name, o.Name, kinds)
}

// callBool is Call for queries that are answered with a Bool.
func (c *Client) callBool(ctx context.Context, query *Object) (bool, error) {
	o, err := c.call(ctx, query, "boolTrue", "boolFalse")
	return err == nil && o.Name == "boolTrue", err
}
