package rawclient

import (
	"context"
	"fmt"
)

// InputFile names parts that were uploaded.
//
// https://core.telegram.org/type/InputFile
type InputFile struct {
	ID    int64
	Parts int32
	Name  string
	// MD5 is the checksum of a small file in hex, "" to leave it out.
	MD5 string
	// Big is for parts from SaveBigFilePart.
	Big bool
}

func (f InputFile) object() *Object {
	if f.Big {
		return NewObject("inputFileBig", Fields{"id": f.ID, "parts": f.Parts, "name": f.Name})
	}
	return NewObject("inputFile", Fields{"id": f.ID, "parts": f.Parts, "name": f.Name, "md5_checksum": f.MD5})
}

// media sends the file as a document under its own name.
//
// https://core.telegram.org/constructor/inputMediaUploadedDocument
func (f InputFile) media() *Object {
	return NewObject("inputMediaUploadedDocument", Fields{
		"force_file": true,
		"file":       f.object(),
		"mime_type":  "application/octet-stream",
		"attributes": []any{NewObject("documentAttributeFilename", Fields{"file_name": f.Name})},
	})
}

// Document is an uploaded file as the server keeps it.
//
// https://core.telegram.org/constructor/document
type Document struct {
	Location
	Size     int64 // bytes
	MimeType string
	FileName string
	DC       int32
}

// UploadMedia makes a document of uploaded parts without sending it to anyone.
//
// https://core.telegram.org/method/messages.uploadMedia
func (c *Client) UploadMedia(ctx context.Context, f InputFile) (*Document, error) {
	o, err := c.call(ctx, NewObject("messages.uploadMedia", Fields{
		"peer": NewObject("inputPeerSelf", nil), "media": f.media(),
	}), "messageMediaDocument")
	if err != nil {
		return nil, err
	}
	return readDocument(o)
}

// SentMedia is a message with a document, as the server confirmed it.
type SentMedia struct {
	MessageID int32
	Document  *Document
}

// SendMedia sends uploaded parts to the account's own chat. randomID tells
// repeated calls from new ones.
//
// https://core.telegram.org/method/messages.sendMedia
func (c *Client) SendMedia(ctx context.Context, f InputFile, message string, randomID int64) (*SentMedia, error) {
	o, err := c.call(ctx, NewObject("messages.sendMedia", Fields{
		"peer": NewObject("inputPeerSelf", nil), "media": f.media(),
		"message": message, "random_id": randomID,
	}), "updates", "updateShortSentMessage")
	if err != nil {
		return nil, err
	}
	if o.Name == "updateShortSentMessage" {
		doc, err := readDocument(o.Obj("media"))
		return &SentMedia{MessageID: o.Int("id"), Document: doc}, err
	}
	return readSent(o, randomID)
}

// readSent looks for the message that updateMessageID ties to randomID.
func readSent(updates *Object, randomID int64) (*SentMedia, error) {
	id, found := int32(0), false
	for _, u := range updates.Objects("updates") {
		if u.Name == "updateMessageID" && u.Long("random_id") == randomID {
			id, found = u.Int("id"), true
		}
	}
	if !found {
		return nil, fmt.Errorf("rawclient: messages.sendMedia: no updateMessageID for random_id %d", randomID)
	}
	for _, u := range updates.Objects("updates") {
		m := u.Obj("message")
		if u.Name != "updateNewMessage" || m.Int("id") != id {
			continue
		}
		doc, err := readDocument(m.Obj("media"))
		if err != nil {
			return nil, err
		}
		return &SentMedia{MessageID: id, Document: doc}, nil
	}
	return nil, fmt.Errorf("rawclient: messages.sendMedia: no updateNewMessage with id %d", id)
}

// readDocument reads the document of a messageMediaDocument.
func readDocument(media *Object) (*Document, error) {
	d := media.Obj("document")
	if d == nil || d.Name != "document" {
		return nil, fmt.Errorf("rawclient: the answer has no document")
	}
	doc := &Document{
		Location: Location{ID: d.Long("id"), AccessHash: d.Long("access_hash"), FileReference: d.Bytes("file_reference")},
		Size:     d.Long("size"), MimeType: d.Str("mime_type"), DC: d.Int("dc_id"),
	}
	for _, a := range d.Objects("attributes") {
		if a.Name == "documentAttributeFilename" {
			doc.FileName = a.Str("file_name")
		}
	}
	return doc, nil
}
