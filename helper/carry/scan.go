package carry

import (
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// Times of the kernel's clock move in ticks of up to 10 ms: what was written shortly before a scan may be written again
// without a new time.
const racyWindow = int64(40 * time.Millisecond)

// Tree is a volume as a scan saw it: entries in the order of the walk, a folder before what is in it.
type Tree struct {
	Entries []*Entry
	ByPath  map[string]*Entry
	Bytes   int64
	Sockets int
}

type fileID struct{ dev, ino uint64 }

// Scan walks a volume. Attributes of what is untouched since `before` are taken from there. A path that goes away
// meanwhile is as if it had never been.
func Scan(root string, before *Tree) (*Tree, error) {
	return scan(place{root: root}, before, racyWindow)
}

// place is a folder, or one thing in it: a file or folder of the host whose neighbours are nobody's business.
type place struct{ root, only string }

func (p place) path() string { return filepath.Join(p.root, p.only) }

// scan distrusts what changed less than so many nanoseconds ago.
func scan(of place, before *Tree, window int64) (*Tree, error) {
	root := of.root
	tree := &Tree{ByPath: map[string]*Entry{}}
	first := map[fileID]string{}
	racy := time.Now().UnixNano() - window
	var walk func(path string) error
	walk = func(path string) error {
		full := filepath.Join(root, path)
		var st syscall.Stat_t
		if err := syscall.Lstat(full, &st); err != nil {
			return gone(full, err)
		}
		if kindOf(st.Mode) == 0 {
			tree.Sockets++
			return nil
		}
		entry := &Entry{Path: path}
		entry.fill(&st)
		if entry.Kind == kindSymlink {
			target, err := os.Readlink(full)
			if err != nil {
				return gone(full, err)
			}
			entry.Link = target
		}
		if st.Nlink > 1 && entry.Kind != kindDirectory {
			id := fileID{entry.Dev, entry.Ino}
			if name, ok := first[id]; ok {
				tree.add(&Entry{Path: path, Kind: kindHardLink, Link: name, Dev: entry.Dev, Ino: entry.Ino, Ctime: entry.Ctime})
				return nil
			}
			first[id] = path
		}
		if old := tree.earlier(before, path); entry.untouched(old) {
			entry.Attributes, entry.Digest, entry.Blocks, entry.Data = old.Attributes, old.Digest, old.Blocks, old.Data
		} else {
			found, err := attributes(full)
			if err != nil {
				return gone(full, err)
			}
			entry.Attributes = found
		}
		if entry.Ctime >= racy || entry.Mtime >= racy {
			entry.Ctime = 0
		}
		tree.add(entry)
		if entry.Kind != kindDirectory {
			return nil
		}
		children, err := os.ReadDir(full)
		if err != nil {
			return gone(full, err)
		}
		for _, child := range children {
			if err := walk(filepath.Join(path, child.Name())); err != nil {
				return err
			}
		}
		return nil
	}
	if of.only != "" {
		return tree, walk(of.only)
	}
	return tree, walk(".")
}

func (t *Tree) earlier(before *Tree, path string) *Entry {
	if before == nil {
		return nil
	}
	return before.ByPath[path]
}

func (t *Tree) add(entry *Entry) {
	t.Entries = append(t.Entries, entry)
	t.ByPath[entry.Path] = entry
	t.Bytes += entry.Size
}

// gone turns "is not there any more" into no error.
func gone(path string, err error) error {
	if err == nil || os.IsNotExist(err) || err == syscall.ENOENT || err == syscall.ENOTDIR {
		return nil
	}
	return &os.PathError{Op: "scan", Path: path, Err: err}
}
