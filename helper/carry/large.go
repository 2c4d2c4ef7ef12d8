package carry

import (
	"encoding/binary"
	"os"
	"sync/atomic"
	"syscall"
)

// largeFile is one that arrives in pieces.
type largeFile struct {
	entry *Entry
	file  *os.File
	one   *arrival
	block int64
}

func (r *Receiver) beginLarge(entry *Entry, whole bool) error {
	if r.large != nil || entry.Kind != kindFile {
		return errDamaged
	}
	path := r.full(entry.Path)
	var file *os.File
	var err error
	if whole {
		r.touch(entry.Path)
		delete(r.proved, entry.Path)
		file, err = createFile(path)
	} else {
		file, err = os.OpenFile(path, os.O_WRONLY|syscall.O_NOFOLLOW, 0)
	}
	if err != nil {
		return err
	}
	r.large = &largeFile{entry: entry, file: file, one: &arrival{whole: whole}, block: blockSize(entry.Size)}
	return nil
}

func (r *Receiver) continueLarge(kind byte, payload []byte) error {
	large := r.large
	if large == nil {
		return errDamaged
	}
	first, size := binary.Uvarint(payload)
	if size <= 0 {
		return errDamaged
	}
	rest := payload[size:]
	switch kind {
	case recData:
		if len(rest) < 1 {
			return errDamaged
		}
		data := rest[1:]
		atomic.AddInt64(&r.count.Sent, int64(len(data)))
		if rest[0] == 1 {
			var err error
			if data, err = expand(data, nil); err != nil {
				return err
			}
		}
		atomic.AddInt64(&r.count.Bytes, int64(len(data)))
		large.span(int64(first), int64(len(data)))
		_, err := large.file.WriteAt(data, int64(first))
		return err
	case recHole:
		length, size := binary.Uvarint(rest)
		if size <= 0 {
			return errDamaged
		}
		large.span(int64(first), int64(length))
		return punch(large.file, int64(first), int64(length))
	}
	return r.endLarge(int64(first), rest)
}

func (l *largeFile) span(from, length int64) {
	spans := l.one.spans
	if n := len(spans); n > 0 && spans[n-1].to == from {
		spans[n-1].to += length
		return
	}
	l.one.spans = append(spans, extent{from, from + length})
}

// punch makes a hole; where the file system can't, zeros.
func punch(file *os.File, from, length int64) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if from >= info.Size() {
		return nil
	}
	err = syscall.Fallocate(int(file.Fd()), punchHole, from, length)
	if err == syscall.ENOTSUP || err == syscall.ENOSYS {
		_, err = file.WriteAt(make([]byte, length), from)
	}
	return err
}

func (r *Receiver) endLarge(size int64, digest []byte) error {
	large := r.large
	r.large = nil
	defer large.file.Close()
	if err := large.file.Truncate(size); err != nil {
		return err
	}
	atomic.AddInt64(&r.count.Changed, 1)
	path := large.entry.Path
	large.one.size = size
	if len(digest) > 0 {
		large.one.digest = append([]byte(nil), digest...)
	}
	r.fresh[path] = large.one
	if err := large.file.Close(); err != nil {
		return err
	}
	return applyFacts(r.full(path), large.entry, true)
}
