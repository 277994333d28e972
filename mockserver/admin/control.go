package admin

import (
	"fmt"
	"net"
	"net/http"
	"strconv"
)

func (h *Handler) getConnections(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, h.server.OpenConnections())
}

func (h *Handler) deleteConnections(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]int{"dropped": h.server.DropConnections()})
}

func (h *Handler) deleteConnection(w http.ResponseWriter, r *http.Request) {
	n, err := number(r.PathValue("number"))
	switch {
	case err != nil:
		fail(w, http.StatusBadRequest, "the connection: "+err.Error())
	case !h.server.DropConnection(n):
		fail(w, http.StatusNotFound, fmt.Sprintf("connection %d is not open", n))
	default:
		done(w)
	}
}

// putAdvertise changes the address that clients are told, as behind a forwarded
// port that is known only after the start.
func (h *Handler) putAdvertise(w http.ResponseWriter, r *http.Request) {
	asked := struct {
		DC   int    `json:"dc"`
		Addr string `json:"addr"`
	}{DC: h.server.DC()}
	if !bodyJSON(w, r, &asked) {
		return
	}
	addr, err := address(asked.Addr)
	if err == nil {
		err = h.server.Announce(asked.DC, addr)
	}
	if err != nil {
		fail(w, http.StatusBadRequest, err.Error())
		return
	}
	done(w)
}

// address reads IP:PORT: clients are told numbers, and no name is looked up here.
func address(text string) (*net.TCPAddr, error) {
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		return nil, fmt.Errorf("addr %s: it takes IP:PORT", quoted(text))
	}
	ip, n := net.ParseIP(host), 0
	if n, err = strconv.Atoi(port); ip == nil || err != nil || n < 1 || n > 65535 {
		return nil, fmt.Errorf("addr %s: it takes IP:PORT with a port from 1 to 65535", quoted(text))
	}
	return &net.TCPAddr{IP: ip, Port: n}, nil
}

func (h *Handler) postShutdown(w http.ResponseWriter, _ *http.Request) {
	if h.options.Shutdown == nil {
		fail(w, http.StatusForbidden, "this server was not started in a way that lets it be shut down from here")
		return
	}
	// All of the answer leaves first: the connections of the API end with the server.
	w.Header().Set("Content-Length", "0")
	w.WriteHeader(http.StatusAccepted)
	_ = http.NewResponseController(w).Flush() // a caller that went away does not need it
	h.options.Shutdown()
}
