package scenarios

import (
	"crypto/sha256"
	"encoding/hex"
)

// Match says which calls a rule looks at. Every field that is set must agree; the zero value matches every upload of a part.
type Match struct {
	// Event is what the rule looks at, by default a call.
	Event Event
	// Method is a glob over method names, upper and lower case alike: * stands for any run of characters, ? for one.
	// Empty means DefaultMethod; "*" means every call.
	Method string
	// Part is the number of the part as it goes over the wire, from 0.
	Part Numbers
	// Total is the announced number of parts; -1 is a stream whose length is not known yet.
	Total Numbers
	// Size is the length of the part in bytes.
	Size Numbers
	// FileSize is the announced length of the file in bytes, see Call.FileSize; what is not announced does not match.
	FileSize Numbers
	// File is the ordinal of the file on this server, from 1 in the order of their first parts.
	File Numbers
	// Attempt is how often this part of this file was called, from 1.
	Attempt Numbers
	// Big asks for parts of upload.saveBigFilePart, or where it is false for those of upload.saveFilePart. Nil takes both.
	Big *bool
	// SHA256 is the digest of the bytes of the part, in 64 hexadecimal digits. Empty takes any bytes.
	SHA256 string
	// Conn is the ordinal of the connection on this server, from 1 in the order in which they were opened.
	Conn Numbers
	// Session is the ordinal of the MTProto session in its datacenter, from 1 in the order in which they began.
	Session Numbers
	// DC is the number of the datacenter that was called.
	DC Numbers
	// Client is what the client said of itself.
	Client ClientMatch
}

// ClientMatch is about what a client said of itself in invokeWithLayer and initConnection; a client that has not said it
// does not match. Sources: https://core.telegram.org/method/initConnection and https://core.telegram.org/api/invoking
type ClientMatch struct {
	// APIID is the api_id of the application.
	APIID Numbers
	// Device and App are globs over device_model and app_version, like Match.Method. Empty takes any.
	Device, App string
	// Layer is the API layer that the client speaks.
	Layer Numbers
}

// DefaultMethod is what a match without a method means: both methods that upload a part.
// Sources: https://core.telegram.org/method/upload.saveFilePart and https://core.telegram.org/method/upload.saveBigFilePart
const DefaultMethod = "upload.save*Part"

// bigMethod is the one of them for files of more than 10 MB.
const bigMethod = "upload.saveBigFilePart"

// partMethods are the calls that carry a part, the only ones that Part, Total, Size, Big, SHA256 and Store can be about.
var partMethods = []string{"upload.saveFilePart", bigMethod}

// needsPart reports whether only a call that carries a part can match.
func (m *Match) needsPart() bool {
	return !m.Part.IsZero() || !m.Total.IsZero() || !m.Size.IsZero() || m.Big != nil || m.SHA256 != "" || !m.FileSize.IsZero()
}

// any reports whether the match asks for nothing but a method.
func (m *Match) any() bool {
	return m.Event == EventCall && !m.needsPart() && m.File.IsZero() && m.Attempt.IsZero() && m.anyCaller()
}

// anyCaller reports whether it does not matter who calls, and where.
func (m *Match) anyCaller() bool {
	return m.Conn.IsZero() && m.Session.IsZero() && m.DC.IsZero() && m.Client.any()
}

func (m *ClientMatch) any() bool {
	return m.APIID.IsZero() && m.Device == "" && m.App == "" && m.Layer.IsZero()
}

// method returns the glob in effect.
func (m *Match) method() string {
	if m.Method == "" {
		return DefaultMethod
	}
	return m.Method
}

// accepts reports whether the call has what the match asks for. The method was looked at before, and the digest comes last,
// because it is dear.
func (m *Match) accepts(c *Call) bool {
	if m.needsPart() && (!c.HasPart || m.Big != nil && *m.Big != (c.Method == bigMethod)) {
		return false
	}
	return (m.Part.Contains(int64(c.Part)) || m.Part.Last && c.isLastPart()) &&
		m.Total.Contains(int64(c.Total)) &&
		m.Size.Contains(int64(c.Size)) &&
		m.FileSize.holdsOrdinal(c.FileSize) &&
		m.File.holdsOrdinal(int64(c.FileOrdinal)) &&
		m.Attempt.holdsOrdinal(int64(c.Attempt)) &&
		(m.anyCaller() || m.acceptsCaller(c))
}

func (m *Match) acceptsCaller(c *Call) bool {
	return m.Conn.holdsOrdinal(c.Connection) &&
		m.Session.holdsOrdinal(c.SessionOrdinal) &&
		m.DC.holdsOrdinal(int64(c.DC)) &&
		m.Client.APIID.holdsOrdinal(int64(c.Client.APIID)) &&
		m.Client.Layer.holdsOrdinal(int64(c.Client.Layer)) &&
		(m.Client.Device == "" || matchGlob(m.Client.Device, c.Client.Device)) &&
		(m.Client.App == "" || matchGlob(m.Client.App, c.Client.App))
}

// digest is the SHA-256 of a part.
type digest = [sha256.Size]byte

// parseDigest reads 64 hexadecimal digits.
func parseDigest(text string) (d digest, ok bool) {
	b, err := hex.DecodeString(text)
	return digest(append(b, make([]byte, sha256.Size)...)[:sha256.Size]), err == nil && len(b) == sha256.Size
}

func (m Match) clone() Match {
	for _, n := range []*Numbers{
		&m.Part, &m.Total, &m.Size, &m.FileSize, &m.File, &m.Attempt, &m.Conn, &m.Session, &m.DC, &m.Client.APIID, &m.Client.Layer,
	} {
		*n = n.clone()
	}
	if m.Big != nil {
		big := *m.Big
		m.Big = &big
	}
	return m
}
