package mockserver_test

import (
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
)

// inSession is what a client learns from its session, as far as its format says it.
type inSession struct {
	dc, port int
	host     string
	user     int64
	bot      bool
	key      []byte
}

// readers take a session apart as each library does, after its source.
var readers = map[string]func(text string) (inSession, error){
	// struct.unpack('>B{4 or 16}sH256s', base64.urlsafe_b64decode(string[1:]))
	"telethon": func(text string) (x inSession, err error) {
		b, err := base64.URLEncoding.DecodeString(text[1:])
		if n := len(b) - 259; err != nil || text[0] != '1' || n != 4 && n != 16 {
			return x, fmt.Errorf("%d bytes, %w", len(b), err)
		}
		n := len(b) - 259
		return inSession{dc: int(b[0]), host: net.IP(b[1 : 1+n]).String(), port: int(binary.BigEndian.Uint16(b[1+n:])), key: b[3+n:]}, nil
	},
	// readUInt8, readInt16BE, the host, readInt16BE, the rest
	"gramjs": func(text string) (x inSession, err error) {
		b, err := base64.StdEncoding.DecodeString(text[1:])
		if err != nil || text[0] != '1' || len(b) < 3 {
			return x, fmt.Errorf("%d bytes, %w", len(b), err)
		}
		n := int(int16(binary.BigEndian.Uint16(b[1:])))
		return inSession{dc: int(b[0]), host: string(b[3 : 3+n]), port: int(int16(binary.BigEndian.Uint16(b[3+n:]))), key: b[5+n:]}, nil
	},
	// struct.unpack('>BI?256sQ?', base64.urlsafe_b64decode(string + '=' * padding))
	"pyrogram": func(text string) (x inSession, err error) {
		b, err := base64.RawURLEncoding.DecodeString(text)
		if err != nil || len(b) != 271 {
			return x, fmt.Errorf("%d bytes, %w", len(b), err)
		}
		return inSession{dc: int(b[0]), key: b[6:262], user: int64(binary.BigEndian.Uint64(b[262:])), bot: b[270] == 1}, nil
	},
	"mtcute": mtcute,
	"raw": func(text string) (x inSession, err error) {
		var v struct {
			DC, Port int
			Host     string
			UserID   int64 `json:"user_id"`
			Bot      bool
			Key      string `json:"auth_key"`
		}
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			return x, err
		}
		key, err := hex.DecodeString(v.Key)
		return inSession{v.DC, v.Port, v.Host, v.UserID, v.Bot, key}, err
	},
	"gogram": gogram,
	// serde's reading of a DcOption
	"grammers": func(text string) (x inSession, err error) {
		var v struct {
			ID         int
			IPv4, IPv6 netip.AddrPort
			Key        string `json:"auth_key"`
		}
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			return x, err
		}
		at := v.IPv4
		if !at.Addr().Is4() || !v.IPv6.Addr().Is6() {
			return x, fmt.Errorf("addresses %v and %v", v.IPv4, v.IPv6)
		}
		if at.Port() == 0 {
			at = v.IPv6
		}
		key, err := hex.DecodeString(v.Key)
		return inSession{dc: v.ID, host: at.Addr().String(), port: int(at.Port()), key: key}, err
	},
	"gotd": func(text string) (x inSession, err error) {
		var v struct {
			Version int
			Data    struct {
				Config struct {
					DCOptions []struct {
						IPAddress string
						Port      int
					}
				}
				DC      int
				AuthKey []byte
			}
		}
		err = json.Unmarshal([]byte(text), &v)
		if x = (inSession{dc: v.Data.DC, key: v.Data.AuthKey}); len(v.Data.Config.DCOptions) > 0 {
			x.host, x.port = v.Data.Config.DCOptions[0].IPAddress, v.Data.Config.DCOptions[0].Port
		}
		return x, err
	},
}

// gogram: "1BvE", then JSON; it takes the auth_key_id for what it is told.
func gogram(text string) (x inSession, err error) {
	var v struct {
		Key  []byte `json:"key"`
		Hash []byte `json:"hash"`
		DC   int    `json:"dc_id"`
		Addr string `json:"ip_addr"`
		App  int32  `json:"app_id"`
	}
	b, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(text, "1BvE"))
	if err == nil {
		err = json.Unmarshal(b, &v)
	}
	id := sha1.Sum(v.Key)
	if err != nil || v.App == 0 || !bytes.Equal(v.Hash, id[12:]) {
		return x, fmt.Errorf("app_id %d, hash %x: %w", v.App, v.Hash, err)
	}
	colon := strings.LastIndexByte(v.Addr, ':')
	host, port := v.Addr[:max(colon, 0)], v.Addr[colon+1:]
	if strings.Contains(host, ":") {
		host = host[1 : len(host)-1]
	}
	x = inSession{dc: v.DC, host: host, key: v.Key}
	x.port, err = strconv.Atoi(port)
	return x, err
}

// mtcute: version, flags, the datacenter as TL bytes, the account, the key.
func mtcute(text string) (x inSession, err error) {
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(b) < 5 || b[0] != 3 {
		return x, fmt.Errorf("%d bytes, %w", len(b), err)
	}
	b = b[5:]
	take := func() (v []byte) {
		head, n := 1, int(b[0])
		if n == 254 {
			head, n = 4, int(b[1])|int(b[2])<<8|int(b[3])<<16
		}
		v = b[head : head+n]
		b = b[(head+n+3)&^3:]
		return v
	}
	dc := take()
	x.dc = int(int8(dc[1]))
	x.user, x.bot = int64(binary.LittleEndian.Uint64(b)), binary.LittleEndian.Uint32(b[8:]) == 0x997275b5
	b = b[12:]
	x.key = take()
	b, dc = dc[3:], nil
	x.host = string(take())
	x.port = int(binary.LittleEndian.Uint32(b))
	return x, nil
}

// Any session that a format takes is read by that format's library as what it is.
func FuzzSessionFor(f *testing.F) {
	f.Add(byte(0), uint16(2), "127.0.0.1", uint16(4430), int64(1000001), false, []byte("key"))
	f.Add(byte(1), uint16(127), "2001:b28:f23d:f001::a", uint16(443), int64(-1), true, []byte{})
	f.Add(byte(2), uint16(300), "localhost", uint16(40000), int64(1<<40), true, bytes.Repeat([]byte{0xff}, 256))
	f.Add(byte(3), uint16(4), string(bytes.Repeat([]byte("host"), 80)), uint16(1), int64(7), false, []byte{1})
	clients := mockserver.SessionClients()
	f.Fuzz(func(t *testing.T, which byte, dc uint16, host string, port uint16, user int64, bot bool, key []byte) {
		client := clients[int(which)%len(clients)]
		s := mockserver.Session{UserID: user, Bot: bot, DC: int(dc)%1000 + 1, Host: host, Port: int(port)}
		copy(s.AuthKey[:], key)
		text, err := s.For(client)
		if err != nil {
			require.Empty(t, text)
			room := client == "gotd" || client == "raw" || client == "gogram" && s.Port > 0 ||
				s.DC <= 127 && (client == "pyrogram" || s.Port > 0 && client != "telethon" && client != "grammers")
			if room {
				t.Fatalf("%s has room for %+v: %v", client, s, err)
			}
			return
		}
		got, err := readers[client](text)
		if err != nil || got.dc != s.DC || !bytes.Equal(got.key, s.AuthKey[:]) {
			t.Fatalf("%s reads datacenter %d and key %x, %v", client, got.dc, got.key, err)
		}
		if client == "pyrogram" || client == "mtcute" || client == "raw" {
			if got.user != s.UserID || got.bot != s.Bot {
				t.Fatalf("%s reads account %d, bot: %v", client, got.user, got.bot)
			}
		}
		compareAddress(t, client, s, got)
	})
}

func compareAddress(t *testing.T, client string, s mockserver.Session, got inSession) {
	t.Helper()
	host, port := s.Host, s.Port
	switch client {
	case "pyrogram": // knows the addresses itself
		return
	case "telethon", "grammers":
		host = net.ParseIP(host).String()
	case "gramjs":
		if port > 32767 {
			port = 443 // it reads a signed number, and dials 443 whatever it is
		}
	}
	if s.Port == 0 && client == "gotd" {
		host = ""
	}
	if client == "gogram" || client == "gotd" || client == "raw" {
		b, _ := json.Marshal(host) // what is no UTF-8 cannot stand in JSON
		_ = json.Unmarshal(b, &host)
	}
	if got.host != host || got.port != port {
		t.Fatalf("%s reads %q, %d out of %q, %d", client, got.host, got.port, s.Host, s.Port)
	}
}
