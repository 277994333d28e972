package matrix

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
)

// Client is one entry of a manifest.json.
type Client struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	// Driver is the program and its arguments; a program with a slash is in the
	// client's folder.
	Driver []string `json:"driver"`
	// Build is a Go package in the client's folder that is the driver.
	Build string `json:"build"`
	// Tools are programs in the PATH, Needs files in the folder that Install makes.
	Tools   []string `json:"tools"`
	Needs   []string `json:"needs"`
	Install string   `json:"install"`
	// Transports by the client's own names.
	Transports []string `json:"transports"`
	Default    string   `json:"default"`
	// Note is what a reader of the matrix should know of the driver.
	Note string `json:"note"`

	dir, program string
}

// Load reads the manifests of all clients below a folder, in the order of their names.
func Load(root string) (all []*Client, err error) {
	files, err := filepath.Glob(filepath.Join(root, "*", "manifest.json"))
	if err != nil {
		return nil, fmt.Errorf("matrix: looking for clients in %s: %w", root, err)
	}
	for _, file := range files {
		found, err := read(file)
		if err != nil {
			return nil, fmt.Errorf("matrix: reading %s: %w", file, err)
		}
		all = append(all, found...)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("matrix: there is no client in %s: run this in the module's folder", root)
	}
	sort.SliceStable(all, func(i, k int) bool { return strings.ToLower(all[i].Name) < strings.ToLower(all[k].Name) })
	return all, nil
}

// read takes a manifest of one client or a list of several.
func read(file string) (all []*Client, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	if text = bytes.TrimSpace(text); bytes.HasPrefix(text, []byte("{")) {
		text = append(append([]byte("["), text...), ']')
	}
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, err
	}
	dir, err := filepath.Abs(filepath.Dir(file))
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		if c.Name == "" || len(c.Transports) == 0 || c.Default == "" || (len(c.Driver) == 0) == (c.Build == "") {
			return nil, errors.New("name, transports, default and either driver or build are needed")
		}
		c.dir = dir
	}
	return all, nil
}

// Prepare checks that the client is installed and builds what has to be built into
// a folder. An error says what is missing.
func (c *Client) Prepare(ctx context.Context, scratch string) error {
	for _, tool := range c.Tools {
		if _, err := exec.LookPath(tool); err != nil {
			return fmt.Errorf("%s is not in the PATH", tool)
		}
	}
	for _, path := range c.Needs {
		if _, err := os.Stat(filepath.Join(c.dir, filepath.FromSlash(path))); err != nil {
			return fmt.Errorf("not installed: %s", c.Install)
		}
	}
	if c.Build != "" {
		return c.build(ctx, scratch)
	}
	if strings.Contains(c.Driver[0], "/") {
		c.program = filepath.Join(c.dir, filepath.FromSlash(c.Driver[0]))
		return nil
	}
	program, err := exec.LookPath(c.Driver[0])
	if err != nil {
		return fmt.Errorf("%s is not in the PATH", c.Driver[0])
	}
	c.program = program
	return nil
}

func (c *Client) build(ctx context.Context, scratch string) error {
	c.program = filepath.Join(scratch, filepath.Base(c.dir)+"-driver.exe") // Windows runs nothing without
	cmd := exec.CommandContext(ctx, "go", "build", "-o", c.program, c.Build)
	cmd.Dir = c.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build %s: %w: %s", c.Build, err, bytes.TrimSpace(out))
	}
	return nil
}

// arguments of the program, without its name.
func (c *Client) arguments() []string {
	if len(c.Driver) == 0 {
		return nil
	}
	return c.Driver[1:]
}
