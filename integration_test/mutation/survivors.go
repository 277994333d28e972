package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"strings"
)

// accepted is a survivor that somebody has looked at.
type accepted struct {
	key
	// Equivalent says that no test can tell the mutant from the code.
	Equivalent bool   `json:"equivalent,omitempty"`
	Reason     string `json:"reason"`
}

// register is the list of accepted survivors, in the order of the file.
type register []accepted

func readRegister(from string) (list register, err error) {
	text, err := os.ReadFile(from)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&list); err != nil {
		return nil, fmt.Errorf("%s: %w", from, err)
	}
	return list, nil
}

func (l register) find(m mutant) (accepted, bool) {
	for _, a := range l {
		if a.key == m.key() {
			return a, true
		}
	}
	return accepted{}, false
}

// write puts one survivor on each line, so that a difference is easy to read.
func (l register) write(to string) error {
	var out bytes.Buffer
	for i, a := range l {
		start := ",\n"
		if i == 0 {
			start = "[\n"
		}
		out.WriteString(start)
		var line bytes.Buffer
		e := json.NewEncoder(&line)
		e.SetEscapeHTML(false)
		if err := e.Encode(a); err != nil {
			return err
		}
		out.WriteString(strings.TrimSpace(line.String()))
	}
	if len(l) == 0 {
		out.WriteString("[")
	}
	out.WriteString("\n]\n")
	return os.WriteFile(to, out.Bytes(), 0o644)
}

// equivalent counts the equivalent mutants of a package.
func (l register) equivalent(name string) (n int) {
	for _, a := range l {
		if a.Equivalent && of(name, a.File) {
			n++
		}
	}
	return n
}

// among is what the register says of these mutants: of a sample not more.
func (l register) among(mutants []mutant) (some register) {
	for _, m := range mutants {
		if a, ok := l.find(m); ok {
			some = append(some, a)
		}
	}
	return some
}

// merge returns the register after a package was judged: its survivors, with the
// reasons they had, and what is said of other packages.
func (l register) merge(r *result) (merged register) {
	for _, a := range l {
		if !of(r.name, a.File) {
			merged = append(merged, a)
		}
	}
	for _, m := range r.survivors() {
		a, _ := l.find(m)
		a.key = m.key()
		merged = append(merged, a)
	}
	return merged
}

// of tells whether a file is one of the package's own, and not of a package below.
func of(name, file string) bool { return path.Dir(file) == name }
