package matrix

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/fakedc/fakedc/mockserver"
)

// Job is what a driver is told.
type Job struct {
	DC        Address `json:"dc"`
	Transport string  `json:"transport"`
	As        string  `json:"as"`     // "bot" or "user"
	Action    string  `json:"action"` // "roundtrip" or "upload"
	Path      string  `json:"path"`
	Name      string  `json:"name"`
	Timeout   float64 `json:"timeout"` // seconds
}

// Address is where the fake datacenter is.
type Address struct {
	ID          int    `json:"id"`
	Host        string `json:"host"`
	Port        int    `json:"port"`
	PublicKey   string `json:"publicKey"`
	Fingerprint string `json:"fingerprint"`
}

// addressOf is where a server is that listens at addr.
func addressOf(dc *mockserver.Server, addr string) (Address, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return Address{}, fmt.Errorf("matrix: the server's address: %w", err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return Address{}, fmt.Errorf("matrix: the server's port: %w", err)
	}
	key := dc.PublicKey()
	return Address{ID: dc.DC(), Host: host, Port: number, PublicKey: key.PEM, Fingerprint: strconv.FormatInt(key.Fingerprint, 10)}, nil
}

// Result is what a driver answers.
type Result struct {
	OK      bool     `json:"ok"`
	SHA256  string   `json:"sha256,omitempty"` // of what was read back
	Error   *Failure `json:"error,omitempty"`
	Note    string   `json:"note,omitempty"`
	Library string   `json:"library"`
	Layer   int      `json:"layer"`
	Seconds float64  `json:"seconds"`
}

// Failure is an error as the library's user gets it.
type Failure struct {
	Class   string `json:"class"`
	Message string `json:"message"`
	Code    int    `json:"code"`
}

// Classes of failures that are not the library's.
const (
	timedOut     = "Timeout" // the driver's watchdog: contract of the drivers
	driverFailed = "driver failed"
)

// grace is how much longer than its job a driver may take to start, to end and to
// end what it has started.
const grace = 20 * time.Second

// Do runs one job. What goes wrong with the driver itself is a failure of the class
// "driver failed".
func (c *Client) Do(ctx context.Context, j Job) Result {
	r, err := c.do(ctx, j)
	if err != nil {
		return Result{Error: &Failure{Class: driverFailed, Message: err.Error()}}
	}
	if !r.OK && r.Error == nil {
		r.Error = &Failure{Class: driverFailed, Message: "it reported neither success nor an error"}
	}
	return r
}

func (c *Client) do(ctx context.Context, j Job) (r Result, err error) {
	text, err := json.Marshal(j)
	if err != nil {
		return r, err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Duration(j.Timeout*float64(time.Second))+grace)
	defer cancel()
	cmd := exec.CommandContext(ctx, c.program, c.arguments()...)
	stdout, stderr := &tail{}, &tail{}
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = c.dir, bytes.NewReader(text), stdout, stderr
	cmd.WaitDelay = time.Second // for pipes that a grandchild holds open
	if err := cmd.Run(); err != nil {
		return r, fmt.Errorf("%w: %s", err, stderr.lastLine())
	}
	if err := json.Unmarshal([]byte(stdout.lastLine()), &r); err != nil {
		return r, fmt.Errorf("its answer is not JSON: %w", err)
	}
	return r, nil
}

// tail keeps the end of what a program writes.
type tail struct{ kept []byte }

const maxTail = 64 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.kept = append(t.kept, p...)
	if over := len(t.kept) - maxTail; over > 0 {
		t.kept = append(t.kept[:0], t.kept[over:]...)
	}
	return len(p), nil
}

func (t *tail) lastLine() string {
	text := strings.TrimSpace(string(t.kept))
	return text[strings.LastIndexByte(text, '\n')+1:]
}
