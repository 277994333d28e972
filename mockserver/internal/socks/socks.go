package socks

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strconv"
)

// Specification constants: https://www.rfc-editor.org/rfc/rfc1928
const (
	version        = 5
	methodNone     = 0
	methodPassword = 2
	methodRefused  = 0xff
	commandConnect = 1
	addressIPv4    = 1
	addressName    = 3
	addressIPv6    = 4

	replySucceeded          = 0
	replyCommandUnsupported = 7
	replyAddressUnsupported = 8
)

// passwordVersion: https://www.rfc-editor.org/rfc/rfc1929
const passwordVersion = 1

// Target is where the client wanted to go.
type Target struct {
	Host string // an IP address or a name
	Port uint16
}

func (t Target) String() string { return net.JoinHostPort(t.Host, strconv.Itoa(int(t.Port))) }

// Errors of Accept.
var (
	// ErrSilent is of who leaves before it says where to go: who only looks whether the port
	// is open, and who dials several addresses at once and takes the first that answers.
	ErrSilent  = errors.New("socks: the client left before it said where to go")
	ErrVersion = errors.New("socks: the client does not speak SOCKS5")
	ErrMethod  = errors.New("socks: the client offers no way in without GSSAPI")
	ErrCommand = errors.New("socks: only CONNECT is answered")
	ErrAddress = errors.New("socks: unknown kind of address")
)

// Accept goes through the greeting and the request, and tells the client that it
// is connected. Any name and password will do. On an error the caller closes c.
func Accept(c io.ReadWriter) (Target, error) {
	if err := greet(c); err != nil {
		return Target{}, err
	}
	var head [4]byte // version, command, reserved, kind of address
	if n, err := io.ReadFull(c, head[:]); n == 0 && err != nil && !timedOut(err) {
		return Target{}, ErrSilent // by a reset, too: it did not wait for our half of the greeting
	} else if err != nil {
		return Target{}, fmt.Errorf("socks: reading a request: %w", err)
	}
	if head[0] != version {
		return Target{}, ErrVersion
	}
	if head[1] != commandConnect {
		return Target{}, refuse(c, replyCommandUnsupported, ErrCommand)
	}
	t, err := readTarget(c, head[3])
	if errors.Is(err, ErrAddress) {
		return Target{}, refuse(c, replyAddressUnsupported, err)
	}
	if err != nil {
		return Target{}, err
	}
	return t, reply(c, replySucceeded)
}

func timedOut(err error) bool {
	var e net.Error
	return errors.As(err, &e) && e.Timeout()
}

func greet(c io.ReadWriter) error {
	var head [2]byte
	if _, err := io.ReadFull(c, head[:]); errors.Is(err, io.EOF) {
		return ErrSilent
	} else if err != nil {
		return fmt.Errorf("socks: reading the greeting: %w", err)
	}
	if head[0] != version {
		return ErrVersion
	}
	methods := make([]byte, head[1])
	if _, err := io.ReadFull(c, methods); err != nil {
		return fmt.Errorf("socks: reading the greeting: %w", err)
	}
	chosen := byte(methodRefused)
	for _, m := range methods {
		// A client that offers no password is not asked for one.
		if m == methodNone || m == methodPassword && chosen != methodNone {
			chosen = m
		}
	}
	if _, err := c.Write([]byte{version, chosen}); err != nil {
		return fmt.Errorf("socks: answering the greeting: %w", err)
	}
	switch chosen {
	case methodNone:
		return nil
	case methodPassword:
		return password(c)
	}
	return ErrMethod
}

// password reads a name and a password and takes them, whatever they are.
func password(c io.ReadWriter) error {
	var head [2]byte
	if _, err := io.ReadFull(c, head[:]); err != nil {
		return fmt.Errorf("socks: reading a name: %w", err)
	}
	if head[0] != passwordVersion {
		return ErrVersion
	}
	name := make([]byte, int(head[1])+1) // and the length of the password
	if _, err := io.ReadFull(c, name); err != nil {
		return fmt.Errorf("socks: reading a name: %w", err)
	}
	if _, err := io.ReadFull(c, make([]byte, name[len(name)-1])); err != nil {
		return fmt.Errorf("socks: reading a password: %w", err)
	}
	if _, err := c.Write([]byte{passwordVersion, 0}); err != nil {
		return fmt.Errorf("socks: answering a password: %w", err)
	}
	return nil
}

func readTarget(c io.Reader, kind byte) (t Target, err error) {
	var host []byte
	switch kind {
	case addressIPv4:
		host = make([]byte, net.IPv4len)
	case addressIPv6:
		host = make([]byte, net.IPv6len)
	case addressName:
		var n [1]byte
		if _, err := io.ReadFull(c, n[:]); err != nil {
			return t, fmt.Errorf("socks: reading an address: %w", err)
		}
		host = make([]byte, n[0])
	default:
		return t, ErrAddress
	}
	if _, err := io.ReadFull(c, host); err != nil {
		return t, fmt.Errorf("socks: reading an address: %w", err)
	}
	var port [2]byte
	if _, err := io.ReadFull(c, port[:]); err != nil {
		return t, fmt.Errorf("socks: reading a port: %w", err)
	}
	t.Port = binary.BigEndian.Uint16(port[:])
	if t.Host = string(host); kind != addressName {
		ip, _ := netip.AddrFromSlice(host)
		t.Host = ip.String()
	}
	return t, nil
}

func refuse(c io.Writer, code byte, err error) error {
	_ = reply(c, code) // the client is sent away in any case
	return err
}

// reply says how it went; the address that it was connected from is of no use to
// anybody and stays zero.
func reply(c io.Writer, code byte) error {
	if _, err := c.Write([]byte{version, code, 0, addressIPv4, 0, 0, 0, 0, 0, 0}); err != nil {
		return fmt.Errorf("socks: answering a request: %w", err)
	}
	return nil
}
