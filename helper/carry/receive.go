package carry

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"sync"
	"sync/atomic"
	"syscall"
)

// Receiver makes a volume's copy, and remembers what was proved of it.
type Receiver struct {
	root    string
	only    string              // of the root; empty: all of it
	folders map[string]*Entry   // facts of all folders
	proved  map[string]*Entry   // files that were read back, with what identifies them here
	touched map[string]bool     // folders whose time has to be set again
	links   []*Entry            // made when all files are there
	fresh   map[string]*arrival // files of this pass
	count   *Counters
	large   *largeFile
	jobs    chan func() error
	pending sync.WaitGroup
	mu      sync.Mutex
	failure error
}

// arrival is a file of this pass, not yet read back.
type arrival struct {
	size   int64
	digest []byte
	whole  bool
	spans  []extent // written, in blocks of the file
}

func newReceiver(root string, count *Counters) *Receiver {
	return &Receiver{root: root, count: count, folders: map[string]*Entry{}, proved: map[string]*Entry{}}
}

// begin prepares for a pass.
func (r *Receiver) begin() {
	r.touched, r.links, r.fresh, r.failure = map[string]bool{}, nil, map[string]*arrival{}, nil
	jobs := make(chan func() error, 64)
	r.jobs = jobs
	for i := 0; i < 4; i++ {
		r.pending.Add(1)
		go func() {
			defer r.pending.Done()
			for job := range jobs {
				if err := job(); err != nil {
					r.mu.Lock()
					if r.failure == nil {
						r.failure = err
					}
					r.mu.Unlock()
				}
			}
		}()
	}
}

// record takes one record of a pass. The payload is only valid meanwhile.
func (r *Receiver) record(kind byte, payload []byte, w *wire) error {
	switch kind {
	case recDelete:
		path := string(payload)
		if !inside(path) || path == "." {
			return errDamaged
		}
		r.touch(path)
		atomic.AddInt64(&r.count.Deleted, 1)
		return os.RemoveAll(r.full(path))
	case recFacts:
		d := decoder{bytes: payload}
		entry := d.entry()
		if d.err != nil {
			return d.err
		}
		return r.facts(entry)
	case recSmall:
		return r.small(payload, w.own())
	case recWhole, recUpdate:
		d := decoder{bytes: payload}
		entry := d.entry()
		if d.err != nil {
			return d.err
		}
		return r.beginLarge(entry, kind == recWhole)
	case recData, recHole, recFileEnd:
		return r.continueLarge(kind, payload)
	}
	return fmt.Errorf("record %q has no place in a pass", kind)
}

func (r *Receiver) full(path string) string { return filepath.Join(r.root, path) }

// touch notes that an entry of a folder comes or goes, which moves the folder's time.
func (r *Receiver) touch(path string) {
	if path != "." {
		r.touched[filepath.Dir(path)] = true
	}
}

func (r *Receiver) facts(entry *Entry) error {
	atomic.AddInt64(&r.count.Changed, 1)
	path := r.full(entry.Path)
	switch entry.Kind {
	case kindDirectory:
		r.folders[entry.Path] = entry
		r.touched[entry.Path] = true
		if info, err := os.Lstat(path); err == nil && info.IsDir() {
			return nil
		}
		r.touch(entry.Path)
		return afresh(path, func() error { return os.Mkdir(path, 0700) })
	case kindHardLink:
		r.links = append(r.links, entry)
		return nil
	case kindFile:
		// Its content stays: what was proved of it before is read once more.
		one := &arrival{size: entry.Size, whole: true}
		if before := r.proved[entry.Path]; before != nil {
			one.digest = before.Digest
		}
		delete(r.proved, entry.Path)
		r.fresh[entry.Path] = one
		return applyFacts(path, entry, true)
	case kindSymlink:
		r.touch(entry.Path)
		if err := afresh(path, func() error { return os.Symlink(entry.Link, path) }); err != nil {
			return err
		}
	case kindFifo, kindCharacter, kindBlock:
		r.touch(entry.Path)
		kinds := map[byte]uint32{kindFifo: syscall.S_IFIFO, kindCharacter: syscall.S_IFCHR, kindBlock: syscall.S_IFBLK}
		err := afresh(path, func() error { return syscall.Mknod(path, kinds[entry.Kind]|0600, int(entry.Device)) })
		if err != nil {
			return &os.PathError{Op: "mknod", Path: path, Err: err}
		}
	default:
		return errDamaged
	}
	return applyFacts(path, entry, false)
}

// afresh makes an entry; what stands in its place goes first.
func afresh(path string, make func() error) error {
	err := make()
	if !os.IsExist(err) {
		return err
	}
	if err := os.RemoveAll(path); err != nil {
		return err
	}
	return make()
}

// small takes a whole file. The payload lies in the buffer, which is given back when it has been written.
func (r *Receiver) small(payload, buffer []byte) error {
	length, size := binary.Uvarint(payload)
	if size <= 0 || length > uint64(len(payload)-size) {
		return errDamaged
	}
	d := decoder{bytes: payload[size : size+int(length)]}
	entry := d.entry()
	rest := payload[size+int(length):]
	if d.err != nil || len(rest) < 33 {
		return errDamaged
	}
	digest, squeezed, data := append([]byte(nil), rest[:32]...), rest[32] == 1, rest[33:]
	r.touch(entry.Path)
	atomic.AddInt64(&r.count.Changed, 1)
	atomic.AddInt64(&r.count.Sent, int64(len(data)))
	delete(r.proved, entry.Path)
	one := &arrival{digest: digest, whole: true}
	r.fresh[entry.Path] = one
	if squeezed {
		var err error
		if data, err = expand(data, nil); err != nil {
			return err
		}
	}
	one.size = int64(len(data))
	atomic.AddInt64(&r.count.Bytes, one.size)
	r.jobs <- func() error {
		file, err := createFile(r.full(entry.Path))
		if err != nil {
			return err
		}
		if _, err := file.Write(data); err != nil {
			file.Close()
			return err
		}
		give(buffer)
		if err := file.Close(); err != nil {
			return err
		}
		return applyFacts(r.full(entry.Path), entry, true)
	}
	return nil
}

func createFile(path string) (*os.File, error) {
	var file *os.File
	err := afresh(path, func() (err error) {
		file, err = os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL|syscall.O_NOFOLLOW, 0600)
		return err
	})
	return file, err
}

// settle makes the links and sets the times of folders, deepest first; then everything goes to the disk.
func (r *Receiver) settle() error {
	if r.jobs != nil {
		close(r.jobs)
		r.jobs = nil
	}
	r.pending.Wait()
	if r.failure != nil {
		return r.failure
	}
	if r.large != nil {
		return errDamaged
	}
	for _, link := range r.links {
		r.touch(link.Path)
		if !inside(link.Link) {
			return errDamaged
		}
		path := r.full(link.Path)
		if err := os.RemoveAll(path); err != nil {
			return err
		}
		if err := os.Link(r.full(link.Link), path); err != nil {
			return err
		}
		delete(r.proved, link.Path)
	}
	touched := make([]string, 0, len(r.touched))
	for path := range r.touched {
		touched = append(touched, path)
	}
	sort.Sort(sort.Reverse(sort.StringSlice(touched)))
	for _, path := range touched {
		entry := r.folders[path]
		// A path that was a folder once may be something else by now.
		if info, err := os.Lstat(r.full(path)); entry == nil || err != nil || !info.IsDir() {
			continue
		}
		if err := applyFacts(r.full(path), entry, true); err != nil {
			return err
		}
	}
	return syncFS(r.root)
}

// applyFacts gives a path its owner, mode, attributes and time: in this order, as each may undo the one before.
func applyFacts(path string, entry *Entry, there bool) error {
	fail := func(what string, err error) error { return &os.PathError{Op: what, Path: path, Err: err} }
	if err := syscall.Lchown(path, int(entry.Uid), int(entry.Gid)); err != nil {
		return fail("chown", err)
	}
	if entry.Kind != kindSymlink {
		if err := syscall.Chmod(path, entry.Mode); err != nil {
			return fail("chmod", err)
		}
	}
	if there || len(entry.Attributes) > 0 {
		if err := applyAttributes(path, entry); err != nil {
			return fail("set attributes of", err)
		}
	}
	if err := setTime(path, entry.Mtime); err != nil {
		return fail("set the time of", err)
	}
	return nil
}

func applyAttributes(path string, entry *Entry) error {
	present, err := attributes(path)
	if err != nil {
		return err
	}
	wanted := map[string]bool{}
	for _, one := range entry.Attributes {
		wanted[one.Name] = true
	}
	for _, one := range present {
		if !wanted[one.Name] {
			if err := removeAttribute(path, one.Name); err != nil {
				return err
			}
		}
	}
	for _, one := range entry.Attributes {
		if err := setAttribute(path, one); err != nil {
			return err
		}
	}
	return nil
}
