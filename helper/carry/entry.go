package carry

import (
	"bytes"
	"syscall"
)

// Kinds of entries. Sockets are left out: their servers make them anew.
const (
	kindDirectory = 'd'
	kindFile      = 'f'
	kindSymlink   = 'l'
	kindFifo      = 'p'
	kindCharacter = 'c'
	kindBlock     = 'b'
	kindHardLink  = 'h'
)

// Entry is one path of a volume, with all that a copy of it must have.
type Entry struct {
	Path       string // relative to the volume; "." is the volume's own folder
	Kind       byte
	Mode       uint32 // permission bits, with set-id and sticky
	Uid, Gid   uint32
	Mtime      int64  // nanoseconds since 1970
	Size       int64  // of files
	Link       string // target of a symbolic link; for a hard link the first path of the same file
	Device     uint64
	Attributes []attribute

	// What tells whether a file was touched since; not carried.
	Dev, Ino  uint64
	Ctime     int64 // 0: must be looked at again
	Allocated int64

	Data   int64  // of large files: bytes that are no holes
	Digest []byte // of the content, as carried or read
	Blocks []byte // of large files: digests of their blocks
}

func kindOf(mode uint32) byte {
	switch mode & syscall.S_IFMT {
	case syscall.S_IFDIR:
		return kindDirectory
	case syscall.S_IFREG:
		return kindFile
	case syscall.S_IFLNK:
		return kindSymlink
	case syscall.S_IFIFO:
		return kindFifo
	case syscall.S_IFCHR:
		return kindCharacter
	case syscall.S_IFBLK:
		return kindBlock
	}
	return 0
}

// fill takes over what lstat tells.
func (e *Entry) fill(st *syscall.Stat_t) {
	e.Kind = kindOf(st.Mode)
	e.Mode = st.Mode & 07777
	e.Uid, e.Gid = st.Uid, st.Gid
	e.Mtime, e.Ctime = st.Mtim.Nano(), st.Ctim.Nano()
	e.Dev, e.Ino = uint64(st.Dev), st.Ino
	e.Allocated = st.Blocks * 512
	e.Size, e.Device = 0, 0
	switch e.Kind {
	case kindFile:
		e.Size = st.Size
	case kindCharacter, kindBlock:
		e.Device = uint64(st.Rdev)
	}
}

// untouched tells whether an entry is the one that an earlier scan of the same volume saw. A file that is written moves
// its ctime, whatever is done to its mtime.
func (e *Entry) untouched(before *Entry) bool {
	return before != nil && before.Ctime != 0 && e.Ctime == before.Ctime && e.Ino == before.Ino && e.Dev == before.Dev &&
		e.Kind == before.Kind && e.Size == before.Size && e.Mtime == before.Mtime && e.Mode == before.Mode &&
		e.Uid == before.Uid && e.Gid == before.Gid && e.Link == before.Link
}

// sameFacts compares all but the content.
func (e *Entry) sameFacts(other *Entry) bool {
	if e.Kind != other.Kind || e.Uid != other.Uid || e.Gid != other.Gid || e.Mtime != other.Mtime || e.Size != other.Size ||
		e.Link != other.Link || e.Device != other.Device || len(e.Attributes) != len(other.Attributes) {
		return false
	}
	if e.Kind != kindSymlink && e.Mode != other.Mode {
		return false
	}
	for i, one := range e.Attributes {
		if one.Name != other.Attributes[i].Name || !bytes.Equal(one.Value, other.Attributes[i].Value) {
			return false
		}
	}
	return true
}
