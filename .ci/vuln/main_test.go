package main

import (
	"path/filepath"
	"testing"
)

// A vulnerability of a required module that is called is found, and is a failure.
func TestFindsWhatIsCalled(t *testing.T) {
	dir, err := filepath.Abs("testdata/invented")
	if err != nil {
		t.Fatal(err)
	}
	called, err := check("file://"+filepath.ToSlash(dir), []string{"./mockserver/internal/rpc"})
	if err != nil {
		t.Fatal(err)
	}
	if len(called) == 0 || called[0].OSV != "GO-0000-0001" || called[0].Module != "github.com/klauspost/compress" {
		t.Fatalf("found %+v", called)
	}
	if !report(called) {
		t.Fatal("it is no failure")
	}
}

// What is wrong with the machine's Go is told, and fails nobody.
func TestStandardLibraryIsTheMachines(t *testing.T) {
	if report([]finding{{OSV: "GO-0000-0002", Module: standard, Version: "v1.0.0"}}) {
		t.Fatal("it is a failure")
	}
}

// One that the standard library and a module share is a failure, in whatever order the
// scanner tells of them.
func TestSharedWithTheStandardLibrary(t *testing.T) {
	std, module := finding{OSV: "GO-0000-0003", Module: standard}, finding{OSV: "GO-0000-0003", Module: "golang.org/x/net"}
	for _, called := range [][]finding{{std, module}, {module, std}} {
		if !report(called) {
			t.Fatal("it is no failure")
		}
	}
}

// A directory that is no database must not look like a clean one.
func TestRefusesWhatIsNoDatabase(t *testing.T) {
	if _, err := check("file://"+t.TempDir(), []string{"./validator"}); err == nil {
		t.Fatal("it was taken for a database")
	}
}
