package mockserver

// SetPremium gives one account Telegram Premium, or takes it, whatever
// Options.Premium and scenarios say of all others; with Premium a file may have
// 8,000 parts in place of 4,000. It holds for parts that are sent from now on, and
// for accounts that have not logged in yet too.
//
// A bot's id is the number that its token begins with, that of a ready session is
// Session.UserID; events of kind "login" have it as well.
func (s *Server) SetPremium(userID int64, on bool) { s.home().hub.Handler.SetPremiumOf(userID, on) }
