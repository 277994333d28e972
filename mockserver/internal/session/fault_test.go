package session

import (
	"testing"
	"time"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/mt"
	"github.com/stretchr/testify/require"
)

// A query that was refused on command was never there: the very same message is
// executed when it comes again, and nothing of it is acknowledged.
func TestRefusedQueryMayComeAgain(t *testing.T) {
	for name, refuse := range map[string]func(*Session, time.Time, int64){
		"salt": (*Session).RefuseSalt,
		"code": func(s *Session, now time.Time, id int64) { s.Refuse(now, id, codeSeqnoLow) },
	} {
		t.Run(name, func(t *testing.T) {
			c := begun(t)
			m := c.content1(aQuery)
			s := c.send(m)
			refuse(s, c.now, m.MsgID)
			require.Len(t, c.link.take(t), 1)
			require.Empty(t, s.acks)
			refuse(s, c.now, m.MsgID)
			require.Empty(t, c.link.take(t), "only once")
			c.send(m) // with the salt of now
			require.Equal(t, []int64{m.MsgID}, c.queries())
		})
	}
}

// What the client was sent twice or spoilt is in the outbox once, and good.
func TestFaultyAnswerIsKeptOnce(t *testing.T) {
	for name, c := range map[string]struct {
		answer func(*Session, time.Time, int64, []byte)
		spoilt []bool
		cut    bool
	}{
		"twice":  {(*Session).AnswerTwice, []bool{false, false}, false},
		"spoilt": {(*Session).AnswerSpoilt, []bool{true}, false},
		"cut": {func(s *Session, now time.Time, request int64, body []byte) {
			s.AnswerCut(now, request, body)
		}, []bool{false}, true},
	} {
		t.Run(name, func(t *testing.T) {
			client := begun(t)
			s, id := client.query()
			c.answer(s, client.now, id, answer(id, "yes!"))
			var spoilt []bool
			for _, m := range client.link.got {
				spoilt = append(spoilt, m.Spoil)
				require.Equal(t, c.cut, m.Cut)
				require.EqualValues(t, 1, m.MsgID&3, "it answers a message of the client's")
				require.EqualValues(t, 3, m.SeqNo, "a rpc_result is content-related")
				require.Equal(t, client.link.got[0].MsgID, m.MsgID)
			}
			require.Equal(t, c.spoilt, spoilt)
			require.Len(t, s.out.messages(), 1)
			require.Empty(t, s.acks, "an answer acknowledges its query")
			client.link.got = nil
			c.answer(s, client.now, id, answer(id, "more"))
			require.Empty(t, client.link.got, "a query is answered once")

			old, next := client.link, &fakeLink{number: 2}
			client.link = next
			client.send(client.content1(ping(2)))
			s.Detach(old)
			require.Equal(t, []string{"pong 2", "result of yes!"}, next.take(t))
			client.send(Message{MsgID: id, SeqNo: 3, Body: aQuery})
			require.Len(t, next.got, 1, "a repeated query gets its answer")
			require.False(t, next.got[0].Spoil || next.got[0].Cut)
			client.ackOf(s.out.messages()[0].MsgID)
			require.Empty(t, s.out.messages())
		})
	}
}

// A refusal says what it is about, and is none of the messages that are kept.
func TestRefusalsSayWhatTheyRefuse(t *testing.T) {
	c := begun(t)
	old := c.salts.Current(c.now)
	m := c.content1(aQuery)
	s := c.send(m)
	s.RefuseSalt(c.now, m.MsgID)
	require.Len(t, c.link.got, 1)
	require.EqualValues(t, 1, c.link.got[0].MsgID&3)
	require.EqualValues(t, 2, c.link.got[0].SeqNo, "after new_session_created, and not content-related")
	var salt mt.BadServerSalt
	require.NoError(t, salt.Decode(&bin.Buffer{Buf: c.link.got[0].Body}))
	require.Equal(t, mt.BadServerSalt{
		BadMsgID: m.MsgID, BadMsgSeqno: int(m.SeqNo), ErrorCode: 48, NewServerSalt: c.salts.Current(c.now),
	}, salt)
	require.NotEqual(t, old, salt.NewServerSalt)
	require.False(t, c.salts.Valid(c.now, old), "the old one is refused from now on")

	c.send(m)
	c.link.got = nil
	s.Refuse(c.now, m.MsgID, 32)
	require.EqualValues(t, 2, c.link.got[0].SeqNo)
	var bad mt.BadMsgNotification
	require.NoError(t, bad.Decode(&bin.Buffer{Buf: c.link.got[0].Body}))
	require.Equal(t, mt.BadMsgNotification{BadMsgID: m.MsgID, BadMsgSeqno: int(m.SeqNo), ErrorCode: 32}, bad)
	require.Empty(t, s.out.messages())
}

// https://core.telegram.org/mtproto/service_messages#new-session-creation-notification:
// the client sends again what it sent before first_msg_id, the query included.
func TestRenew(t *testing.T) {
	c := begun(t)
	m := c.content1(aQuery)
	s := c.send(m)
	for i := range int64(2) {
		c.link.got = nil
		s.Renew(c.now, m.MsgID)
		require.Len(t, c.link.got, 1)
		out := c.link.got[0]
		require.EqualValues(t, 3, out.MsgID&3, "it answers nothing")
		require.EqualValues(t, 1, out.SeqNo&1, "it is content-related")
		var v mt.NewSessionCreated
		require.NoError(t, v.Decode(&bin.Buffer{Buf: out.Body}))
		require.Equal(t, mt.NewSessionCreated{
			FirstMsgID: m.MsgID + 4, UniqueID: 0x0909090909090909 + i + 1, ServerSalt: c.salts.Current(c.now),
		}, v)
		require.NotNil(t, s.out.find(out.MsgID), "kept until it is acknowledged")
		c.link.got = nil
		s.Renew(c.now, m.MsgID)
		require.Empty(t, c.link.got, "the query is not there any more")
		c.send(m)
		require.Equal(t, []int64{m.MsgID}, c.queries())
	}
}

// A query of a container was sent with that, which has a higher msg_id: TDLib sends again
// what was in containers below first_msg_id. One that was sent by itself was not sent with
// the container that came next.
func TestRenewOfAContainer(t *testing.T) {
	c := begun(t)
	alone, first, second := c.content1(aQuery), c.content1(aQuery), c.content1(aQuery)
	box := c.plain(packed(first, second))
	later := c.content1(aQuery)
	c.send(alone)
	c.send(box)
	s := c.send(c.plain(packed(later)))
	for _, x := range []struct{ request, want int64 }{
		{first.MsgID, box.MsgID + 4}, {second.MsgID, box.MsgID + 4}, {alone.MsgID, alone.MsgID + 4},
	} {
		c.link.got = nil
		s.Renew(c.now, x.request)
		require.Len(t, c.link.got, 1)
		var v mt.NewSessionCreated
		require.NoError(t, v.Decode(&bin.Buffer{Buf: c.link.got[0].Body}))
		require.Equal(t, x.want, v.FirstMsgID)
	}
}

// The link that half an answer leaves by is named, so that it can be ended.
func TestAnswerCutNamesItsWay(t *testing.T) {
	c := begun(t)
	s, id := c.query()
	require.Same(t, c.link, s.AnswerCut(c.now, id, answer(id, "half")))
	require.Nil(t, s.AnswerCut(c.now, id, answer(id, "more")), "it was answered")
	_, id = c.query()
	s.Detach(c.link)
	require.Nil(t, s.AnswerCut(c.now, id, answer(id, "none")), "there is no way")
}
