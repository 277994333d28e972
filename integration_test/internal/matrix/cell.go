package matrix

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"github.com/fakedc/fakedc/mockserver"
)

// Size of the file in bytes: above the 10 MiB at which clients go over to
// upload.saveBigFilePart, and with a short last part.
// https://core.telegram.org/api/files#uploading-files
const Size = 12_583_000

// File is what every cell uploads. No two of its parts are equal.
type File struct{ Path, SHA256 string }

// NewFile writes it into a folder.
func NewFile(dir string) (File, error) {
	b := make([]byte, Size)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(b)
	sum := sha256.Sum256(b)
	f := File{filepath.Join(dir, "source.bin"), hex.EncodeToString(sum[:])}
	if err := os.WriteFile(f.Path, b, 0o600); err != nil {
		return f, fmt.Errorf("matrix: writing the file to upload: %w", err)
	}
	return f, nil
}

// Cell is one client with one transport, or with one fault over its own transport.
type Cell struct {
	Client    *Client
	Transport string
	Fault     *Fault
}

func (c Cell) String() string {
	if c.Fault != nil {
		return c.Client.Name + ", " + c.Fault.Name
	}
	return c.Client.Name + ", over " + c.Transport
}

// Words for what the cell saw.
func (c Cell) Words(r Record) string {
	if c.Fault != nil {
		return Reaction(*c.Fault, r)
	}
	return Transport(r)
}

// Run starts a server, has the driver do its job, and looks at both. An error is
// one of the matrix's own; what a client does is in the record.
func (c Cell) Run(ctx context.Context, f File, timeout time.Duration) (r Record, err error) {
	// Limits in which a client on a busy machine can make its auth key.
	o := mockserver.Options{Limits: mockserver.Limits{DetectTime: timeout, HandshakeTime: timeout}}
	j := Job{Transport: c.Transport, As: "user", Action: "roundtrip", Path: f.Path, Name: "a.bin", Timeout: timeout.Seconds()}
	if c.Fault != nil {
		j.As, j.Action = "bot", "upload"
		if o.Scenario, err = c.Fault.scenario(); err != nil {
			return r, err
		}
	}
	dc, addr, stop, err := serve(o)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	if j.DC, err = addressOf(dc, addr); err != nil {
		return r, err
	}
	result := c.Client.Do(ctx, j)
	return recordOf(dc, result, f.SHA256), ctx.Err()
}

// serve runs a server on loopback until stop is called.
func serve(o mockserver.Options) (dc *mockserver.Server, addr string, stop func() error, err error) {
	if dc, err = mockserver.New(o); err != nil {
		return nil, "", nil, fmt.Errorf("matrix: making a server: %w", err)
	}
	l, err := mockserver.Listen()
	if err != nil {
		return nil, "", nil, fmt.Errorf("matrix: %w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- dc.Serve(l) }()
	return dc, l.Addr().String(), func() error {
		err := dc.Close()
		if served := <-ended; !errors.Is(served, mockserver.ErrClosed) {
			err = errors.Join(err, served)
		}
		return err
	}, nil
}
