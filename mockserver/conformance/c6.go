package conformance

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

func fileSections() []section {
	return []section{
		{"6.1", pageFiles, bigPartCases()},
		{"6.2", pageFiles, bigFileCases()},
		{"6.3", pageFiles, smallPartCases()},
		{"6.4", pageFiles, streamCases()},
		{"6.5", pageFiles, finalCases()},
		{"6.6", pageFiles, readCases()},
		{"6.7", pageFiles, accountCases()},
	}
}

const (
	kib      = 1024
	partMax  = 512 * kib
	uploads  = "#uploading-files"
	streamed = "#streamed-uploads"
	download = "#downloading-files"
)

// upload is one file of the run's account.
type upload struct {
	*rawclient.Client
	env *Env
	id  int64
}

func (e *Env) upload(ctx context.Context) *upload {
	return &upload{must(e.client(ctx)), e, randomID()}
}

// part is one call of saveBigFilePart, or with total 0 in a small file of saveFilePart.
type part struct {
	index, total int32
	data         []byte
	small        bool
}

func bigPart(index, total int32, n int) part { return part{index, total, content(n, index), false} }
func smallPart(index int32, n int) part      { return part{index, 0, content(n, index), true} }

// content makes bytes that no two part numbers share.
func content(n int, index int32) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{byte(index), byte(index >> 8), byte(n)}).Read(b) // never fails
	return b
}

func (u *upload) save(ctx context.Context, p part) error {
	ctx, cancel := u.env.patient(ctx)
	defer cancel()
	var ok bool
	var err error
	if p.small {
		ok, err = u.SaveFilePart(ctx, u.id, p.index, p.data)
	} else {
		ok, err = u.SaveBigFilePart(ctx, u.id, p.index, p.total, p.data)
	}
	if err == nil && !ok {
		err = errors.New("boolFalse")
	}
	return err
}

// stores demands that a part is taken.
func (u *upload) stores(ctx context.Context, parts ...part) error {
	for _, p := range parts {
		if err := u.save(ctx, p); err != nil {
			return fmt.Errorf("expected part %d of %d, %d bytes, to be stored; got %w", p.index, p.total, len(p.data), err)
		}
	}
	return nil
}

// refuses demands that a part is refused with 400 and a text that begins so.
func (u *upload) refuses(ctx context.Context, p part, text string) error {
	return isRefusal(u.save(ctx, p), text, fmt.Sprintf("part %d of %d, %d bytes", p.index, p.total, len(p.data)))
}

// isRefusal demands a 400 whose text is one of those given, or begins like it where
// it ends in *.
func isRefusal(err error, text, what string) error {
	var rpc *rawclient.RPCError
	if !errors.As(err, &rpc) {
		if err == nil {
			err = errors.New("it was accepted")
		}
		return fmt.Errorf("expected 400 %s for %s; got: %w", text, what, err)
	}
	for one := range strings.SplitSeq(text, "|") {
		prefix, open := strings.CutSuffix(one, "*")
		if rpc.Code == 400 && (rpc.Message == one || open && strings.HasPrefix(rpc.Message, prefix)) {
			return nil
		}
	}
	return fmt.Errorf("expected 400 %s for %s; got %d %s", text, what, rpc.Code, rpc.Message)
}

// stored is a case that demands that all these parts are taken.
func stored(parts ...part) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		u := e.upload(ctx)
		return u.stores(ctx, parts...)
	}
}

// refused is a case that demands that the last of these parts is refused, and the
// others are taken.
func refused(text string, parts ...part) func(context.Context, *Env) error {
	return func(ctx context.Context, e *Env) error {
		u := e.upload(ctx)
		demand(u.stores(ctx, parts[:len(parts)-1]...))
		return u.refuses(ctx, parts[len(parts)-1], text)
	}
}

func (u *upload) inputFile(parts int32) rawclient.InputFile {
	return rawclient.InputFile{ID: u.id, Parts: parts, Name: "conformance.bin", Big: true}
}

// finalise makes a document of the parts.
func (u *upload) finalise(ctx context.Context, f rawclient.InputFile) (*rawclient.Document, error) {
	ctx, cancel := u.env.patient(ctx)
	defer cancel()
	return u.UploadMedia(ctx, f)
}
