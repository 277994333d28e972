// Package rpc turns a query into a domain call and its outcome into an answer: it
// unwraps invokeWithLayer, initConnection, gzip_packed and their like, asks the
// scenario, calls the method and encodes the result in the client's own layer.
// One file for each family of methods.
//
// It knows TL and the accounts. It must not know connections, encryption or
// msg_id rules: what it is given of them is numbers for the journal. It returns
// what is to be sent and when; sending is link's business. Time is an argument.
package rpc
