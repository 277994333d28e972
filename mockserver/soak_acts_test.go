package mockserver_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"time"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// soakAccount is an account with the files that are being sent in it, by any client of it.
type soakAccount struct {
	dc    int
	id    int64
	token string
	ready *rawclient.AuthKey // of an account that has no other login

	mu    sync.Mutex
	files []*soakFile
	docs  []*soakDoc
}

// soakFile is a file that is to be sent.
type soakFile struct {
	fileName
	parts          int32
	size, lastSize int
	stream         bool
	epoch          int64 // in which it began
}

type soakDoc struct {
	*soakFile
	rawclient.Location
	epoch int64
}

func (f *soakFile) sizeOf(index int32) int {
	if index == f.parts-1 {
		return f.lastSize
	}
	return f.size
}

// file chooses one of the files of the account, or begins one.
func (s *soaker) file() *soakFile {
	s.who.mu.Lock()
	defer s.who.mu.Unlock()
	if n := len(s.who.files); n > 0 && (n >= 6 || s.r.IntN(4) > 0) {
		if n >= 6 && s.r.IntN(8) == 0 {
			s.who.files = s.who.files[1:]
		}
		return s.who.files[s.r.IntN(len(s.who.files))]
	}
	f := s.newFile()
	s.who.files = append(s.who.files, f)
	return f
}

func (s *soaker) newFile() *soakFile {
	f := &soakFile{fileName: fileName{s.who.dc, s.who.id, s.r.IntN(2) == 0, s.r.Int64()}, epoch: s.w.model.now()}
	f.size, f.parts = kib<<s.r.IntN(6), 1+s.r.Int32N(7)
	if s.r.IntN(12) == 0 {
		f.size, f.parts = 512*kib>>s.r.IntN(3), 1+s.r.Int32N(3)
	}
	f.lastSize = minSoakPart + s.r.IntN(f.size-minSoakPart+1)
	f.stream = f.big && s.r.IntN(3) == 0
	return f
}

// part is a question that sends a part.
func (s *soaker) part(f *soakFile, index int32, variant byte) *question {
	name := partName{f.fileName, index}
	size := f.sizeOf(index)
	fields := rawclient.Fields{"file_id": f.file, "file_part": index, "bytes": soakPart(name, size, variant)}
	method := "upload.saveFilePart"
	if f.big {
		method, fields["file_total_parts"] = "upload.saveBigFilePart", f.parts
		if f.stream && index < f.parts-1 {
			fields["file_total_parts"] = int32(-1)
		}
	}
	body := s.encode(rawclient.NewObject(method, fields))
	switch s.r.IntN(12) {
	case 0:
		body = rawclient.GzipPacked(body)
	case 1:
		if s.msgID != 0 && !s.polite { // behind whatever was sent last, if it was a query
			body = s.encode(rawclient.NewObject("invokeAfterMsg", rawclient.Fields{"msg_id": s.msgID, "query": body}))
		}
	}
	return s.ask(body, question{isPart: true, part: name, size: size, variant: variant})
}

func (s *soaker) encode(o *rawclient.Object) []byte {
	body, err := rawclient.Encode(228, o)
	if err != nil {
		panic(err)
	}
	return body
}

// input is the file as calls name it.
func (f *soakFile) input() *rawclient.Object {
	fields := rawclient.Fields{"id": f.file, "parts": f.parts, "name": "a.bin"}
	name := "inputFileBig"
	if !f.big {
		name, fields["md5_checksum"] = "inputFile", ""
	}
	return rawclient.NewObject(name, fields)
}

func (f *soakFile) media() *rawclient.Object {
	return rawclient.NewObject("inputMediaUploadedDocument", rawclient.Fields{
		"force_file": true, "file": f.input(), "mime_type": "application/octet-stream",
		"attributes": []any{rawclient.NewObject("documentAttributeFilename", rawclient.Fields{"file_name": "a.bin"})},
	})
}

// use makes a document of a file, or sends it to the account itself.
func (s *soaker) use(f *soakFile, send bool) *question {
	fields := rawclient.Fields{"peer": rawclient.NewObject("inputPeerSelf", nil), "media": f.media()}
	method := "messages.uploadMedia"
	if send {
		method, fields["message"], fields["random_id"] = "messages.sendMedia", "a message", s.r.Int64()
	}
	return s.ask(s.encode(rawclient.NewObject(method, fields)), question{})
}

// keep takes note of the document that came of a file.
func (s *soaker) keep(f *soakFile, body []byte) {
	o, err := rawclient.Decode(body)
	if err != nil || o.Name != "messageMediaDocument" || o.Obj("document") == nil {
		return
	}
	d := o.Obj("document")
	s.who.mu.Lock()
	defer s.who.mu.Unlock()
	s.who.docs = append(s.who.docs[max(0, len(s.who.docs)-8):], &soakDoc{f, rawclient.Location{
		ID: d.Long("id"), AccessHash: d.Long("access_hash"), FileReference: d.Bytes("file_reference"),
	}, s.w.model.now()})
}

// readBack reads a part of a document, and wants the bytes that were sent.
func (s *soaker) readBack() {
	s.who.mu.Lock()
	var d *soakDoc
	if n := len(s.who.docs); n > 0 {
		d = s.who.docs[s.r.IntN(n)]
	}
	s.who.mu.Unlock()
	if d == nil {
		return
	}
	index := s.r.Int32N(d.parts)
	a := s.ask(s.encode(rawclient.NewObject("upload.getFile", rawclient.Fields{
		"location": rawclient.NewObject("inputDocumentFileLocation", rawclient.Fields{
			"id": d.ID, "access_hash": d.AccessHash, "file_reference": d.FileReference, "thumb_size": "",
		}),
		"offset": int64(index) * int64(d.size), "limit": int32(d.size),
	})), question{})
	s.send(false, a)
	s.drain(0)
	select {
	case x := <-a.answer:
		s.hold(d, index, x)
	default:
	}
}

// hold holds what was read against what was sent.
func (s *soaker) hold(d *soakDoc, index int32, x answered) {
	body, err := rawclient.Gunzip(x.body)
	if err != nil || x.text != "something" {
		return
	}
	o, err := rawclient.Decode(body)
	if err != nil || o.Name != "upload.file" || s.w.lossy.Load() || s.w.model.now() != d.epoch {
		return
	}
	got := o.Bytes("bytes")
	for variant := range byte(3) {
		if bytes.Equal(got, soakPart(partName{d.fileName, index}, d.sizeOf(index), variant)) {
			s.w.readBack.Add(1)
			return
		}
	}
	s.w.fail("part %d of a document of %+v has %d bytes that were not sent", index, d.fileName, len(got))
}

// rude is one act of a client that cares for nothing.
func (s *soaker) rude() {
	if !s.ready() {
		s.pause(2 * time.Millisecond)
		return
	}
	f := s.file()
	switch s.r.IntN(24) {
	case 0, 1:
		s.leave() // with whatever is on its way
	case 2:
		s.duet(f, s.r.Int32N(f.parts))
	case 3, 4: // while its parts are on their way, or all of them are there
		if s.r.IntN(2) == 0 {
			s.whole(f)
		}
		a := s.use(f, s.r.IntN(2) == 0)
		s.send(false, a)
		s.drain(s.r.IntN(2))
		select {
		case x := <-a.answer:
			s.keep(f, x.body)
		default:
		}
	case 5, 6:
		s.readBack()
	case 7:
		s.service(rawclient.MsgsAck(s.taken()...))
	case 8:
		s.service(destroyBody(s.session + int64(s.r.IntN(2))))
	case 9:
		s.drain(0)
		s.begin()
	case 10:
		if s.who.ready != nil {
			return // there is no way back
		}
		s.send(false, s.ask(s.encode(rawclient.NewObject("auth.logOut", nil)), question{}))
	case 11:
		s.again() // the same messages over the same connection
	case 12:
		s.half()
	case 13:
		s.send(false, s.ask(pingBody(byte(s.r.IntN(256))), question{}))
	case 14:
		if s.r.IntN(4) == 0 {
			s.mu.Lock()
			s.unknown = s.who.ready == nil // a key of its own again
			s.mu.Unlock()
			if other := s.w.borrow(s.r); other != nil && s.who.ready == nil {
				s.who = other
			}
		}
	case 15:
		s.send(false, s.ask(s.encode(rawclient.NewObject("messages.getHistory", rawclient.Fields{
			"peer": rawclient.NewObject("inputPeerSelf", nil), "offset_id": int32(0), "offset_date": int32(0), "add_offset": int32(0),
			"limit": int32(20), "max_id": int32(0), "min_id": int32(0), "hash": int64(0),
		})), question{}))
	default:
		var all []*question
		for range 1 + s.r.IntN(5) {
			variant := byte(0)
			if s.r.IntN(10) == 0 {
				variant = byte(1 + s.r.IntN(2))
			}
			all = append(all, s.part(f, s.r.Int32N(f.parts), variant))
		}
		s.send(s.r.IntN(3) == 0, all...)
		s.drain(s.r.IntN(8))
	}
}

// whole sends all parts of a file.
func (s *soaker) whole(f *soakFile) {
	var all []*question
	for index := range f.parts {
		all = append(all, s.part(f, index, 0))
	}
	s.send(s.r.IntN(3) == 0, all...)
	s.drain(0)
}

// taken are the messages to acknowledge.
func (s *soaker) taken() (ids []int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ids, s.acks = s.acks, nil
	return ids
}

// duet sends the same part over two connections at the same instant, in two sessions.
func (s *soaker) duet(f *soakFile, index int32) {
	s.mu.Lock()
	salt := s.salt
	s.mu.Unlock()
	other := &soaker{w: s.w, r: rand.New(rand.NewPCG(s.r.Uint64(), 1)), n: s.n, who: s.who, key: s.key, salt: salt, news: make(chan struct{}, 1)}
	other.begin()
	defer other.leave()
	if !other.ready() {
		return
	}
	here, there := s.part(f, index, 0), other.part(f, index, 0)
	var both sync.WaitGroup
	both.Go(func() { other.send(false, there); other.drain(0) })
	s.send(false, here)
	s.drain(0)
	both.Wait()
}

// half sends half a frame and leaves.
func (s *soaker) half() {
	c, err := net.DialTimeout("tcp", s.w.server().AddrOf(s.who.dc), time.Second)
	if err != nil {
		return
	}
	s.w.connections.Add(1)
	junk := append([]byte(intermediateTag), 0, 4, 0, 0)
	junk = append(junk, soakPart(partName{}, 16+s.r.IntN(900), 0)...)
	_, _ = c.Write(junk[:1+s.r.IntN(len(junk)-1)])
	_ = c.Close()
}

func (s *soaker) describe() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	text := fmt.Sprintf("client %d, account %d, session %d, unknown %t uninit %t logged out %t stale %t, connected %t", s.n, s.who.id, s.session, s.unknown, s.uninit, s.logged, s.stale, s.way != nil)
	for _, a := range s.open {
		text += fmt.Sprintf("; %d %+v renew %t", a.MsgID, a.part, a.renew)
	}
	return text
}
