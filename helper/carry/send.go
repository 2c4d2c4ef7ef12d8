package carry

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"time"
)

// Sender knows what a volume's copy has, and sends what it lacks.
type Sender struct {
	root  string
	only  string // of the root; empty: all of it
	known *Tree  // what the other side has, with what identifies it here
	wire  *wire
	count *Counters
	// final: nobody writes any more, so whatever changes is an error.
	final bool
	whole map[string]bool // large and small files sent as new ones in this pass
}

// Counters are read while a pass runs.
type Counters struct {
	Entries, Changed, Deleted, Bytes, Sent, Total, Unsteady int64
}

// Pass scans, and sends what differs from what the copy is known to have.
func (s *Sender) Pass() error {
	if err := syncFS(s.root); err != nil {
		return err
	}
	tree, err := scan(place{s.root, s.only}, s.known, racyWindow)
	if err != nil {
		return err
	}
	s.whole = map[string]bool{}
	atomic.AddInt64(&s.count.Entries, int64(len(tree.Entries)))
	atomic.AddInt64(&s.count.Total, tree.Bytes)
	if err := s.delete(tree); err != nil {
		return err
	}
	kept := &Tree{ByPath: map[string]*Entry{}}
	ahead := s.readAhead(tree.Entries)
	defer ahead.stop()
	for _, entry := range tree.Entries {
		sent, err := s.entry(entry, ahead)
		if err != nil {
			return err
		}
		if sent != nil {
			kept.add(sent)
		}
	}
	// What went away during the pass may be there in an older state: the next pass deletes it.
	if s.known != nil {
		for path, old := range s.known.ByPath {
			if tree.ByPath[path] != nil && kept.ByPath[path] == nil {
				old.Ctime = 0
				kept.add(old)
			}
		}
	}
	s.known = kept
	return nil
}

// delete tells which paths are no more, parents only.
func (s *Sender) delete(tree *Tree) error {
	if s.known == nil {
		return nil
	}
	for _, old := range s.known.Entries {
		if tree.ByPath[old.Path] != nil {
			continue
		}
		parent := filepath.Dir(old.Path)
		if tree.ByPath[parent] == nil && s.known.ByPath[parent] != nil {
			continue
		}
		atomic.AddInt64(&s.count.Deleted, 1)
		if err := s.wire.send(recDelete, []byte(old.Path)); err != nil {
			return err
		}
	}
	return nil
}

// entry sends one entry if the copy needs it. It returns what the copy has then; nil if the path went away.
func (s *Sender) entry(entry *Entry, ahead *readAhead) (*Entry, error) {
	var old *Entry
	if s.known != nil {
		old = s.known.ByPath[entry.Path]
	}
	switch {
	case entry.Kind == kindHardLink:
		if old != nil && old.Kind == kindHardLink && old.Link == entry.Link && !s.whole[entry.Link] {
			return entry, nil
		}
		return entry, s.facts(entry)
	case entry.Kind == kindFile && !entry.untouched(old):
		return s.file(entry, old, ahead)
	case entry.Kind == kindDirectory && old != nil && old.Ctime == 0:
		// Folders' times move with each entry: the other side must always know them.
		return entry, s.facts(entry)
	case old != nil && (entry.untouched(old) || entry.sameFacts(old)):
		return entry, nil
	}
	return entry, s.facts(entry)
}

func (s *Sender) facts(entry *Entry) error {
	atomic.AddInt64(&s.count.Changed, 1)
	return s.wire.send(recFacts, factsOf(entry))
}

func (s *Sender) file(entry, old *Entry, ahead *readAhead) (*Entry, error) {
	opened := ahead.next()
	if opened.err != nil {
		return s.lost(entry, gone(entry.Path, opened.err))
	}
	if opened.file != nil {
		defer opened.file.Close()
	}
	entry = opened.entry
	if old != nil && old.Kind != kindFile {
		old = nil
	}
	if isLarge(entry.Size) {
		return s.large(entry, old, opened.file)
	}
	defer give(opened.data)
	entry.Digest = opened.digest
	if opened.unsteady || int64(len(opened.data)) != entry.Size {
		if err := s.unsteady(entry); err != nil {
			return nil, err
		}
		entry.Size = int64(len(opened.data))
	}
	if old != nil && !isLarge(old.Size) && bytes.Equal(old.Digest, entry.Digest) {
		if entry.sameFacts(old) {
			return entry, nil
		}
		return entry, s.facts(entry)
	}
	s.whole[entry.Path] = true
	s.changed(int64(len(opened.data)))
	content, squeezed := s.content(opened.data)
	facts := factsOf(entry)
	return entry, s.wire.send(recSmall, number(uint64(len(facts))), facts, entry.Digest, squeezed, content)
}

// content gives bytes as they go on their way, and whether they are compressed.
func (s *Sender) content(data []byte) ([]byte, []byte) {
	if small := s.wire.press.squeeze(data); small != nil {
		atomic.AddInt64(&s.count.Sent, int64(len(small)))
		return small, []byte{1}
	}
	atomic.AddInt64(&s.count.Sent, int64(len(data)))
	return data, []byte{0}
}

func (s *Sender) changed(bytes int64) {
	atomic.AddInt64(&s.count.Changed, 1)
	atomic.AddInt64(&s.count.Bytes, bytes)
}

func (s *Sender) large(entry, old *Entry, file *os.File) (*Entry, error) {
	update := old != nil && isLarge(old.Size) && len(old.Blocks) > 0 && blockSize(old.Size) == blockSize(entry.Size)
	block := blockSize(entry.Size)
	var before []byte
	var began bool
	begin := func(kind byte) error {
		began = true
		return s.wire.send(kind, factsOf(entry))
	}
	// Where a file has holes, blocks of zeros need not be sent: most lie beside a little data.
	var zero []byte
	if !update && entry.Allocated < entry.Size {
		zero = hashBlocks(nil, make([]byte, block), block)
	}
	if update {
		before = old.Blocks
	} else {
		s.whole[entry.Path] = true
		if err := begin(recWhole); err != nil {
			return nil, err
		}
	}
	var blocks []byte
	var sent int64
	end, err := eachChunk(file, entry.Size, entry.Allocated, func(one *chunk) error {
		first := len(blocks)
		blocks = append(blocks, one.sums...)
		return s.differing(one, before, zero, blocks, first, block, func(from, to int64) error {
			if !began {
				if err := begin(recUpdate); err != nil {
					return err
				}
			}
			if one.data == nil {
				if !update {
					return nil
				}
				return s.wire.send(recHole, number(uint64(one.offset+from)), number(uint64(to-from)))
			}
			sent += to - from
			content, squeezed := s.content(one.data[from:to])
			return s.wire.send(recData, number(uint64(one.offset+from)), squeezed, content)
		})
	})
	if err != nil {
		return nil, err
	}
	entry.Blocks, entry.Digest = blocks, digestOfBlocks(blocks)
	entry.Data = dataIn(file, entry.Size, entry.Allocated)
	unsteady := end != entry.Size
	var st syscall.Stat_t
	if err := syscall.Fstat(int(file.Fd()), &st); err != nil {
		return nil, err
	}
	if unsteady = unsteady || touched(entry, &st); unsteady {
		if err := s.unsteady(entry); err != nil {
			return nil, err
		}
		if end != entry.Size {
			entry.Size, entry.Digest = end, nil
		}
	}
	if !began {
		if bytes.Equal(entry.Digest, old.Digest) && entry.sameFacts(old) {
			return entry, nil
		}
		if err := begin(recUpdate); err != nil {
			return nil, err
		}
	}
	s.changed(sent)
	return entry, s.wire.send(recFileEnd, number(uint64(entry.Size)), entry.Digest)
}

// differing calls with the stretches of a chunk whose blocks are not those before.
func (s *Sender) differing(one *chunk, before, zero, blocks []byte, first int, block int64, use func(from, to int64) error) error {
	if before == nil && zero == nil {
		return use(0, one.length)
	}
	from := int64(-1)
	for i, at := first, int64(0); at < one.length; i, at = i+blockDigest, at+block {
		sum := blocks[i : i+blockDigest]
		same := (i+blockDigest <= len(before) && bytes.Equal(before[i:i+blockDigest], sum)) || bytes.Equal(zero, sum)
		if same && from >= 0 {
			if err := use(from, at); err != nil {
				return err
			}
			from = -1
		}
		if !same && from < 0 {
			from = at
		}
	}
	if from < 0 {
		return nil
	}
	return use(from, one.length)
}

// lost is for a path that went away between the scan and the reading.
func (s *Sender) lost(entry *Entry, err error) (*Entry, error) {
	if err == nil && s.final {
		err = fmt.Errorf("%s went away although nobody should write any more", entry.Path)
	}
	return nil, err
}

// unsteady notes that a file changed while it was read: the next pass sends it again.
func (s *Sender) unsteady(entry *Entry) error {
	if s.final {
		return fmt.Errorf("%s changes although nobody should write any more", entry.Path)
	}
	atomic.AddInt64(&s.count.Unsteady, 1)
	entry.Ctime = 0
	return nil
}

func touched(entry *Entry, st *syscall.Stat_t) bool {
	return st.Size != entry.Size || st.Mtim.Nano() != entry.Mtime
}

// readAhead opens files, and reads small ones, while others are sent: in the order of the entries, four at a time.
type readAhead struct {
	queue chan chan opened
	done  chan struct{}
}

type opened struct {
	entry    *Entry
	file     *os.File // of large files
	data     []byte   // of small ones, for give
	digest   []byte
	unsteady bool
	err      error
}

func (s *Sender) readAhead(entries []*Entry) *readAhead {
	ahead := &readAhead{queue: make(chan chan opened, 32), done: make(chan struct{})}
	places := make(chan struct{}, 4)
	go func() {
		for _, entry := range entries {
			if entry.Kind != kindFile || (s.known != nil && entry.untouched(s.known.ByPath[entry.Path])) {
				continue
			}
			result := make(chan opened, 1)
			select {
			case ahead.queue <- result:
			case <-ahead.done:
				return
			}
			places <- struct{}{}
			go func(entry *Entry) {
				result <- open(s.root, entry)
				<-places
			}(entry)
		}
	}()
	return ahead
}

func (a *readAhead) next() opened { return <-<-a.queue }

func (a *readAhead) stop() { close(a.done) }

// open opens a file and takes its facts from what was opened, which may not be what the scan saw.
func open(root string, entry *Entry) opened {
	path := filepath.Join(root, entry.Path)
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		if pathError, ok := err.(*os.PathError); ok && pathError.Err == syscall.ELOOP {
			err = os.ErrNotExist // a symbolic link by now
		}
		return opened{err: err}
	}
	var st syscall.Stat_t
	if err := syscall.Fstat(int(file.Fd()), &st); err != nil || kindOf(st.Mode) != kindFile {
		file.Close()
		return opened{err: os.ErrNotExist}
	}
	now := *entry
	now.fill(&st)
	racy := time.Now().UnixNano() - racyWindow
	if entry.Ctime == 0 || now.Ctime >= racy || now.Mtime >= racy {
		now.Ctime = 0
	}
	if isLarge(now.Size) {
		return opened{entry: &now, file: file}
	}
	defer file.Close()
	data := take(int(now.Size))
	n, err := io.ReadFull(file, data)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return opened{err: err}
	}
	data = data[:n]
	var after syscall.Stat_t
	if err := syscall.Fstat(int(file.Fd()), &after); err != nil {
		return opened{err: err}
	}
	return opened{entry: &now, data: data, digest: digestOfBytes(data), unsteady: touched(&now, &after)}
}
