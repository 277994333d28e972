package mockserver_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// told is a test that only notes what it is told.
type told struct{ errors, logs []string }

func (f *told) Helper()        {}
func (f *told) Cleanup(func()) {}
func (f *told) Errorf(format string, args ...any) {
	f.errors = append(f.errors, fmt.Sprintf(format, args...))
}
func (f *told) Fatalf(format string, args ...any) { f.Errorf(format, args...) }
func (f *told) Logf(format string, args ...any) {
	f.logs = append(f.logs, fmt.Sprintf(format, args...))
}

var errBroken = errors.New("broken")

// What is required of an upload: one that is right, and each way to be wrong, with
// the journal before it.
func TestRequireUploaded(t *testing.T) {
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		c := b.client()
		data := contents(2*kib + 100)
		for i := range int32(3) {
			require.Equal(t, "true", part(t, c, 7, i, 3, data[int(i)*kib:min(len(data), int(i+1)*kib)]))
		}
		require.Equal(t, "true", part(t, c, 8, 0, 2, contents(kib)))
		require.Equal(t, "true", part(t, c, 10, 3999, 4000, contents(kib)))
		require.Equal(t, "true", smallPart(t, c, 11, 0, contents(kib)))
		require.Equal(t, "true", part(t, c, 12, 0, -1, contents(kib)))
		other, first, both := bytes.Clone(data), bytes.Clone(data), bytes.Clone(data)
		other[kib+7] ^= 1
		first[0] ^= 1
		both[5], both[2*kib] = both[5]^1, both[2*kib]^1
		for _, tc := range []struct {
			file int64
			want []byte
			says string
		}{
			{7, data, ""},
			{7, other, "in part 1, at byte 1031 of the file"},
			{7, first, "the first byte that differs is in part 0, at byte 0 of the file"},
			{7, both, "the first byte that differs is in part 0, at byte 5 of the file"},
			{7, first[:7], "has 2148 bytes, 7 were to be sent; the first that differs is in part 0, at byte 0 of the file"},
			{7, data[:1], "has 2148 bytes, 1 were to be sent; up to there they are the same"},
			{7, data[:2*kib], "file 7 is not what was to be sent: the upload has 2148 bytes, 2048 were to be sent; up to there they are the same"},
			{7, data[:2*kib+1], "has 2148 bytes, 2049 were to be sent; up to there they are the same"},
			{7, append(bytes.Clone(data), 1), "has 2148 bytes, 2149 were to be sent; up to there they are the same"},
			{7, append(bytes.Clone(other), 1, 2), "has 2148 bytes, 2150 were to be sent; the first that differs is in part 1, at byte 1031 of the file"},
			{7, other[:kib+9], "has 2148 bytes, 1033 were to be sent; the first that differs is in part 1, at byte 1031 of the file"},
			{7, nil, "has 2148 bytes, 0 were to be sent"},
			{8, contents(kib), "file 8 is not complete: 1 part is stored, missing are [1]"},
			{10, nil, "missing are 3999, the first of them [0 1 2 3 4 5 6 7 8 9]"},
			{11, contents(kib), "file 11 is not complete: 1 part is stored, no stored part says how many there are, and the file was not used"},
			{12, contents(kib), "file 12 is not complete: 1 part is stored, no stored part says how many there are, and the file was not used"},
			{9, nil, "no part of a file 9 was uploaded"},
		} {
			f := &told{}
			b.RequireUploaded(f, tc.file, bytes.NewReader(tc.want))
			if tc.says == "" {
				require.Empty(t, f.errors)
				continue
			}
			require.Len(t, f.errors, 1)
			require.Contains(t, f.errors[0], tc.says)
			require.Less(t, len(f.errors[0]), 300)
			require.NotEmpty(t, f.logs, "the journal")
		}
		for name, want := range map[string]io.Reader{
			"at once": iotest.ErrReader(errBroken), "in the middle": io.MultiReader(bytes.NewReader(data[:kib+5]), iotest.ErrReader(errBroken)),
			"at the end": io.MultiReader(bytes.NewReader(data), iotest.ErrReader(errBroken)),
		} {
			f := &told{}
			b.RequireUploaded(f, 7, want)
			require.Equal(t, []string{"fakedc: file 7 cannot be compared: broken"}, f.errors, name)
		}
		require.NoError(t, c.Close())
	})
}

// A store of digests knows which part is wrong, and not which byte.
func TestRequireUploadedOfDigests(t *testing.T) {
	inBubble(t, mockserver.Options{Store: mockserver.StoreDigest}, func(t *testing.T, b *bubble) {
		c := b.client()
		data := contents(2 * kib)
		for i := range int32(2) {
			require.Equal(t, "true", part(t, c, 7, i, 2, data[int(i)*kib:int(i+1)*kib]))
		}
		b.RequireUploaded(t, 7, bytes.NewReader(data))
		data[kib+7] ^= 1
		f := &told{}
		b.RequireUploaded(f, 7, bytes.NewReader(data))
		require.Len(t, f.errors, 1)
		require.Contains(t, f.errors[0], "in part 1, at byte 1024 of the file")
		data[kib+7] ^= 1
		f = &told{}
		b.RequireUploaded(f, 7, bytes.NewReader(data[:kib+9]))
		require.Len(t, f.errors, 1)
		require.Regexp(t, "has 2048 bytes, 1033 were to be sent$", f.errors[0], "what nobody can see is not said to be the same")
		require.NoError(t, c.Close())
	})
}

// first does something when it is read first.
type first struct {
	io.Reader
	do func()
}

func (r *first) Read(b []byte) (int, error) {
	if do := r.do; do != nil {
		r.do = nil
		do()
	}
	return r.Reader.Read(b)
}

// An upload that makes room while it is compared is not said to be another.
func TestRequireUploadedOfWhatGoesAway(t *testing.T) {
	inBubble(t, mockserver.Options{Limits: mockserver.Limits{Uploads: 1}}, func(t *testing.T, b *bubble) {
		c := b.client()
		data := contents(2 * kib)
		for i := range int32(2) {
			require.Equal(t, "true", part(t, c, 7, i, 2, data[int(i)*kib:int(i+1)*kib]))
		}
		f := &told{}
		b.RequireUploaded(f, 7, &first{bytes.NewReader(data), func() {
			require.Equal(t, "true", part(t, c, 8, 0, 1, contents(5)))
		}})
		require.Len(t, f.errors, 1)
		require.Contains(t, f.errors[0], "file 7 cannot be compared: mockserver: the upload is incomplete: part 0 went away meanwhile")
		require.NoError(t, c.Close())
	})
}

// endless never ends, as a generator that was given for the contents.
type endless struct{}

func (endless) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// What never ends is longer than the upload, and is not read for ever.
func TestRequireUploadedOfWhatNeverEnds(t *testing.T) {
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		c := b.client()
		require.Equal(t, "true", part(t, c, 7, 0, 1, make([]byte, kib)))
		f := &told{}
		b.RequireUploaded(f, 7, endless{})
		require.Len(t, f.errors, 1)
		require.Contains(t, f.errors[0], "has 1024 bytes, more than 1073742848 were to be sent; up to there they are the same")
		require.NoError(t, c.Close())
	})
}

func TestRequireVerdict(t *testing.T) {
	s := parsed(t, "rules: [{ name: wait, match: { part: 1 }, times: 1, reply: { flood_wait: 3s } }]\nexpect: [{ retry: { after: flood_wait } }]\n")
	inBubble(t, mockserver.Options{Scenario: s}, func(t *testing.T, b *bubble) {
		c := b.client()
		require.Equal(t, "FLOOD_WAIT_3", part(t, c, 7, 1, 3, contents(kib)))
		<-time.After(time.Second)
		require.Equal(t, "true", part(t, c, 7, 1, 3, contents(kib)))
		f := &told{}
		b.RequireNoViolations(f)
		require.Empty(t, f.errors)
		b.RequireVerdict(f)
		require.Contains(t, strings.Join(f.errors, "\n"), "part 1, the second part, was sent again 1s after it was answered FLOOD_WAIT_3: 2s too early")
		require.Equal(t, "FILE_PART_EMPTY", part(t, c, 7, 0, 3, nil))
		f = &told{}
		b.RequireNoViolations(f)
		require.Contains(t, strings.Join(f.errors, "\n"), "part.empty")
		require.Contains(t, strings.Join(f.errors, "\n"), "upload 1: part 0 ")
		require.Contains(t, strings.Join(f.errors, "\n"), "has no bytes", "the reason that the journal has")
		require.NoError(t, c.Close())
	})
}

func TestWaitUpload(t *testing.T) {
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		c := b.client()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err := b.WaitUpload(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		go func() {
			<-time.After(time.Second)
			_, _ = c.SaveBigFilePart(context.Background(), 7, 0, 1, contents(kib))
		}()
		u, err := b.WaitUpload(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, 7, u.FileID)
		require.NoError(t, c.Close())
	})
}

// RequireVerdict is how a test ends that has a scenario with expectations.
func ExampleServer_RequireVerdict() {
	t := &told{} // in a test: its *testing.T
	dc := mockserver.Start(t, mockserver.Options{})
	defer func() { _ = dc.Close() }()

	ctx := context.Background()
	c, err := rawclient.Connect(ctx, dc.Addr(), rawclient.Options{}, rawclient.KeyOptions{PublicKey: dc.PublicKey().RSA}, rawclient.ClientOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = c.Close() }()
	_, _ = c.InitConnection(ctx, 0)
	_, _ = c.LoginBot(ctx, "123456:abc")
	_, _ = c.SaveBigFilePart(ctx, 1, 0, 1, []byte("hello"))

	u, err := dc.WaitUpload(ctx)
	fmt.Println(u.FileID, err)
	dc.RequireUploaded(t, 1, strings.NewReader("hello"))
	dc.RequireVerdict(t)
	fmt.Println(len(t.errors), "errors")
	// Output:
	// 1 <nil>
	// 0 errors
}
