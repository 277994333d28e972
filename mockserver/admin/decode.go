package admin

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
)

// takes says in the words of JSON what a field of ours is.
func takes(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "boolean"
	case reflect.Slice:
		return "array"
	case reflect.Struct, reflect.Map:
		return "object"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return fmt.Sprintf("number, a whole one of %d bits", t.Bits())
	}
	return "number"
}

// mismatch says what a value is and what it should be, without the words of Go.
func mismatch(e *json.UnmarshalTypeError) error {
	what, is := e.Field, e.Value
	if what == "" {
		what = "it"
	}
	if is == "bool" {
		is = "boolean"
	}
	is = strings.Replace(is, "number ", "number, ", 1) // one that does not fit
	return fmt.Errorf("%s is a JSON %s, and takes a JSON %s", what, is, takes(e.Type))
}

// decode reads one JSON value and nothing behind it.
func decode(text []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		var wrong *json.UnmarshalTypeError
		if errors.As(err, &wrong) {
			return mismatch(wrong)
		}
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the value")
	}
	return nil
}
