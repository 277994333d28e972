package rpc

import (
	"maps"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// method is one method that is answered.
type method struct {
	// call returns a *tl.Object, a []*tl.Object for a vector, or an error.
	call func(*query) (any, error)
	// anyone: it may be called without an account.
	anyone bool
	// bare: it may be called before initConnection.
	bare bool
	// unbound: it may be called under a temporary key that is not bound yet.
	// https://core.telegram.org/api/pfs
	unbound bool
}

// methods lists what is answered, besides the two part methods.
var methods map[string]method

func init() { // not a literal: the functions refer to the table by way of query
	methods = map[string]method{
		"help.getConfig":    {call: (*query).getConfig, anyone: true, bare: true, unbound: true},
		"help.getNearestDc": {call: (*query).getNearestDC, anyone: true, bare: true, unbound: true},
		"help.getAppConfig": {call: (*query).getAppConfig, anyone: true},
		"help.getCdnConfig": {call: (*query).getCdnConfig, anyone: true},

		"auth.importBotAuthorization": {call: (*query).importBot, anyone: true},
		"auth.sendCode":               {call: (*query).sendCode, anyone: true},
		"auth.signIn":                 {call: (*query).signIn, anyone: true},
		"auth.logOut":                 {call: (*query).logOut},
		"auth.bindTempAuthKey":        {call: (*query).bindTempKey, anyone: true, bare: true, unbound: true},
		"auth.exportAuthorization":    {call: (*query).exportAuthorization},
		"auth.importAuthorization":    {call: (*query).importAuthorization, anyone: true},

		"users.getUsers":           {call: (*query).getUsers},
		"users.getFullUser":        {call: (*query).getFullUser},
		"contacts.resolveUsername": {call: (*query).resolveUsername},
		"messages.checkChatInvite": {call: (*query).checkChatInvite},
		"channels.getChannels":     {call: (*query).getChannels},
		"messages.getChats":        {call: (*query).getChats},
		"channels.getFullChannel":  {call: (*query).getFullChannel},
		"messages.getFullChat":     {call: (*query).getFullChat},

		"channels.getParticipant":  {call: (*query).getParticipant},
		"channels.getParticipants": {call: (*query).getParticipants},

		"channels.createChannel":    {call: (*query).createChannel},
		"channels.deleteChannel":    {call: (*query).deleteChannel},
		"channels.editTitle":        {call: (*query).editTitle},
		"channels.toggleSignatures": {call: (*query).toggleSignatures},
		"messages.editChatAbout":    {call: (*query).editChatAbout},

		"account.updateStatus":  {call: (*query).updateStatus},
		"updates.getState":      {call: (*query).getState},
		"updates.getDifference": {call: (*query).getDifference},

		"updates.getChannelDifference": {call: (*query).getChannelDifference},

		"messages.getDialogs":       {call: (*query).getDialogs},
		"messages.getPeerDialogs":   {call: (*query).getPeerDialogs},
		"messages.getPinnedDialogs": {call: (*query).getPinnedDialogs},

		"messages.uploadMedia": {call: (*query).uploadMedia},
		"messages.sendMedia":   {call: (*query).sendMedia},
		"messages.sendMessage": {call: (*query).sendMessage},
		"messages.setTyping":   {call: (*query).setTyping},

		"messages.sendMultiMedia": {call: (*query).sendMultiMedia},
		"messages.getMessages":    {call: (*query).getMessages},
		"channels.getMessages":    {call: (*query).getChannelMessages},
		"messages.getHistory":     {call: (*query).getHistory},
		"messages.search":         {call: (*query).search},

		"messages.deleteHistory": {call: (*query).deleteHistory},
		"channels.deleteHistory": {call: (*query).deleteChannelHistory},
		"messages.getReplies":    {call: (*query).getReplies},

		"messages.readHistory":         {call: (*query).readHistory},
		"channels.readHistory":         {call: (*query).readChannelHistory},
		"messages.readMessageContents": {call: (*query).readContents},
		"channels.readMessageContents": {call: (*query).readChannel},

		"messages.updatePinnedMessage": {call: (*query).updatePinnedMessage},
		"messages.unpinAllMessages":    {call: (*query).unpinAllMessages},

		"messages.forwardMessages":  {call: (*query).forwardMessages},
		"messages.editMessage":      {call: (*query).editMessage},
		"messages.deleteMessages":   {call: (*query).deleteMessages},
		"channels.deleteMessages":   {call: (*query).deleteChannelMessages},
		"messages.editChatPhoto":    {call: (*query).editChatPhoto},
		"channels.editPhoto":        {call: (*query).editChannelPhoto},
		"photos.uploadProfilePhoto": {call: (*query).uploadProfilePhoto},
		"stories.sendStory":         {call: (*query).sendStory},
		"stickers.createStickerSet": {call: (*query).createStickerSet},
		"stickers.addStickerToSet":  {call: (*query).addStickerToSet},

		"upload.getFile":       {call: (*query).getFile},
		"upload.getFileHashes": {call: (*query).getFileHashes},
	}
	maps.Copy(methods, appMethods())
}

// Methods returns the names of all methods that are answered.
func Methods() []string {
	names := []string{"upload.saveBigFilePart", "upload.saveFilePart"}
	for name := range methods {
		names = append(names, name)
	}
	return names
}

// Named returns the names of all methods that are known by name, those that wrap other
// calls included, in order.
func Named() []string { return tl.MethodNames() }

// Read returns those whose arguments are read, answered or not: what a scenario and a
// gate see of the calls, but for those that wrap them. Any other is refused at once.
func Read() []string { return tl.ReadMethods() }
