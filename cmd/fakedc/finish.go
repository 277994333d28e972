package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// readBytes is how much is asked for at once: a whole MiB is the most that
// upload.getFile gives. https://core.telegram.org/api/files#downloading-files
const readBytes = 1 << 20

// finish makes a file of the parts. When the server says that one is missing, it
// is sent again: https://core.telegram.org/api/files#uploading-files
func (u *uploader) finish(ctx context.Context) (rawclient.Location, error) {
	file := rawclient.InputFile{ID: u.fileID, Parts: int32(u.flags.parts()), Name: demoFile, Big: true}
	for range u.flags.parts() + maxTries {
		var document *rawclient.Document
		err := u.ask(ctx, func(ctx context.Context, c *rawclient.Client) (err error) {
			document, err = c.UploadMedia(ctx, file)
			return err
		})
		if err == nil {
			return document.Location, nil
		}
		part, missing := missingPart(err)
		if !missing || part < 0 || int(part) >= u.flags.parts() {
			return rawclient.Location{}, fmt.Errorf("making a file of the parts: %w", err)
		}
		u.note(part, "When the datacenter missed it at the end, the client sent it again.")
		u.show.say(fmt.Sprintf("part %d: %s: sending it again", part, told(err)))
		if err := u.sendPart(ctx, 0, part); err != nil {
			return rawclient.Location{}, err
		}
	}
	return rawclient.Location{}, errors.New("parts go missing as fast as they are sent again")
}

// missingPart takes the number out of FILE_PART_n_MISSING.
func missingPart(err error) (part int32, ok bool) {
	var rpc *rawclient.RPCError
	if !errors.As(err, &rpc) {
		return 0, false
	}
	n, scanErr := fmt.Sscanf(rpc.Message, "FILE_PART_%d_MISSING", &part)
	return part, n == 1 && scanErr == nil
}

// ask asks something that may be asked twice, on the first connection: with the
// same patience as for a part.
func (u *uploader) ask(ctx context.Context, call func(context.Context, *rawclient.Client) error) error {
	var err error
	refusals := 0
	for range maxTries {
		var c *rawclient.Client
		if c, err = u.client(ctx, 0); err == nil {
			callCtx, cancel := context.WithTimeout(ctx, callTime)
			err = call(callCtx, c)
			cancel()
		}
		if err == nil || ctx.Err() != nil {
			return err
		}
		if _, missing := missingPart(err); missing {
			return err
		}
		r := reactTo(err, &refusals)
		if r.giveUp {
			return err
		}
		if errors.Is(err, context.DeadlineExceeded) && c != nil {
			_ = c.Close()
		}
		u.show.say(told(err) + ": asking again")
		if err := sleep(ctx, r.wait); err != nil {
			return err
		}
	}
	return err
}

// read reads the file back. It stops at what was sent and one piece more, so that
// a server cannot make it read for ever.
func (u *uploader) read(ctx context.Context, l rawclient.Location) ([]byte, error) {
	var out bytes.Buffer
	for out.Len() <= len(u.data) {
		var piece []byte
		err := u.ask(ctx, func(ctx context.Context, c *rawclient.Client) (err error) {
			piece, err = c.GetFile(ctx, l, int64(out.Len()), readBytes)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("reading the file back: %w", err)
		}
		out.Write(piece)
		if len(piece) < readBytes {
			break
		}
	}
	return out.Bytes(), nil
}
