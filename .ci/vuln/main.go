// Vuln looks for known vulnerabilities in what fakedc is built of and calls.
//
//	cd .ci/vuln && go run . ./cmd/... ./mockserver/... ./scenarios/... ./validator/...
//
// It asks a snapshot of https://vuln.go.dev that is a Go module and so is fetched, kept
// and verified as all others are; where vuln.go.dev itself can be reached,
// FAKEDC_VULNDB=https://vuln.go.dev asks that. A vulnerability of a required module that
// fakedc's code calls is a failure (exit code 1). One of the standard library is not:
// it is the machine's Go that has to be renewed, and says so.
//
// To renew the snapshot: go list -m -json golang.org/x/vulndb@latest says its version,
// go mod download -json golang.org/x/vulndb@VERSION its sum. Both go into the constants
// below.
package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/vuln/scan"
)

// The snapshot: 25 MB to fetch, once.
const (
	database = "golang.org/x/vulndb@v0.0.0-20261105234957-e22db6528018"
	sum      = "h1:mfngRv0Yoh0VApsXKEN82CjD99kl7mtparN3bs3JnqI="
)

func main() {
	url, err := source()
	if err != nil {
		fmt.Printf("NOT CHECKED for known vulnerabilities: %v\n", err)
		if os.Getenv("FAKEDC_REQUIRE_VULNDB") != "" {
			os.Exit(1)
		}
		return
	}
	called, err := check(url, os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "vuln:", err)
		os.Exit(2)
	}
	if report(called) {
		os.Exit(1)
	}
}

// source is where the database is.
func source() (string, error) {
	if url := os.Getenv("FAKEDC_VULNDB"); url != "" {
		return url, nil
	}
	out, err := exec.Command("go", "mod", "download", "-json", database).Output()
	var got struct{ Dir, Sum, Error string }
	if decodeErr := json.Unmarshal(out, &got); err == nil {
		err = decodeErr
	}
	switch {
	case got.Error != "":
		return "", errors.New(got.Error)
	case err != nil:
		return "", fmt.Errorf("fetching %s: %w", database, err)
	case got.Sum != sum:
		return "", fmt.Errorf("%s has the sum %s, not %s", database, got.Sum, sum)
	}
	return "file://" + filepath.ToSlash(filepath.Join(got.Dir, "data", "osv")), nil
}

// finding is one vulnerable function that is called.
type finding struct {
	OSV, FixedVersion, Module, Version, Function string
	By                                           string // the function of ours
}

// message is what the scanner says, as far as it matters here.
type message struct {
	Finding *struct {
		OSV          string `json:"osv"`
		FixedVersion string `json:"fixed_version"`
		Trace        []struct{ Module, Version, Package, Function string }
	}
}

// check scans packages of the module two directories up. Only what is called comes back.
func check(url string, packages []string) (called []finding, err error) {
	if dir, local := strings.CutPrefix(url, "file://"); local {
		// To the scanner an empty directory is a database without vulnerabilities.
		flat, _ := filepath.Glob(filepath.Join(dir, "*.json"))
		indexed, _ := filepath.Glob(filepath.Join(dir, "ID", "*.json"))
		if len(flat)+len(indexed) == 0 {
			return nil, fmt.Errorf("%s holds no vulnerabilities at all", dir)
		}
	}
	var out bytes.Buffer
	args := append([]string{"-C", "../..", "-db", url, "-format", "json"}, packages...)
	cmd := scan.Command(context.Background(), args...)
	cmd.Stdout, cmd.Stderr = &out, os.Stderr
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	if err := cmd.Wait(); err != nil {
		return nil, err
	}
	scanned := false
	for d := json.NewDecoder(&out); ; {
		var m message
		if err := d.Decode(&m); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		scanned = true
		if f := m.Finding; f != nil && len(f.Trace) > 0 && f.Trace[0].Function != "" {
			at, by := f.Trace[0], f.Trace[len(f.Trace)-1]
			called = append(called, finding{f.OSV, f.FixedVersion, at.Module, at.Version, at.Package + "." + at.Function, by.Package + "." + by.Function})
		}
	}
	if !scanned {
		return nil, errors.New("the scanner said nothing")
	}
	return called, nil
}

// standard is how the scanner calls the standard library.
const standard = "stdlib"

// report tells what was found, each vulnerability once for each module that has it, and
// whether it is a failure. Some are in the standard library and in a module at once.
func report(called []finding) (failed bool) {
	slices.SortFunc(called, func(a, b finding) int {
		return cmp.Or(cmp.Compare(a.OSV, b.OSV), cmp.Compare(a.Module, b.Module))
	})
	called = slices.CompactFunc(called, func(a, b finding) bool { return a.OSV == b.OSV && a.Module == b.Module })
	old := 0
	for _, f := range called {
		if f.Module == standard {
			old++
			fmt.Printf("this machine's Go %s has %s, fixed in %s\n", f.Version, f.OSV, cmp.Or(f.FixedVersion, "no release yet"))
			continue
		}
		failed = true
		fmt.Printf("VULNERABLE: %s %s in %s %s, called by %s; fixed in %s\n", f.OSV, f.Function, f.Module, f.Version, f.By, cmp.Or(f.FixedVersion, "no release yet"))
	}
	fmt.Printf("%d known vulnerabilities of required modules are called; %d of the standard library\n", len(called)-old, old)
	return failed
}
