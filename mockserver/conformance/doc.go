// Package conformance is a suite of numbered cases that say whether a server
// speaks MTProto as core.telegram.org describes it, and whether it takes uploads
// by the documented rules. It can be pointed at any server.
//
//	report := conformance.Run(ctx, conformance.Target{Addr: addr, PublicKey: key, DC: 2}, conformance.Options{})
//	for _, r := range report.Failures() {
//		fmt.Println(r.ID, r.Name, r.Detail)
//	}
//
// The chapters follow the documentation: 1 transports, 2 auth key creation,
// 3 message description, 4 service messages, 5 security guidelines, 6 files. Each
// case has its requirement in one sentence and the page that says so, opens its
// own connections and sessions, and can fail. Auth keys are shared within a run,
// to spare both sides the arithmetic.
//
// Chapter 4 is in c4.go and c4_*.go, and so are the others; case.go, run.go and
// report.go are the suite itself; env.go, peer.go, shake.go and refusal.go what cases
// are written with; tl.go, read.go and ige.go the protocol as far as it is needed.
//
// What it must not know: anything of the server. It drives rawclient by its
// public functions and reads service messages itself; it sees what a client sees.
// Where the documentation leaves a choice (close, answer a transport error or
// ignore), a case takes each of them.
//
// It is called by the command and by tests. Known lists what fakedc does not meet,
// each with its reason.
//
// https://core.telegram.org/mtproto
package conformance
