// Package ginkgo_test shows fakedc with a test framework other than testing: one
// server for the suite, and for each spec a namespace, through the small interface
// that mockserver.Start asks for.
package ginkgo_test

import (
	"bytes"
	"context"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
	"github.com/fakedc/fakedc/scenarios"
)

func TestUploads(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "uploads")
}

// upload is the code under test: three parts, each sent again once when it is
// refused.
func upload(ctx context.Context, dc *mockserver.Server, token string, data []byte) error {
	c, err := rawclient.Connect(ctx, dc.Addr(), rawclient.Options{}, rawclient.KeyOptions{PublicKey: dc.PublicKey().RSA}, rawclient.ClientOptions{})
	if err != nil {
		return err
	}
	defer c.Close()
	if _, err := c.InitConnection(ctx, 228); err != nil {
		return err
	}
	if _, err := c.LoginBot(ctx, token); err != nil {
		return err
	}
	const size = 1024
	total := int32((len(data) + size - 1) / size)
	for i := range total {
		part := data[i*size : min(int(i+1)*size, len(data))]
		if _, err := c.SaveBigFilePart(ctx, 7, i, total, part); err != nil {
			if _, err := c.SaveBigFilePart(ctx, 7, i, total, part); err != nil {
				return err
			}
		}
	}
	return nil
}

var _ = Describe("an upload", Ordered, func() {
	var dc *mockserver.Server
	data := bytes.Repeat([]byte("fakedc"), 500)

	BeforeAll(func() { dc = mockserver.Start(GinkgoT(), mockserver.Options{}) })

	It("arrives", func(ctx SpecContext) {
		space := dc.Namespace(GinkgoT())
		Expect(upload(ctx, dc, space.BotToken(), data)).To(Succeed())
		space.RequireUploaded(GinkgoT(), 7, bytes.NewReader(data))
	})

	It("survives a refusal", func(ctx SpecContext) {
		space := dc.Namespace(GinkgoT())
		Expect(space.SetScenario(&scenarios.Scenario{Rules: []scenarios.Rule{{
			Match: scenarios.Match{Part: scenarios.Exactly(1)}, Times: 1, Reply: scenarios.ErrorReply("FILE_PART_INVALID"),
		}}})).To(Succeed())
		Expect(upload(ctx, dc, space.BotToken(), data)).To(Succeed())
		space.RequireUploaded(GinkgoT(), 7, bytes.NewReader(data))
		space.RequireCalls(GinkgoT(), "upload.*", 4)
		space.RequireVerdict(GinkgoT())
	})
})
