// Package crash kills the server that is in use, over and over, and looks whether
// anything that its clients were told has become untrue.
//
//	go test ./integration_test/crash         ten kills
//	go test ./integration_test/crash -long   five hundred
package crash
