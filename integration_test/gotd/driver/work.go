package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gotd/td/telegram/downloader"
	"github.com/gotd/td/telegram/message"
	"github.com/gotd/td/telegram/message/unpack"
	"github.com/gotd/td/telegram/uploader"
	"github.com/gotd/td/tg"
)

// threads of the uploader; gotd's own default is one.
const threads = 4

// work logs in, uploads, sends, and reads back what it sent.
func work(ctx context.Context, j job) (r result, err error) {
	c, err := newClient(j)
	if err != nil {
		return r, err
	}
	err = c.Run(ctx, func(ctx context.Context) error {
		if err := login(ctx, c, j.As); err != nil {
			return fmt.Errorf("log in: %w", err)
		}
		doc, err := send(ctx, c.API(), j)
		if err != nil {
			return err
		}
		r.Size = doc.Size
		if j.Action == "upload" {
			return nil
		}
		var got bytes.Buffer
		if _, err := downloader.NewDownloader().Download(c.API(), doc.AsInputDocumentFileLocation("")).Stream(ctx, &got); err != nil {
			return fmt.Errorf("download: %w", err)
		}
		sum := sha256.Sum256(got.Bytes())
		r.SHA256, r.Size = hex.EncodeToString(sum[:]), int64(got.Len())
		return nil
	})
	return r, err
}

// send uploads the file and sends it to Saved Messages.
func send(ctx context.Context, api *tg.Client, j job) (*tg.Document, error) {
	f, err := os.Open(filepath.Clean(j.Path))
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	file, err := uploader.NewUploader(api).WithThreads(threads).Upload(ctx, uploader.NewUpload(j.Name, f, info.Size()))
	if err != nil {
		return nil, fmt.Errorf("upload: %w", err)
	}
	media := message.UploadedDocument(file).Filename(j.Name).MIME("application/octet-stream").ForceFile(true)
	sent, err := unpack.Message(message.NewSender(api).Self().Media(ctx, media))
	if err != nil {
		return nil, fmt.Errorf("send: %w", err)
	}
	return documentOf(sent)
}

func documentOf(sent *tg.Message) (*tg.Document, error) {
	media, ok := sent.Media.(*tg.MessageMediaDocument)
	if !ok {
		return nil, fmt.Errorf("the media of the message is a %T", sent.Media)
	}
	doc, ok := media.Document.AsNotEmpty()
	if !ok {
		return nil, fmt.Errorf("the document of the message is a %T", media.Document)
	}
	return doc, nil
}
