package mockserver

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"strconv"

	"github.com/fakedc/fakedc/mockserver/internal/envelope"
)

// SessionClients returns the names that [Session.For] takes.
func SessionClients() []string {
	return []string{"gogram", "gotd", "gramjs", "grammers", "mtcute", "pyrogram", "raw", "telethon"}
}

// NoRoomError says that the sessions of a client have no room for the number of a datacenter.
type NoRoomError struct {
	Client string
	DC     int
}

func (e *NoRoomError) Error() string {
	return fmt.Sprintf("mockserver: a session of %s holds the number of the datacenter in one byte, so %d does not fit", e.Client, e.DC)
}

// For writes the session in the format of a client: "gotd" is the JSON of its
// session storage, "gogram", "gramjs", "telethon", "mtcute" and "pyrogram" are the
// string sessions of these libraries (that of Pyrogram serves its forks too),
// "grammers" is the JSON of its DcOption, "raw" is JSON for everybody else. Those of
// gogram, GramJS, grammers, Telethon and mtcute hold the address. So does gotd's, which
// does not read it: it dials what its Options.DCList says. gogram takes every
// address that it does not know for one of datacenter 4, and uploads nothing if the
// server is another.
func (s Session) For(client string) (string, error) {
	if err := s.fits(client); err != nil {
		return "", err
	}
	switch client {
	case "gogram":
		return s.gogram()
	case "gotd":
		return s.gotd()
	case "gramjs":
		return s.gramJS()
	case "grammers":
		return s.grammers()
	case "telethon":
		return s.telethon()
	case "mtcute":
		return s.mtcute()
	case "pyrogram":
		return s.pyrogram(), nil
	case "raw":
		return s.raw()
	}
	return "", fmt.Errorf("mockserver: there is no session format %q; there are %q", client, SessionClients())
}

// fits tells what a client's format has no room for.
func (s Session) fits(client string) error {
	switch client {
	case "gotd", "raw":
		return nil
	case "gogram", "gramjs", "grammers", "telethon", "mtcute":
		if s.Port == 0 {
			return fmt.Errorf("mockserver: a session of %s holds the address of the server: it is missing", client)
		}
	}
	// GramJS, Telethon and Pyrogram read a byte, mtcute the same with a sign.
	if s.DC > 127 && client != "gogram" && client != "grammers" {
		return &NoRoomError{Client: client, DC: s.DC}
	}
	return nil
}

// gramJS is "1", then base64 of: DC, length of the host (big-endian, 16 bits),
// host, port (16 bits, signed), key. The library dials 80 or 443 whatever the port
// says, so one that does not fit stands as 443.
func (s Session) gramJS() (string, error) {
	port := s.Port
	if port > 0x7fff {
		port = 443
	}
	b := []byte{byte(s.DC)}
	b = binary.BigEndian.AppendUint16(b, uint16(len(s.Host)))
	b = append(b, s.Host...)
	b = binary.BigEndian.AppendUint16(b, uint16(port))
	b = append(b, s.AuthKey[:]...)
	return "1" + base64.StdEncoding.EncodeToString(b), nil
}

// grammers is a DcOption as the feature "serde" of grammers-session reads it. It has
// an address of each family, whichever the server is at: the IPv4 one is mapped, as
// the library does; in place of one that there is not stands nowhere.
func (s Session) grammers() (string, error) {
	ip := net.ParseIP(s.Host)
	if ip == nil {
		return "", fmt.Errorf("mockserver: a session of grammers holds an IP address, and %q is none", s.Host)
	}
	four, six := "0.0.0.0:0", s.addr()
	if v4 := ip.To4(); v4 != nil {
		four = fmt.Sprintf("%v:%d", v4, s.Port)
		six = fmt.Sprintf("[::ffff:%v]:%d", v4, s.Port)
	}
	b, err := json.Marshal(struct {
		ID   int    `json:"id"`
		IPv4 string `json:"ipv4"`
		IPv6 string `json:"ipv6"`
		Key  string `json:"auth_key"`
	}{s.DC, four, six, hex.EncodeToString(s.AuthKey[:])})
	return string(b), err
}

// telethon is "1", then URL-safe base64 of: DC, IP address, port, key.
func (s Session) telethon() (string, error) {
	ip := net.ParseIP(s.Host)
	if ip == nil {
		return "", fmt.Errorf("mockserver: a Telethon session holds an IP address, and %q is none", s.Host)
	}
	if four := ip.To4(); four != nil {
		ip = four
	}
	b := append([]byte{byte(s.DC)}, ip...)
	b = binary.BigEndian.AppendUint16(b, uint16(s.Port))
	b = append(b, s.AuthKey[:]...)
	return "1" + base64.URLEncoding.EncodeToString(b), nil
}

// mtcute is URL-safe base64 of version 3: flags, the datacenter, the account, the
// key, in TL's encoding.
func (s Session) mtcute() (string, error) {
	ip := net.ParseIP(s.Host)
	dc := []byte{2, byte(s.DC), 0} // version, number, flags
	if ip != nil && ip.To4() == nil {
		dc[2] = 1 // IPv6
	}
	dc = appendTL(dc, []byte(s.Host))
	dc = binary.LittleEndian.AppendUint32(dc, uint32(s.Port))
	b := []byte{3}
	b = binary.LittleEndian.AppendUint32(b, 1) // the account follows
	b = appendTL(b, dc)
	b = binary.LittleEndian.AppendUint64(b, uint64(s.UserID))
	b = binary.LittleEndian.AppendUint32(b, tlBool(s.Bot))
	b = appendTL(b, s.AuthKey[:])
	return base64.RawURLEncoding.EncodeToString(b), nil
}

// pyrogram is URL-safe base64 of: DC, api_id, test mode, key, account, bot.
func (s Session) pyrogram() string {
	b := []byte{byte(s.DC)}
	b = binary.BigEndian.AppendUint32(b, readyAPIID)
	b = append(b, 0)
	b = append(b, s.AuthKey[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(s.UserID))
	bot := byte(0)
	if s.Bot {
		bot = 1
	}
	return base64.RawURLEncoding.EncodeToString(append(b, bot))
}

// readyAPIID stands where a format wants an api_id: any will do here.
const readyAPIID = 12345

// gogram is "1BvE", then URL-safe base64 of JSON.
func (s Session) gogram() (string, error) {
	b, err := json.Marshal(struct {
		Key   []byte `json:"key"`
		KeyID []byte `json:"hash"`
		DC    int    `json:"dc_id"`
		Addr  string `json:"ip_addr"`
		AppID int    `json:"app_id"`
	}{s.AuthKey[:], s.keyIDBytes(), s.DC, s.addr(), readyAPIID})
	return "1BvE" + base64.RawURLEncoding.EncodeToString(b), err
}

// gotd is what its session.Storage keeps.
func (s Session) gotd() (string, error) {
	var data struct {
		Version int
		Data    struct {
			Config struct {
				ThisDC    int
				DCOptions []gotdDC
			}
			DC                 int
			Addr               string
			AuthKey, AuthKeyID []byte
			Salt               int64
		}
	}
	data.Version = 1
	d := &data.Data
	d.Config.ThisDC = s.DC
	if s.Port != 0 {
		d.Config.DCOptions = []gotdDC{{ID: s.DC, IPAddress: s.Host, Port: s.Port}}
	}
	d.DC, d.Addr, d.AuthKey = s.DC, s.addr(), s.AuthKey[:]
	d.AuthKeyID = s.keyIDBytes()
	d.Salt = readySalt(s.AuthKey)
	b, err := json.Marshal(data)
	return string(b), err
}

type gotdDC struct {
	ID        int
	IPAddress string
	Port      int
}

// raw is all of it in names of its own.
func (s Session) raw() (string, error) {
	b, err := json.Marshal(map[string]any{
		"dc": s.DC, "host": s.Host, "port": s.Port, "addr": s.addr(),
		"user_id": s.UserID, "bot": s.Bot,
		"auth_key": hex.EncodeToString(s.AuthKey[:]), "auth_key_id": strconv.FormatInt(s.keyID(), 10),
	})
	return string(b), err
}

func (s Session) addr() string {
	if s.Port == 0 {
		return ""
	}
	return net.JoinHostPort(s.Host, strconv.Itoa(s.Port))
}

func (s Session) keyID() int64 { return envelope.NewKey(s.AuthKey).ID }

func (s Session) keyIDBytes() []byte { return binary.LittleEndian.AppendUint64(nil, uint64(s.keyID())) }

// appendTL writes a bytes value. https://core.telegram.org/mtproto/serialize
func appendTL(b, v []byte) []byte {
	n := 1
	if len(v) < 254 {
		b = append(b, byte(len(v)))
	} else {
		b = append(b, 254, byte(len(v)), byte(len(v)>>8), byte(len(v)>>16))
		n = 4
	}
	b = append(b, v...)
	for n += len(v); n%4 != 0; n++ {
		b = append(b, 0)
	}
	return b
}

func tlBool(v bool) uint32 {
	if v {
		return 0x997275b5
	}
	return 0xbc799737
}
