// Package validator holds the upload rules of Telegram's file API as data and
// judges the calls of one upload by them.
//
// # What it knows
//
// A [Rulebook] is the ordered list of rules with their errors, sources and
// confidence, in one of two profiles: [ProfileDocs] is what core.telegram.org
// says, word by word; [ProfileObserved], the default, is what real servers and
// the clients that work against them show. A [File] is the state of one
// file_id in one of the two stores: which parts arrived, how long they were,
// what total was announced. [File.Judge] looks at one part and says which
// rules it breaks; [File.Record] remembers a part that was stored;
// [File.Finalise] judges the call that turns the parts into a file.
//
// A [Verdict] carries the one error that goes on the wire and, next to it, a
// [Finding] with a sentence for a person for every rule the call broke, the
// merely reported ones included.
//
// # What is accepted on purpose
//
//   - Parts in any order, the short last part or part 0 at any moment. Only a
//     part that is surely not the last fixes part_size; the last part of N,
//     whenever it comes, does not. A file whose parts agree with each other is
//     accepted in every order of arrival (unless [OrderingSequential] asks
//     otherwise).
//   - A last part of exactly part_size, and a file of one part of any size up
//     to 512 KiB.
//   - The streamed form: file_total_parts -1, then N on any part, then late
//     parts that still say -1; and, for a stream that ends on a part boundary,
//     one empty part with file_part = file_total_parts = N.
//   - A part that is sent again. The bytes stored last count.
//   - Small files by saveBigFilePart, which streaming needs.
//
// # What it must not know
//
// No TL, no network, no clock, no goroutine, no file: values in, values out,
// standard library only. It never sees the bytes of a part, only their number
// and a fingerprint. Rules that other rooms carry out (expiry, datacenters,
// login, floods, downloads) are listed by [Rulebook.Rules] for the reader,
// with Mode [Elsewhere] and CheckedBy naming the room; nothing here acts on
// them.
//
// # Who calls it
//
// The upload room judges every part and every finalising call; the server's
// report, the control API and the rules command print rulebooks and reports.
//
// # Cost
//
// Accepting a part allocates nothing once the page of 64 parts that it belongs
// to exists, and takes the same time whatever the number of parts, but for a
// step per 64 parts when the part closes a gap. State grows with the parts that
// arrived, never with a number that a client claims.
package validator
