package handshake

import (
	"fmt"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/mt"
)

// innerDataTempID is p_q_inner_data_temp, the one of the four constructors
// that gotd's schema does not have.
// https://core.telegram.org/mtproto/auth_key#presenting-proof-of-work-server-authentication
const innerDataTempID = 0x3c6a84d4

// testOffset is added to the number of a test datacenter.
const testOffset = 10000

// innerData is the P_Q_inner_data of a client, whichever constructor it came in.
type innerData struct {
	pq, p, q           []byte
	nonce, serverNonce bin.Int128
	newNonce           bin.Int256
	hasDC              bool
	dc                 int32 // as sent: negative for media, offset for test
	temporary          bool
	expiresIn          int32 // seconds; temporary keys only
}

// parseInner reads inner data and returns how many bytes are left behind it.
func parseInner(data []byte) (inner *innerData, left int, err error) {
	b := &bin.Buffer{Buf: data}
	id, err := b.ID()
	if err != nil {
		return nil, 0, err
	}
	inner = &innerData{}
	switch id {
	case mt.PQInnerDataTypeID:
	case mt.PQInnerDataDCTypeID:
		inner.hasDC = true
	case innerDataTempID:
		inner.temporary = true
	case mt.PQInnerDataTempDCTypeID:
		inner.hasDC, inner.temporary = true, true
	default:
		return nil, 0, fmt.Errorf("constructor %#x is no P_Q_inner_data", id)
	}
	err = inner.parseFields(b)
	return inner, b.Len(), err
}

// parseFields reads what the four constructors have in common, then what each
// of them adds, in the order in which the schema has it.
func (d *innerData) parseFields(b *bin.Buffer) (err error) {
	for _, field := range []*[]byte{&d.pq, &d.p, &d.q} {
		if *field, err = b.Bytes(); err != nil {
			return err
		}
	}
	if d.nonce, err = b.Int128(); err != nil {
		return err
	}
	if d.serverNonce, err = b.Int128(); err != nil {
		return err
	}
	if d.newNonce, err = b.Int256(); err != nil {
		return err
	}
	if d.hasDC {
		if d.dc, err = b.Int32(); err != nil {
			return err
		}
	}
	if d.temporary {
		d.expiresIn, err = b.Int32()
	}
	return err
}

// check compares everything the client repeats with what the exchange said.
func (d *innerData) check(a *attempt) string {
	switch {
	case d.nonce != a.nonce:
		return "nonce in the inner data is not that of req_pq"
	case d.serverNonce != a.serverNonce:
		return "server_nonce in the inner data is not that of resPQ"
	case !sameNumber(d.pq, a.challenge.p*a.challenge.q):
		return fmt.Sprintf("pq in the inner data is %#x, not that of resPQ", short(d.pq))
	case d.temporary && d.expiresIn <= 0:
		return fmt.Sprintf("expires_in of a temporary key is %d seconds", d.expiresIn)
	}
	if problem := a.challenge.check(d.p, d.q); problem != "" {
		return "in the inner data, " + problem
	}
	return ""
}

// place is the number of the datacenter without its sign, which says media only, and
// the offset, which says test.
// https://core.telegram.org/mtproto/auth_key#presenting-proof-of-work-server-authentication
func (d *innerData) place() int {
	n := int64(d.dc)
	if n < 0 {
		n = -n
	}
	if n >= testOffset {
		n -= testOffset
	}
	return int(n)
}
