package drivers_test

import (
	"encoding/json"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/integration_test/internal/clients"
	"github.com/fakedc/fakedc/integration_test/internal/drivers"
)

// driven runs contract.py with the body of a work(job, report), and no library.
func driven(t *testing.T, body string) (r drivers.Result) {
	t.Helper()
	program := `
import asyncio, logging, os, sys, time
sys.path.insert(0, os.getcwd())
sys.dont_write_bytecode = True
import contract

async def work(job, report):
` + body + `

contract.main("nothing 1.0", 7, work)`
	out := clients.Run(t, clients.Command{
		Path: clients.NeedTool(t, "python3"), Args: []string{"-c", program}, Stdin: `{"path": "doc.go", "timeout": 1}`,
	})
	require.Zero(t, out.ExitCode, out.Stderr)
	require.NoError(t, json.Unmarshal([]byte(out.Stdout), &r), "one line of JSON, whatever else is printed: %q", out.Stdout)
	require.Equal(t, "nothing 1.0", r.Library)
	require.Equal(t, 7, r.Layer)
	return r
}

func TestDriverThatReadsBack(t *testing.T) {
	r := driven(t, `
    print("a library's words")
    os.system("echo those of a program")
    report.note("first"); report.note("second"); report.note("first")
    return b"abc"`)
	require.True(t, r.OK)
	require.Equal(t, 3, r.Size)
	require.Equal(t, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", r.SHA256)
	require.Equal(t, "first; second", r.Note)
}

func TestDriverThatReadsNothing(t *testing.T) {
	r := driven(t, `
    return None`)
	require.True(t, r.OK)
	require.Empty(t, r.SHA256)
}

func TestDriverWhoseLibraryRaises(t *testing.T) {
	r := driven(t, `
    class FilePartInvalid(Exception):
        CODE = 400
    raise FilePartInvalid("no")`)
	require.False(t, r.OK)
	require.Equal(t, drivers.Error{Class: "FilePartInvalid", Message: "no", Code: 400}, r.Error)
}

// What a library logs and swallows is told.
func TestDriverWhoseLibraryLogs(t *testing.T) {
	r := driven(t, `
    try:
        raise KeyError("swallowed")
    except KeyError:
        logging.getLogger("library").exception("it went wrong")
    logging.getLogger("library").error("no exception")
    return None`)
	require.True(t, r.OK)
	require.Equal(t, "in its log: KeyError", r.Note)
}

// A library that waits for ever, or never lets go of the event loop, is ended.
func TestDriverThatHangs(t *testing.T) {
	for _, body := range []string{"await asyncio.sleep(3600)", "time.sleep(3600)"} {
		started := time.Now()
		r := driven(t, `
    report.note("so far")
    `+body)
		require.Equal(t, drivers.Error{Class: "Timeout", Message: "not done after 1 s"}, r.Error)
		require.Equal(t, "so far", r.Note)
		require.Less(t, time.Since(started), 30*time.Second)
	}
}

// The result does not wait for what a library left behind.
func TestDriverWithSomethingLeftBehind(t *testing.T) {
	r := driven(t, `
    import threading
    threading.Thread(target=time.sleep, args=[3600]).start()
    await contract.goodbye(report, asyncio.sleep(0))
    return None`)
	require.True(t, r.OK, "%+v", r)
}

// Paths are those of the folder that the driver was started in, and files that a
// library leaves go elsewhere.
func TestDriverWorksInAFolderOfItsOwn(t *testing.T) {
	r := driven(t, `
    open("litter.txt", "w").close()
    report.note(job["path"])
    return open(job["path"], "rb").read(2)`)
	want, err := filepath.Abs("doc.go")
	require.NoError(t, err)
	require.Equal(t, want, r.Note)
	require.Equal(t, 2, r.Size)
	require.NoFileExists(t, "litter.txt")
}
