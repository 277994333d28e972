//go:build amd64 && !purego && !noasm

package ige

import "golang.org/x/sys/cpu"

//go:generate go -C gen run . -out ../blocks_amd64.s -stubs ../blocks_amd64.go -pkg ige

// fast: the processor has AES instructions, in the form with three operands.
// https://www.intel.com/content/dam/doc/white-paper/advanced-encryption-standard-new-instructions-set-paper.pdf
var fast = cpu.X86.HasAES && cpu.X86.HasAVX

// canPair: it has the instructions that hash two messages side by side.
var canPair = fast && cpu.X86.HasAVX512F && cpu.X86.HasAVX512VL && cpu.X86.HasAVX512BW
