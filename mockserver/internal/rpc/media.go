package rpc

import (
	"fmt"
	"strings"

	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/internal/tl"
	"github.com/fakedc/fakedc/mockserver/internal/upload"
	"github.com/fakedc/fakedc/validator"
)

// maxMeta bounds what a document keeps of the call that made it, as TL: name,
// mime type and attributes. Honest ones take some hundred bytes.
const maxMeta = 16 << 10

// maxAttributes bounds them once more: in memory each takes some hundred bytes, whatever it
// takes as TL. There are eight kinds, and a document has one of each at the most.
// https://core.telegram.org/type/DocumentAttribute
const maxAttributes = 16

// checkMeta refuses a call of which more would be kept, and attributes that the
// client's layer does not have in the form it sent.
func (q *query) checkMeta(file *tl.Object, m *media) error {
	if n := len(m.attributes); n > maxAttributes {
		return bad("MEDIA_INVALID", fmt.Sprintf("with the name of its file there are %d attributes, fakedc keeps up to %d", n, maxAttributes))
	}
	attributes := tl.New("", tl.Fields{"all": m.attributes}).Objects("all")
	b, err := tl.AppendVector(nil, q.Auth.Layer(), attributes...)
	if err != nil {
		return bad("MEDIA_INVALID", err.Error())
	}
	if n := len(b) + len(m.mime) + len(file.Str("name")); n > maxMeta {
		return bad("MEDIA_INVALID", fmt.Sprintf("name, mime type and attributes have %d bytes, fakedc keeps up to %d", n, maxMeta))
	}
	return nil
}

// media is what a document keeps of the call that made it.
type media struct {
	photo bool
	// noExtension: the name need not be that of an image.
	noExtension bool
	// thumb: it is made of the thumbnail of another file.
	thumb      bool
	mime       string
	attributes []any
}

// finalise makes a document of an InputFile.
// https://core.telegram.org/api/files#uploading-files
func (q *query) finalise(in *tl.Object, m *media) (*upload.Document, error) {
	kind := validator.Small
	switch in.Name {
	case "inputFile":
	case "inputFileBig":
		kind = validator.Big
	default:
		return nil, bad("INPUT_FILE_INVALID", in.Name+" names no uploaded parts")
	}
	if err := q.checkMeta(in, m); err != nil {
		return nil, err
	}
	record, err := m.record()
	if err != nil {
		return nil, bad("MEDIA_INVALID", err.Error())
	}
	account := q.account
	id := q.fileID(account.ID, in.Long("id"), kind)
	doc, v := q.Uploads.Finalise(q.now, upload.Final{
		ID: id, Parts: in.Int("parts"), MD5: in.Str("md5_checksum"), Name: in.Str("name"),
		Premium: account.Premium(), Photo: m.photo && !m.noExtension, Meta: m, Record: record,
	})
	why := q.noteFile(id, doc, v, m)
	if v.Error != nil {
		return nil, &Error{Code: v.Error.Code, Message: v.Error.Message, Why: why}
	}
	return doc, nil
}

// noteFile returns what was wrong.
func (q *query) noteFile(id upload.ID, doc *upload.Document, v validator.Verdict, m *media) (why string) {
	e := q.event(journal.KindFile)
	e.FileID, e.Big = id.FileID, id.Kind == validator.Big
	if e.File = q.Uploads.Ordinal(q.now, id); e.File == 0 { // by the other method: final.kind
		e.File = q.Uploads.Ordinal(q.now, id.Other())
	}
	if m.thumb {
		for i := range v.Findings {
			v.Findings[i].Sentence = "the thumbnail: " + v.Findings[i].Sentence
		}
	}
	e.Text = broken(v, &e)
	if v.Error != nil {
		e.Error = fmt.Sprintf("%d %s", v.Error.Code, v.Error.Message)
		if e.Text == "" {
			e.Text = v.Error.Why
		}
	}
	if doc != nil {
		e.File, e.Size = doc.Ordinal, int(doc.Size)
	}
	q.Journal.Add(q.now, e)
	return e.Text
}

// broken notes the rules that a call broke, and says what was wrong with it.
func broken(v validator.Verdict, e *journal.Event) string {
	for _, f := range v.Findings {
		e.Rules, e.Why = append(e.Rules, f.Rule.ID), append(e.Why, f.Sentence)
	}
	return strings.Join(e.Why, "; ")
}

// inputMedia makes or finds what an InputMedia means.
func (q *query) inputMedia(in *tl.Object) (*upload.Document, error) {
	switch in.Name {
	case "inputMediaUploadedDocument":
		if thumb := in.Obj("thumb"); thumb != nil && !isNothing(thumb) {
			if _, err := q.finalise(thumb, &media{mime: "image/jpeg", thumb: true}); err != nil {
				return nil, err
			}
		}
		attributes := in.Vector("attributes")
		m := &media{mime: in.Str("mime_type"), attributes: attributes}
		m.nameFrom(in.Obj("file"))
		return q.finalise(in.Obj("file"), m)
	case "inputMediaUploadedPhoto":
		return q.finalise(in.Obj("file"), &media{photo: true, mime: "image/jpeg"})
	case "inputMediaDocument", "inputMediaPhoto":
		return q.existing(in.Obj("id"))
	}
	return nil, bad("MEDIA_INVALID", in.Name+" is no uploaded file")
}

// isNothing tells an inputFile that says nothing at all. gogram has sent one for the
// thumbnail of every document without one, for years, and its users' documents arrive.
func isNothing(in *tl.Object) bool {
	return in.Name == "inputFile" && in.Long("id") == 0 && in.Int("parts") == 0 && in.Str("name") == "" && in.Str("md5_checksum") == ""
}

// nameFrom gives a document the name of its InputFile where the client sent no
// attribute with one.
func (m *media) nameFrom(file *tl.Object) {
	for _, a := range m.attributes {
		if o, ok := a.(*tl.Object); ok && o.Name == "documentAttributeFilename" {
			return
		}
	}
	if name := file.Str("name"); name != "" {
		m.attributes = append(m.attributes, tl.New("documentAttributeFilename", tl.Fields{"file_name": name}))
	}
}

// existing finds a document that was sent before.
func (q *query) existing(in *tl.Object) (*upload.Document, error) {
	doc, ok := q.known(in)
	if !ok {
		return nil, bad("MEDIA_EMPTY", "no such document or photo of this account")
	}
	if err := checkReference(in.Bytes("file_reference"), doc); err != nil {
		return nil, err
	}
	return doc, nil
}

// known finds what an id and its access hash name, if it is what the constructor says:
// a photo, or a document. An access hash is worth something to its account alone: what one
// uploads no other was ever shown here.
func (q *query) known(in *tl.Object) (*upload.Document, bool) {
	d, ok := q.Uploads.Document(in.Long("id"))
	if !ok || in.Long("access_hash") != accessHash("document", d.ID) || d.Account != q.account.ID {
		return nil, false
	}
	return d, d.Meta.(*media).photo == strings.HasPrefix(in.Name, "inputPhoto")
}

// reference is a document's file reference.
// https://core.telegram.org/api/file_reference
func reference(d *upload.Document) []byte {
	return fmt.Appendf(nil, "fakedc reference %016x", accessHash("reference", d.ID))
}

func checkReference(got []byte, d *upload.Document) error {
	switch string(got) {
	case string(reference(d)):
		return nil
	case "":
		return bad("FILE_REFERENCE_EMPTY", "file_reference is empty")
	}
	return bad("FILE_REFERENCE_INVALID", "file_reference is not the one that was handed out")
}

// messageMedia is how a message carries a document.
func (q *query) messageMedia(d *upload.Document) *tl.Object {
	if d.Meta.(*media).photo {
		return tl.New("messageMediaPhoto", tl.Fields{"photo": photo(d)})
	}
	return tl.New("messageMediaDocument", tl.Fields{"document": document(d)})
}

func document(d *upload.Document) *tl.Object {
	m := d.Meta.(*media)
	return tl.New("document", tl.Fields{
		"id": d.ID, "access_hash": accessHash("document", d.ID), "file_reference": reference(d),
		"date": int32(d.Created.Unix()), "mime_type": m.mime, "size": d.Size, "dc_id": int32(d.DC),
		"attributes": append([]any{}, m.attributes...),
	})
}

// uploadMedia makes a document without sending it.
// https://core.telegram.org/method/messages.uploadMedia
func (q *query) uploadMedia() (any, error) {
	// A bot may say nobody: what it uploads is not for one chat.
	if in := q.args.Obj("peer"); in.Name != "inputPeerEmpty" || !q.account.Bot {
		if _, err := q.peer(in); err != nil {
			return nil, err
		}
	}
	d, err := q.inputMedia(q.args.Obj("media"))
	if err != nil {
		return nil, err
	}
	return q.messageMedia(d), nil
}
