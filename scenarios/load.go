package scenarios

import (
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

//go:embed library/*.yaml
var library embed.FS

// builtinPrefix marks the name of a built-in scenario where a path could stand.
const builtinPrefix = "builtin:"

// UnknownBuiltinError is returned for a name that no built-in scenario has.
type UnknownBuiltinError struct {
	Name string
	// DidYouMean is a name that exists and looks like it, or empty.
	DidYouMean string
}

// Error says what was asked for and what there is.
func (e *UnknownBuiltinError) Error() string {
	hint := "; there are " + strings.Join(Builtins(), ", ")
	if e.DidYouMean != "" {
		hint = fmt.Sprintf(" (did you mean %q?)", e.DidYouMean)
	}
	return fmt.Sprintf("scenarios: no built-in scenario %s%s", quote(e.Name), hint)
}

// Load reads a scenario from a file, or the built-in one that builtin:NAME names, with everything that it includes.
func Load(path string) (*Scenario, error) {
	s, _, err := LoadWith(path, nil)
	return s, err
}

// LoadWith is Load with values for parameters of the scenario. files are the names of all files that were read.
func LoadWith(path string, params map[string]string) (s *Scenario, files []string, err error) {
	s, _, files, err = load(path, params)
	return s, files, err
}

// load is LoadWith for those who also ask where everything was written.
func load(path string, params map[string]string) (s *Scenario, d *decoder, files []string, err error) {
	src, err := Source(path)
	if err != nil {
		return nil, nil, nil, err
	}
	shared := newIncludes(path, Source)
	s, d, err = readAs(path, src, params, shared)
	return s, d, *shared.files, err
}

// Source reads the text of a scenario from a file, or the built-in one that builtin:NAME names. Of a file that is too long it
// returns as much as Parse needs to refuse it.
func Source(path string) ([]byte, error) {
	if name, ok := strings.CutPrefix(path, builtinPrefix); ok {
		return BuiltinSource(name)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("scenarios: opening the scenario: %w%s", err, builtinHint(path, err))
	}
	defer f.Close()
	// One byte more than allowed is enough to see that there is too much, without reading a device to its end.
	src, err := io.ReadAll(io.LimitReader(f, MaxFileSize+1))
	if err != nil {
		return nil, fmt.Errorf("scenarios: reading the scenario: %w", err)
	}
	return src, nil
}

// builtinHint names the built-in scenario that was meant where there is no such file, if one has such a name.
func builtinHint(path string, err error) string {
	likely := suggest(nameFromFile(path), Builtins())
	if likely == "" || !errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	return fmt.Sprintf(" (did you mean %s%s?)", builtinPrefix, likely)
}

// Builtins returns the names of the built-in scenarios, sorted.
func Builtins() []string {
	entries, err := library.ReadDir("library")
	if err != nil {
		return nil
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = strings.TrimSuffix(e.Name(), ".yaml")
	}
	return names
}

// BuiltinSource returns the file of a built-in scenario, comments and all. The error is an *UnknownBuiltinError.
func BuiltinSource(name string) ([]byte, error) {
	names := Builtins()
	if !slices.Contains(names, name) {
		return nil, &UnknownBuiltinError{Name: name, DidYouMean: suggest(name, names)}
	}
	return library.ReadFile(path.Join("library", name+".yaml"))
}

// Builtin returns a built-in scenario by its name, without the builtin: in front.
func Builtin(name string) (*Scenario, error) {
	src, err := BuiltinSource(name)
	if err != nil {
		return nil, err
	}
	return Parse(builtinPrefix+name, src)
}
