// Package journal keeps what a Controller was told and what it answered, so
// that a run can be replayed, explained, and judged by another policy.
//
// A journal is a folder of files 000001.journal, 000002.journal, ... Each
// begins with the magic bytes and is a sequence of blocks: length, CRC-32C
// and kind, then the payload. The first block of each file is the header
// (JSON); record blocks are many records, compressed with zstd. A file that
// was cut off in the middle of a block by a crash is read up to the block
// before. Where the writer could not keep up, a gap block says how many
// records are missing, and replay ends there. A note block (JSON) says who has
// changed what; replay needs none of them, as the changes are events.
package journal
