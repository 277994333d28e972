package rawclient

import (
	"context"
	"encoding/binary"
	"io"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gotd/td/mt"
	"github.com/gotd/td/proto"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	question = []byte("ask!")
	reply    = []byte("okay")
)

// Each thing a server may say to one query, and what the caller gets of it.
func TestInvokeOutcomes(t *testing.T) {
	tests := map[string]struct {
		handle func(*rpcServer, query)
		want   error // nil: reply
	}{
		"rpc_result": {func(s *rpcServer, q query) { s.answer(q, reply) }, nil},
		"rpc_result packed": {func(s *rpcServer, q query) {
			s.answer(q, encode(&proto.GZIP{Data: reply}))
		}, nil},
		"packed outside": {func(s *rpcServer, q query) {
			s.tell(q, encode(&proto.GZIP{Data: encode(&proto.Result{RequestMessageID: q.msgID, Result: reply})}))
		}, nil},
		"in a container, after others": {func(s *rpcServer, q query) {
			res := encode(&proto.Result{RequestMessageID: q.msgID, Result: reply})
			ack := encode(&mt.MsgsAck{MsgIDs: []int64{q.msgID}})
			s.note(q, &proto.MessageContainer{Messages: []proto.Message{
				{ID: s.nextID(), Bytes: len(ack), Body: ack}, {ID: s.nextID(), SeqNo: 1, Bytes: len(res), Body: res},
			}})
		}, nil},
		"rpc_error": {func(s *rpcServer, q query) {
			s.answer(q, encode(&mt.RPCError{ErrorCode: 400, ErrorMessage: "FILE_PART_INVALID"}))
		}, &RPCError{Code: 400, Message: "FILE_PART_INVALID"}},
		"rpc_error packed": {func(s *rpcServer, q query) {
			s.answer(q, encode(&proto.GZIP{Data: encode(&mt.RPCError{ErrorCode: 500, ErrorMessage: "X"})}))
		}, &RPCError{Code: 500, Message: "X"}},
		"bad_msg_notification": {func(s *rpcServer, q query) {
			s.note(q, &mt.BadMsgNotification{BadMsgID: q.msgID, BadMsgSeqno: 1, ErrorCode: 16})
		}, &BadMsgError{SeqNo: 1, Code: 16}},
		"transport error": {func(s *rpcServer, _ query) {
			s.send(binary.LittleEndian.AppendUint32(nil, ^uint32(403)))
		}, &TransportError{Code: -404}},
		"closed":        {func(s *rpcServer, _ query) { _ = s.socket.Close() }, io.EOF},
		"no message":    {func(s *rpcServer, _ query) { s.send(make([]byte, 80)) }, &EnvelopeError{}},
		"nested box":    {func(s *rpcServer, q query) { s.tell(q, Container(Inner{Body: Container()})) }, &EnvelopeError{}},
		"no error text": {func(s *rpcServer, q query) { s.answer(q, encode(&mt.RPCError{})[:4]) }, io.ErrUnexpectedEOF},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, s := newClient(t, ClientOptions{}, tt.handle)
				got, err := c.Invoke(t.Context(), question)
				assertOutcome(t, got, err, s.queries()[0].msgID, tt.want)
			})
		})
	}
}

func assertOutcome(t *testing.T, got []byte, err error, msgID int64, want error) {
	t.Helper()
	switch want := want.(type) {
	case nil:
		require.NoError(t, err)
		assert.Equal(t, reply, got)
	case *EnvelopeError:
		var bad *EnvelopeError
		require.ErrorAs(t, err, &bad)
	case *BadMsgError:
		want.MsgID = msgID
		require.Equal(t, want, err)
	case *RPCError, *TransportError:
		require.Equal(t, want, err)
	default:
		require.ErrorIs(t, err, want)
	}
}

// https://core.telegram.org/mtproto/service_messages_about_messages#notice-of-ignored-error-message
func TestBadServerSalt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const right = 99
		c, s := newClient(t, ClientOptions{}, func(s *rpcServer, q query) {
			if q.salt != right {
				s.note(q, &mt.BadServerSalt{BadMsgID: q.msgID, BadMsgSeqno: int(q.seqNo), ErrorCode: 48, NewServerSalt: right})
				return
			}
			s.answer(q, reply)
		})
		_, err := c.InvokeEnvelope(t.Context(), Envelope{Body: question, Salt: Ptr(int64(0))})
		var bad *BadMsgError
		require.ErrorAs(t, err, &bad, "by hand nothing is sent again")
		assert.Equal(t, &BadMsgError{MsgID: s.queries()[0].msgID, SeqNo: 1, Code: 48}, bad)
		assert.Zero(t, c.Resends())

		c.Session().SetSalt(1)
		got, err := c.Invoke(t.Context(), question)
		require.NoError(t, err)
		assert.Equal(t, reply, got)
		q := s.queries()
		require.Len(t, q, 3)
		assert.Greater(t, q[2].msgID, q[1].msgID, "a new msg_id each time")
		assert.EqualValues(t, right, c.Session().Salt())
		assert.Equal(t, 1, c.Resends())
	})
}

func TestSaltNeverRight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := newClient(t, ClientOptions{}, func(s *rpcServer, q query) {
			s.note(q, &mt.BadServerSalt{BadMsgID: q.msgID, ErrorCode: 48, NewServerSalt: q.salt + 1})
		})
		_, err := c.Invoke(t.Context(), question)
		require.ErrorContains(t, err, "salts in a row")
		assert.Len(t, s.queries(), maxResends+1)
	})
}

func TestNewSessionCreated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := newClient(t, ClientOptions{}, func(s *rpcServer, q query) {
			s.tell(q, encode(&mt.NewSessionCreated{FirstMsgID: 1, UniqueID: 2, ServerSalt: 3}))
			s.answer(q, reply)
		})
		_, err := c.Invoke(t.Context(), question)
		require.NoError(t, err)
		_, err = c.Invoke(t.Context(), question)
		require.NoError(t, err)
		assert.Equal(t, NewSessionCreated{1, 2, 3}, c.NewSessions()[0])
		assert.EqualValues(t, 3, s.queries()[1].salt, "its salt is used from then on")
	})
}

// Queries that wait at the same time get their own answers, in any order.
func TestConcurrentInvokes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 50
		var waiting []query
		c, s := newClient(t, ClientOptions{NoAcks: true}, func(s *rpcServer, q query) {
			if waiting = append(waiting, q); len(waiting) == n {
				for i := range waiting { // the last first
					q := waiting[n-1-i]
					s.answer(q, append([]byte("for "), q.body...))
				}
			}
		})
		var all sync.WaitGroup
		for i := range n {
			all.Go(func() {
				body := binary.LittleEndian.AppendUint32(nil, uint32(i))
				got, err := c.Invoke(t.Context(), body)
				assert.NoError(t, err)
				assert.Equal(t, append([]byte("for "), body...), got)
			})
		}
		all.Wait()
		for i, q := range s.queries() {
			assert.EqualValues(t, 2*i+1, q.seqNo, "seqno rises with msg_id")
		}
	})
}

func TestUnhandled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen []uint32
		c, _ := newClient(t, ClientOptions{OnMessage: func(m Message) { seen = append(seen, m.Constructor()) }}, func(s *rpcServer, q query) {
			s.tell(q, []byte("an update, for examples."))
			s.tell(q, []byte("tiny"))
			s.answer(query{session: q.session, msgID: 4}, reply) // to nobody
			s.tell(q, GzipPacked([]byte("short"))[:16])
			s.answer(q, reply)
		})
		_, err := c.Invoke(t.Context(), question)
		require.NoError(t, err)
		got := c.Unhandled()
		require.Len(t, got, 4)
		assert.Equal(t, "an update, for examples.", string(got[0].Body))
		assert.Empty(t, c.Unhandled(), "forgotten once seen")
		assert.Len(t, seen, 5)
	})
}

// Acknowledgements are collected for AckDelay, but sixteen leave at once.
//
// https://core.telegram.org/mtproto/service_messages_about_messages#acknowledgment-of-receipt
func TestAcks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		came := make(chan time.Time, 1)
		c, s := newClient(t, ClientOptions{}, func(s *rpcServer, q query) {
			if q.id() == mt.MsgsAckTypeID {
				came <- time.Now()
				return
			}
			s.answer(q, reply)
		})
		for range 2 {
			_, err := c.Invoke(t.Context(), question)
			require.NoError(t, err)
		}
		answered := time.Now()
		assert.Equal(t, defaultAckDelay, (<-came).Sub(answered), "they wait for more")
		require.Len(t, s.acked(), 1)
		assert.Len(t, s.acked()[0], 2)
		for range ackBatch {
			_, err := c.Invoke(t.Context(), question)
			require.NoError(t, err)
		}
		answered = time.Now()
		assert.Zero(t, (<-came).Sub(answered), "so many do not wait")
		require.Len(t, s.acked(), 2)
		assert.Len(t, s.acked()[1], ackBatch)
	})
}

func TestNoAcks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		came := make(chan struct{}, 1)
		c, _ := newClient(t, ClientOptions{NoAcks: true}, func(s *rpcServer, q query) {
			if q.id() == mt.MsgsAckTypeID {
				came <- struct{}{}
				return
			}
			s.answer(q, reply)
		})
		_, err := c.Invoke(t.Context(), question)
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		select {
		case <-came:
			assert.Fail(t, "an acknowledgement came")
		case <-ctx.Done():
		}
	})
}

func TestPing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := newClient(t, ClientOptions{}, func(s *rpcServer, q query) {
			id := int64(binary.LittleEndian.Uint64(q.body[4:]))
			if q.id() == mt.PingDelayDisconnectRequestTypeID {
				assert.EqualValues(t, 75, binary.LittleEndian.Uint32(q.body[12:]))
				id++ // another ping's
			}
			s.note(q, &mt.Pong{MsgID: q.msgID, PingID: id})
		})
		require.NoError(t, c.Ping(t.Context(), 7))
		require.ErrorContains(t, c.PingDelayDisconnect(t.Context(), 7, 75*time.Second), "pong for ping_id 8")
	})
}

// A service query without rpc_result is answered by the msg_id it names.
func TestFutureSalts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		salts := func(q query) *mt.FutureSalts { return &mt.FutureSalts{ReqMsgID: q.msgID, Now: 5} }
		c, s := newClient(t, ClientOptions{}, func(s *rpcServer, q query) { s.note(q, salts(q)) })
		got, err := c.Invoke(t.Context(), encode(&mt.GetFutureSaltsRequest{Num: 1}))
		require.NoError(t, err)
		assert.Equal(t, encode(salts(s.queries()[0])), got)
	})
}

// After a transport error the connection goes on.
func TestTransportErrorKeepsTheConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := newClient(t, ClientOptions{}, func(s *rpcServer, q query) {
			if string(q.body) == "bad!" {
				s.send(binary.LittleEndian.AppendUint32(nil, ^uint32(403)))
				return
			}
			s.answer(q, reply)
		})
		_, err := c.Invoke(t.Context(), []byte("bad!"))
		require.Error(t, err)
		_, err = c.Invoke(t.Context(), question)
		require.NoError(t, err)
		require.NoError(t, c.Err())
	})
}

// A caller that gives up leaves nothing behind; a late answer is unhandled.
func TestInvokeCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var first query
		c, _ := newClient(t, ClientOptions{}, func(s *rpcServer, q query) {
			if first.msgID == 0 {
				first = q
				return
			}
			s.answer(first, reply)
			s.answer(q, reply)
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err := c.Invoke(ctx, question)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		_, err = c.Invoke(t.Context(), question)
		require.NoError(t, err)
		assert.Len(t, c.Unhandled(), 1)
		assert.Empty(t, c.calls)
	})
}

// Close fails what waits, and no goroutine outlives it (the bubble would panic).
func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := newClient(t, ClientOptions{}, func(*rpcServer, query) {})
		errs := make(chan error)
		for range 3 {
			go func() { _, err := c.Invoke(t.Context(), question); errs <- err }()
		}
		synctest.Wait()
		require.NoError(t, c.Close())
		for range 3 {
			require.ErrorIs(t, <-errs, ErrClosed)
		}
		<-c.Done()
		_, err := c.Invoke(t.Context(), question)
		require.ErrorIs(t, err, ErrClosed)
		require.NoError(t, c.Close(), "twice")
	})
}

// A server that closed is the reason given from then on, not ours.
func TestServerClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := newClient(t, ClientOptions{}, func(s *rpcServer, q query) { s.answer(q, reply) })
		_, err := c.Invoke(t.Context(), question)
		require.NoError(t, err)
		require.NoError(t, s.socket.Close())
		<-c.Done()
		require.ErrorIs(t, c.Err(), io.EOF)
		_, err = c.Invoke(t.Context(), question)
		require.ErrorIs(t, err, io.EOF)
	})
}

func TestRPCErrorWait(t *testing.T) {
	for _, tt := range []struct {
		e    RPCError
		want time.Duration
	}{
		{RPCError{420, "FLOOD_WAIT_3"}, 3 * time.Second},
		{RPCError{420, "FLOOD_PREMIUM_WAIT_120"}, 2 * time.Minute},
		{RPCError{400, "FLOOD_WAIT_3"}, 0},
		{RPCError{420, "FLOOD_WAIT_X"}, 0},
		{RPCError{420, ""}, 0},
	} {
		assert.Equal(t, tt.want, tt.e.Wait(), tt.e.Message)
	}
}
