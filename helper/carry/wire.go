package carry

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"
)

// Records between two helpers. Each is its kind, the length of what follows, and that.
const (
	recVolume   = 'V' // begins a volume: its number
	recWant     = 'W' // asks what the other side has of it; answered by recHas, each an entry, and recHasEnd
	recHas      = 'T'
	recHasEnd   = 'U'
	recDelete   = 'X' // a path, with all that is in it
	recFacts    = 'E' // an entry, without content
	recSmall    = 'S' // an entry with its whole content
	recWhole    = 'L' // begins a large file that is sent whole
	recUpdate   = 'B' // begins a large file of which some blocks are sent
	recData     = 'D' // offset and bytes
	recHole     = 'H' // offset and length
	recFileEnd  = 'F' // size and digest; without digest the content was not steady
	recPassEnd  = 'P' // what to prove of the contents
	recManifest = 'M' // an entry with its digest, of all that should be there
	recProve    = 'Q' // ends the manifest of a volume
)

// The digests of the blocks of the largest file fit in.
const maxRecord = 96 << 20

var errDamaged = errors.New("damaged record")

// wire writes and reads records. One goroutine may write, another read.
type wire struct {
	w     *bufio.Writer
	r     *bufio.Reader
	pace  *pace
	press *press
	buf   []byte
}

func newWire(stream io.ReadWriter) *wire {
	w := &wire{r: bufio.NewReaderSize(stream, chunkSize)}
	w.w = bufio.NewWriterSize(&timed{stream, w}, chunkSize)
	return w
}

// timed notes how long the way out takes.
type timed struct {
	to io.Writer
	of *wire
}

func (t *timed) Write(data []byte) (int, error) {
	began := time.Now()
	n, err := t.to.Write(data)
	t.of.press.waited(time.Since(began))
	return n, err
}

func (w *wire) send(kind byte, parts ...[]byte) error {
	length := 0
	for _, part := range parts {
		length += len(part)
	}
	w.pace.spend(length + 5)
	var head [5]byte
	head[0] = kind
	binary.LittleEndian.PutUint32(head[1:], uint32(length))
	if _, err := w.w.Write(head[:]); err != nil {
		return err
	}
	for _, part := range parts {
		if _, err := w.w.Write(part); err != nil {
			return err
		}
	}
	return nil
}

func (w *wire) flush() error { return w.w.Flush() }

// receive reads the next record; its payload is valid until the next call.
func (w *wire) receive() (byte, []byte, error) {
	var head [5]byte
	if _, err := io.ReadFull(w.r, head[:]); err != nil {
		return 0, nil, err
	}
	length := binary.LittleEndian.Uint32(head[1:])
	if length > maxRecord {
		return 0, nil, errDamaged
	}
	if cap(w.buf) < int(length) {
		give(w.buf)
		w.buf = take(int(length))
	}
	payload := w.buf[:length]
	_, err := io.ReadFull(w.r, payload)
	return head[0], payload, err
}

// own hands over the buffer of the last record, for give: the next record gets another.
func (w *wire) own() []byte {
	buffer := w.buf
	w.buf = nil
	return buffer
}

func (w *wire) expect(kind byte) ([]byte, error) {
	got, payload, err := w.receive()
	if err == nil && got != kind {
		err = fmt.Errorf("expected record %c, got %c", kind, got)
	}
	return payload, err
}

func number(n uint64) []byte {
	var buffer [binary.MaxVarintLen64]byte
	return append([]byte(nil), buffer[:binary.PutUvarint(buffer[:], n)]...)
}

type encoder struct{ bytes []byte }

func (e *encoder) uint(n uint64) {
	var buffer [binary.MaxVarintLen64]byte
	e.bytes = append(e.bytes, buffer[:binary.PutUvarint(buffer[:], n)]...)
}

func (e *encoder) int(n int64) {
	var buffer [binary.MaxVarintLen64]byte
	e.bytes = append(e.bytes, buffer[:binary.PutVarint(buffer[:], n)]...)
}

func (e *encoder) blob(data []byte) {
	e.uint(uint64(len(data)))
	e.bytes = append(e.bytes, data...)
}

func (e *encoder) entry(one *Entry) {
	e.blob([]byte(one.Path))
	e.bytes = append(e.bytes, one.Kind)
	for _, n := range []uint64{uint64(one.Mode), uint64(one.Uid), uint64(one.Gid), uint64(one.Size), one.Device} {
		e.uint(n)
	}
	e.int(one.Mtime)
	e.uint(uint64(one.Data))
	e.blob([]byte(one.Link))
	e.uint(uint64(len(one.Attributes)))
	for _, attribute := range one.Attributes {
		e.blob([]byte(attribute.Name))
		e.blob(attribute.Value)
	}
	e.blob(one.Digest)
	e.blob(one.Blocks)
}

// factsOf encodes an entry without what only manifests need.
func factsOf(one *Entry) []byte {
	plain := *one
	plain.Digest, plain.Blocks = nil, nil
	e := encoder{}
	e.entry(&plain)
	return e.bytes
}

type decoder struct {
	bytes []byte
	err   error
}

func (d *decoder) uint() uint64 {
	n, size := binary.Uvarint(d.bytes)
	return n * d.took(size)
}

func (d *decoder) int() int64 {
	n, size := binary.Varint(d.bytes)
	return n * int64(d.took(size))
}

// took steps over what was read; 0 if nothing could be.
func (d *decoder) took(size int) uint64 {
	if size <= 0 {
		d.err, d.bytes = errDamaged, nil
		return 0
	}
	d.bytes = d.bytes[size:]
	return 1
}

func (d *decoder) blob() []byte {
	length := d.uint()
	if length > uint64(len(d.bytes)) {
		d.err, d.bytes = errDamaged, nil
		return nil
	}
	data := d.bytes[:length]
	d.bytes = d.bytes[length:]
	return append([]byte(nil), data...)
}

func (d *decoder) byte() byte {
	if len(d.bytes) == 0 {
		d.err = errDamaged
		return 0
	}
	one := d.bytes[0]
	d.bytes = d.bytes[1:]
	return one
}

func (d *decoder) entry() *Entry {
	one := &Entry{Path: string(d.blob()), Kind: d.byte()}
	one.Mode, one.Uid, one.Gid = uint32(d.uint()), uint32(d.uint()), uint32(d.uint())
	one.Size, one.Device = int64(d.uint()), d.uint()
	one.Mtime, one.Data = d.int(), int64(d.uint())
	one.Link = string(d.blob())
	for left := d.uint(); left > 0 && d.err == nil; left-- {
		one.Attributes = append(one.Attributes, attribute{string(d.blob()), d.blob()})
	}
	one.Digest, one.Blocks = d.blob(), d.blob()
	if d.err == nil && !inside(one.Path) {
		d.err = fmt.Errorf("path %q leads out of the volume", one.Path)
	}
	return one
}
