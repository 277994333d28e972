package admin

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// policy lets the page load nothing from elsewhere, be framed by nobody and post
// to nobody. https://www.w3.org/TR/CSP3/
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// guarded refuses what no honest caller sends.
func (h *Handler) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(writer http.ResponseWriter, r *http.Request) {
		w := hurry(writer)
		head := w.Header()
		head.Set("Content-Security-Policy", policy)
		head.Set("X-Content-Type-Options", "nosniff")
		head.Set("Referrer-Policy", "no-referrer")
		head.Set("Cross-Origin-Resource-Policy", "same-origin")
		head.Set("Cache-Control", "no-store")
		switch {
		case !h.hostAllowed(r.Host):
			fail(w, http.StatusMisdirectedRequest, "the Host header is "+quoted(r.Host)+": only localhost, loopback addresses and the names that were allowed reach this server")
			return
		case foreign(r):
			fail(w, http.StatusForbidden, "the call comes from another origin: only the page of this server may call it from a browser")
			return
		}
		if strings.HasPrefix(r.URL.Path, "//") {
			// A URL that ends in a slash, with a path that begins with one behind it: the mux would
			// redirect, and curl takes that for success.
			r.URL.Path, r.URL.RawPath = "/"+strings.TrimLeft(r.URL.Path, "/"), ""
		}
		call := *r // the server goes by the body that is its own: a caller that asks before it sends one may be refused first
		call.Body = &bounded{http.MaxBytesReader(writer, r.Body, int64(h.server.Limits().AdminBody)), h.server}
		next.ServeHTTP(w, &call)
	})
}

// hostAllowed stops DNS rebinding: a name of somebody else's that points here is
// not a name of this server. The port is not looked at, as it may be forwarded.
func (h *Handler) hostAllowed(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.Trim(strings.ToLower(host), "[]")
	if ip, err := netip.ParseAddr(host); err == nil && ip.Unmap().IsLoopback() {
		return true
	}
	return host == "localhost" || slices.ContainsFunc(h.options.Hosts, func(name string) bool { return strings.EqualFold(name, host) })
}

// foreign tells whether a browser sent the call for a page of another origin. A
// link to the page is not one.
func foreign(r *http.Request) bool {
	if origin := r.Header.Get("Origin"); origin != "" {
		u, err := url.Parse(origin)
		if err != nil || u.Host == "" || !strings.EqualFold(u.Host, r.Host) {
			return true
		}
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
		return false
	}
	return r.Method != http.MethodGet || r.Header.Get("Sec-Fetch-Mode") != "navigate"
}

// authorized asks for the token.
func (h *Handler) authorized(next http.HandlerFunc) http.Handler {
	want := sha256.Sum256([]byte(h.options.Token))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		scheme, shown, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		ok := strings.EqualFold(scheme, "Bearer") // RFC 9110, section 11.1
		got := sha256.Sum256([]byte(shown))
		if !ok || subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
			w.Header().Set("WWW-Authenticate", `Bearer realm="fakedc"`)
			fail(w, http.StatusUnauthorized, "the token is missing or wrong: send Authorization: Bearer TOKEN, with the token of the ready line")
			return
		}
		next(w, r)
	})
}
