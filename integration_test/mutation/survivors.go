package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
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

func readRegister(path string) (list register, err error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&list); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
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
func (l register) write(path string) error {
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
	return os.WriteFile(path, out.Bytes(), 0o644)
}

// merge returns the register after the packages were judged: their survivors,
// with the reasons they had, and what is said of other packages.
func (l register) merge(results []*result) (merged register) {
	for _, a := range l {
		if !ofAny(results, a.File) {
			merged = append(merged, a)
		}
	}
	for _, r := range results {
		for _, m := range r.survivors() {
			a, _ := l.find(m)
			a.key = m.key()
			merged = append(merged, a)
		}
	}
	return merged
}

func ofAny(results []*result, file string) bool {
	for _, r := range results {
		if strings.HasPrefix(file, r.name+"/") && !strings.Contains(file[len(r.name)+1:], "/") {
			return true
		}
	}
	return false
}
