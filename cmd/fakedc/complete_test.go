package main

import (
	"bytes"
	"encoding/binary"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
	"github.com/fakedc/fakedc/scenarios"
	"github.com/fakedc/fakedc/scenarios/oracle"
)

// halves is a server to which somebody sent the first of two parts of some files.
func halves(t *testing.T, files int64, o mockserver.Options) *mockserver.Server {
	t.Helper()
	dc := mockserver.Start(t, o)
	c, err := rawclient.Connect(t.Context(), dc.Addr(), rawclient.Options{}, rawclient.KeyOptions{PublicKey: dc.PublicKey().RSA}, rawclient.ClientOptions{})
	require.NoError(t, err)
	_, err = c.InitConnection(t.Context(), 228)
	require.NoError(t, err)
	_, err = c.LoginBot(t.Context(), "123456:halves")
	require.NoError(t, err)
	for id := range files {
		_, err := c.SaveBigFilePart(t.Context(), id+1, 0, 2, make([]byte, 1024))
		require.NoError(t, err)
	}
	require.NoError(t, c.Close())
	return dc
}

// However many uploads are not complete, as many are told of as an oracle would, and how
// many there are beside them.
func TestManyIncompleteUploads(t *testing.T) {
	const more = 5
	dc := halves(t, oracle.MaxFindings+more, mockserver.Options{})
	texts := warnings(dc, nil)
	require.Len(t, texts, oracle.MaxFindings+1)
	require.Equal(t, "and 5 uploads more not complete", texts[oracle.MaxFindings])
	c := uploadRequired(dc)
	require.Equal(t, oracle.Failed, c.Status)
	require.Len(t, c.Findings, oracle.MaxFindings)
	require.Equal(t, more, c.More)
	require.Equal(t, oracle.Finding{File: 1, FileID: 1, Text: "upload 1 is not complete: 1 part missing: part 1"}, c.Findings[0])
}

// An upload that made room for others is not complete either, for all that is known.
func TestForgottenUploadIsIncomplete(t *testing.T) {
	dc := halves(t, 3, mockserver.Options{Limits: mockserver.Limits{Uploads: 2}})
	var texts []string
	for _, s := range incomplete(dc) {
		texts = append(texts, s.String())
	}
	require.Equal(t, []string{
		"upload 1 is not complete: the server has forgotten it",
		"upload 2 is not complete: 1 part missing: part 1", "upload 3 is not complete: 1 part missing: part 1",
	}, texts)
}

// A fault that was about no upload may have been about all of them.
func TestFaultBeforeTheUploads(t *testing.T) {
	rules, err := scenarios.ParseFault("method=auth.*: 1*gzip")
	require.NoError(t, err)
	dc := halves(t, 1, mockserver.Options{Scenario: &scenarios.Scenario{Rules: rules}})
	require.Len(t, incomplete(dc), 1)
	require.Empty(t, warnings(dc, nil))
}

// Why a connection got nowhere is what was refused first on it: gogram goes on talking where
// its key exchange has failed.
func TestStuckForTheFirstReason(t *testing.T) {
	dc := mockserver.Start(t, mockserver.Options{})
	conn, err := net.Dial("tcp", dc.Addr())
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	ping := make([]byte, 24) // in plain text
	binary.LittleEndian.PutUint64(ping[8:], 1<<32)
	binary.LittleEndian.PutUint32(ping[16:], 4)
	binary.LittleEndian.PutUint32(ping[20:], 0x7abe77ec)
	encrypted := bytes.Repeat([]byte{1}, 64)
	sent := []byte{0xef} // abridged
	for _, frame := range [][]byte{encrypted, ping} {
		sent = append(append(sent, byte(len(frame)/4)), frame...)
	}
	_, err = conn.Write(sent)
	require.NoError(t, err)
	refused := func() (texts []string) {
		for _, e := range dc.Journal() {
			if e.Kind == mockserver.EventRefused {
				texts = append(texts, e.Text)
			}
		}
		return texts
	}
	for changed := dc.Changed(); len(refused()) < 2; changed = dc.Changed() {
		<-changed
	}
	require.Contains(t, refused()[1], "constructor 0x7abe77ec")
	require.Contains(t, stuck(dc), "connection 1: refused: unknown auth key")
}
