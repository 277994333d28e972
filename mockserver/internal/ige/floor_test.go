package ige

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"testing"
)

// TestMain makes of the tests' own binary the floor that integration_test/bench
// measures servers against, if it is asked to: nothing is cheaper that reads a part and
// decrypts and hashes it once.
func TestMain(m *testing.M) {
	if os.Getenv("FAKEDC_FLOOR") == "" {
		os.Exit(m.Run())
	}
	if err := serveFloor(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// serveFloor serves until stdin ends.
func serveFloor() error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go floor(c)
		}
	}()
	if err := json.NewEncoder(os.Stdout).Encode(map[string]string{"addr": l.Addr().String()}); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// floor takes frames of the intermediate transport and answers each with 16 bytes.
func floor(c net.Conn) {
	defer func() { _ = c.Close() }()
	r := bufio.NewReaderSize(c, 4096)
	var head [4]byte
	var key, iv [32]byte
	buf := make([]byte, 2<<20)
	answer := binary.LittleEndian.AppendUint32(nil, 16)
	answer = append(answer, make([]byte, 16)...)
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return
	}
	for {
		if _, err := io.ReadFull(r, head[:]); err != nil {
			return
		}
		n := int(binary.LittleEndian.Uint32(head[:]))
		if n < 24 || n > len(buf) {
			return
		}
		frame := buf[:n]
		if _, err := io.ReadFull(r, frame); err != nil {
			return
		}
		var d Decryption
		d.Start(&key, &iv, &key, frame[24:24+(n-24)/BlockSize*BlockSize])
		sum, _ := d.Finish()
		copy(answer[4:], sum[:16])
		if _, err := c.Write(answer); err != nil {
			return
		}
	}
}
