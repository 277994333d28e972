package script

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

const (
	premiumWait = "FLOOD_PREMIUM_WAIT_"
	// maxUses bounds how often a file is sent: each time another part may be missing.
	maxUses = 20
)

func isPremiumWait(message string) bool { return strings.HasPrefix(message, premiumWait) }

// sendFile sends the uploaded file to the account's own chat, with the parts again
// that turn out to be missing.
func (c *Client) sendFile(ctx context.Context, f *File) error {
	if c.Habits.Unsent {
		return nil
	}
	if err := sleep(ctx, c.Habits.Late); err != nil {
		return err
	}
	if err := c.use(ctx, f, f.ID); err != nil || !c.Habits.Twice {
		return err
	}
	return c.use(ctx, f, f.ID+1)
}

// use sends the file under a random id.
func (c *Client) use(ctx context.Context, f *File, randomID int64) error {
	for range maxUses {
		err := c.call(ctx, func(ctx context.Context, r *rawclient.Client) (bool, error) {
			_, err := r.SendMedia(ctx, f.input(&c.Habits), "", randomID)
			return err == nil, err
		})
		if err == nil {
			return nil
		}
		part, missing := missingPart(err)
		switch {
		case isDuplicate(err):
			return nil // it was sent, and only the answer got lost
		case !missing:
			if again, err := c.react(ctx, f, err); !again || err != nil {
				return err
			}
			continue
		case c.Habits.Missing == GiveUp:
			return err
		case c.Habits.Missing == StartOver:
			if err := c.sendParts(ctx, f); err != nil {
				return err
			}
			continue
		case c.Habits.Missing == AtOnce: // the file again, and not the part
			continue
		}
		if err := c.sendPart(ctx, f, part); err != nil {
			return err
		}
	}
	return fmt.Errorf("script: the file was sent %d times and never taken", maxUses)
}

// isDuplicate tells that something was sent under the random_id before.
func isDuplicate(err error) bool {
	var rpc *rawclient.RPCError
	return errors.As(err, &rpc) && rpc.Message == "RANDOM_ID_DUPLICATE"
}

// missingPart takes the number out of FILE_PART_X_MISSING.
// https://core.telegram.org/api/files#uploading-files
func missingPart(err error) (part int32, ok bool) {
	var rpc *rawclient.RPCError
	if !errors.As(err, &rpc) {
		return 0, false
	}
	_, scanned := fmt.Sscanf(rpc.Message, "FILE_PART_%d_MISSING", &part)
	return part, scanned == nil
}
