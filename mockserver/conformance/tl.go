package conformance

import (
	"encoding/binary"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// Constructors of service messages and of the key exchange.
// https://core.telegram.org/mtproto/TL-formal
const (
	idVector = 0x1cb5c415

	idPing         = 0x7abe77ec
	idPingDelay    = 0xf3427b8c
	idPong         = 0x347773c5
	idGetSalts     = 0xb921bd04
	idFutureSalts  = 0xae500895
	idDropAnswer   = 0x58e4a740
	idDropUnknown  = 0x5e2ad36e
	idDropRunning  = 0xcd78e586
	idDropped      = 0xa43ad8b7
	idDestroy      = 0xe7512126
	idDestroyOK    = 0xe22045fc
	idDestroyNone  = 0x62d350c9
	idDestroyKey   = 0xd1435160
	idDestroyKeyOK = 0xf660e1d4
	idHTTPWait     = 0x9299359f

	idNewSession  = 0x9ec20908
	idMsgsAck     = 0x62d6b459
	idStateReq    = 0xda69fb52
	idStateInfo   = 0x04deb57d
	idAllInfo     = 0x8cc0d131
	idDetailed    = 0x276d3ec6
	idNewDetailed = 0x809db6df
	idResendReq   = 0x7d861a08
	idBadMsg      = 0xa7eff811
	idBadSalt     = 0xedab447b
	idContainer   = 0x73f1f8dc
	idGzip        = 0x3072cfa1
	idRPCResult   = 0xf35c6d01
	idRPCError    = 0x2144ca19

	idResPQ      = 0x05162463
	idDHOK       = 0xd0e8075c
	idDHFail     = 0x79cb045d
	idDHInner    = 0xb5890dba
	idDHGenOK    = 0x3bcbf734
	idDHGenRetry = 0x46dc1fb9
	idDHGenFail  = 0xa69dae02
)

// tl is a TL value being written.
type tl []byte

func value(id uint32) tl { return tl(nil).u32(id) }

func (b tl) u32(v uint32) tl { return binary.LittleEndian.AppendUint32(b, v) }
func (b tl) i32(v int32) tl  { return b.u32(uint32(v)) }
func (b tl) i64(v int64) tl  { return binary.LittleEndian.AppendUint64(b, uint64(v)) }

func (b tl) longs(ids ...int64) tl {
	b = b.u32(idVector).i32(int32(len(ids)))
	for _, id := range ids {
		b = b.i64(id)
	}
	return b
}

func ping(id int64) []byte                     { return value(idPing).i64(id) }
func pingDelay(id int64, seconds int32) []byte { return value(idPingDelay).i64(id).i32(seconds) }
func getFutureSalts(n int32) []byte            { return value(idGetSalts).i32(n) }
func dropAnswer(msgID int64) []byte            { return value(idDropAnswer).i64(msgID) }
func destroySession(id int64) []byte           { return value(idDestroy).i64(id) }
func stateReq(ids ...int64) []byte             { return value(idStateReq).longs(ids...) }
func resendReq(ids ...int64) []byte            { return value(idResendReq).longs(ids...) }

// encoded is a query of the API in the newest layer. Names and fields are the
// suite's own, so that an error is a defect of the suite.
func encoded(name string, f rawclient.Fields) []byte {
	b, err := rawclient.Encode(0, rawclient.NewObject(name, f))
	if err != nil {
		panic(err)
	}
	return b
}

// inited puts a query into invokeWithLayer and initConnection, in which form a
// server has to take it whatever came before.
// https://core.telegram.org/api/invoking#saving-client-info
func inited(query []byte) []byte {
	return withLayer(rawclient.NewestLayer, encoded("initConnection", rawclient.Fields{
		"api_id": int32(1), "device_model": "conformance", "system_version": "1", "app_version": "1",
		"system_lang_code": "en", "lang_pack": "", "lang_code": "en", "query": query,
	}))
}

func withLayer(layer int32, query []byte) []byte {
	return encoded("invokeWithLayer", rawclient.Fields{"layer": layer, "query": query})
}

func withoutUpdates(query []byte) []byte {
	return encoded("invokeWithoutUpdates", rawclient.Fields{"query": query})
}

// getConfig is a query that every server answers, logged in or not.
func getConfig() []byte { return inited(encoded("help.getConfig", nil)) }
