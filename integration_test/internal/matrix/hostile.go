package matrix

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios"
	"github.com/fakedc/fakedc/scenarios/oracle"
)

// hostileSize is that of the file that is uploaded to a hostile server, in bytes:
// enough for three parts of any client.
const hostileSize = 1_600_000

// NewHostileFile writes it into a folder.
func NewHostileFile(dir string) (path string, err error) {
	b := make([]byte, hostileSize)
	_, _ = rand.NewChaCha8([32]byte{2}).Read(b)
	path = filepath.Join(dir, "hostile.bin")
	return path, os.WriteFile(path, b, 0o600)
}

// Hostile says what a client does about one rule that the server breaks.
func (c *Client) Hostile(ctx context.Context, h scenarios.HostileCase, path string, timeout time.Duration) (words string, err error) {
	s, err := scenarios.Builtin("hostile-" + h.Name)
	if err != nil {
		return "", fmt.Errorf("matrix: %w", err)
	}
	dc, addr, stop, err := serve(mockserver.Options{Scenario: s, Limits: mockserver.Limits{DetectTime: timeout, HandshakeTime: timeout}})
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, stop()) }()
	j := Job{Transport: c.Default, As: "bot", Action: "upload", Path: path, Name: "a.bin", Timeout: timeout.Seconds()}
	if j.DC, err = addressOf(dc, addr); err != nil {
		return "", err
	}
	r := c.Do(ctx, j)
	return hostileWords(dc.Verdict(), r), ctx.Err()
}

// hostileWords puts a verdict into words.
func hostileWords(v oracle.Verdict, r Result) string {
	switch status := v.Checks[0].Status; { // its first expectation is the one
	case status == oracle.Failed:
		return "**accepts it**"
	case status == oracle.Pending:
		return "not met"
	case r.OK:
		return "refuses, completes"
	case r.Error != nil && r.Error.Class == timedOut:
		return "refuses, hangs"
	case r.Error != nil && r.Error.Class == driverFailed:
		return "refuses, **its process ends**"
	}
	return "refuses, fails"
}
