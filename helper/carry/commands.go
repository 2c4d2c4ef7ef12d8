package carry

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// volumeStat is what a look at a volume tells.
type volumeStat struct {
	Entries int   `json:"entries"`
	Bytes   int64 `json:"bytes"`
	Used    int64 `json:"used"` // of the disk
	Sockets int   `json:"sockets"`
	Free    int64 `json:"free"` // of the file system that holds it
	Inodes  int64 `json:"inodes"`
}

func statAll(c *command) (interface{}, error) {
	all := []volumeStat{}
	for _, root := range c.Volumes {
		at := place{root, c.Only[root]}
		tree, err := scan(at, nil, racyWindow)
		if err != nil {
			return nil, err
		}
		one := volumeStat{Entries: len(tree.Entries), Bytes: tree.Bytes, Sockets: tree.Sockets}
		for _, entry := range tree.Entries {
			one.Used += entry.Allocated
		}
		var fs syscall.Statfs_t
		if syscall.Statfs(at.path(), &fs) == nil || syscall.Statfs(root, &fs) == nil {
			one.Free = int64(fs.Bavail) * int64(fs.Bsize)
			one.Inodes = int64(fs.Ffree)
		}
		all = append(all, one)
	}
	return all, nil
}

// passResult is what one pass did, on either side.
type passResult struct {
	Entries  int64   `json:"entries"`
	Changed  int64   `json:"changed"`
	Deleted  int64   `json:"deleted"`
	Bytes    int64   `json:"bytes"`
	Sent     int64   `json:"sent"`
	Unsteady int64   `json:"unsteady"`
	Seconds  float64 `json:"seconds"`
	Proving  float64 `json:"proving"` // seconds of reading back
}

func (c *Counters) result(began time.Time) *passResult {
	return &passResult{Entries: c.Entries, Changed: c.Changed, Deleted: c.Deleted, Bytes: c.Bytes, Sent: c.Sent,
		Unsteady: c.Unsteady, Seconds: time.Since(began).Seconds()}
}

// pass sends what changed of all volumes since the pass before; at first, what the other side does not have.
func (s *session) pass(c *command) (interface{}, error) {
	began := time.Now()
	s.wire.pace.perSecond = c.Limit
	s.wire.press = &press{always: c.Compress == "always"}
	if c.Compress == "none" {
		s.wire.press = nil
	}
	for i, root := range c.Volumes {
		if err := s.wire.send(recVolume, number(uint64(i))); err != nil {
			return nil, err
		}
		sender := s.senders[root]
		if sender == nil {
			sender = &Sender{root: root, only: c.Only[root], count: s.count}
			s.senders[root] = sender
		}
		sender.wire, sender.final = s.wire, c.Final
		if sender.known == nil {
			known, err := askFor(s.wire)
			if err != nil {
				return nil, err
			}
			sender.known = known
		}
		if err := sender.Pass(); err != nil {
			return nil, err
		}
	}
	contents := byte(0)
	if c.Contents {
		contents = 1
	}
	if err := s.wire.send(recPassEnd, []byte{contents}); err != nil {
		return nil, err
	}
	return s.count.result(began), s.wire.flush()
}

// askFor asks the other side what it has of a volume.
func askFor(w *wire) (*Tree, error) {
	if err := w.send(recWant); err != nil {
		return nil, err
	}
	if err := w.flush(); err != nil {
		return nil, err
	}
	tree := &Tree{ByPath: map[string]*Entry{}}
	for {
		kind, payload, err := w.receive()
		if err != nil {
			return nil, err
		}
		switch kind {
		case recHasEnd:
			return tree, nil
		case recHas:
			d := decoder{bytes: payload}
			entry := d.entry()
			if d.err != nil {
				return nil, d.err
			}
			tree.add(entry)
		default:
			return nil, errDamaged
		}
	}
}

// receive takes one pass.
func (s *session) receive(c *command) (interface{}, error) {
	began := time.Now()
	var current *Receiver
	var all []*Receiver
	for {
		kind, payload, err := s.wire.receive()
		if err != nil {
			return nil, err
		}
		switch kind {
		case recVolume:
			i, _ := binary.Uvarint(payload)
			if i >= uint64(len(c.Volumes)) {
				return nil, errDamaged
			}
			current = s.receiver(c, c.Volumes[i])
			current.begin()
			all = append(all, current)
		case recWant:
			if err := current.tell(s.wire); err != nil {
				return nil, err
			}
		case recPassEnd:
			return s.finish(all, bytes.Equal(payload, []byte{1}), began)
		default:
			if current == nil {
				return nil, errDamaged
			}
			if err := current.record(kind, payload, s.wire); err != nil {
				return nil, err
			}
		}
	}
}

func (s *session) finish(all []*Receiver, contents bool, began time.Time) (interface{}, error) {
	for _, receiver := range all {
		if err := receiver.settle(); err != nil {
			return nil, err
		}
	}
	result := s.count.result(began)
	proving := time.Now()
	for _, receiver := range all {
		if !contents {
			break
		}
		if err := receiver.readBack(); err != nil {
			return nil, err
		}
	}
	result.Proving = time.Since(proving).Seconds()
	return result, nil
}

func (s *session) receiver(c *command, root string) *Receiver {
	if s.receivers[root] == nil {
		s.receivers[root] = newReceiver(root, s.count)
		s.receivers[root].only = c.Only[root]
	}
	return s.receivers[root]
}

// tell lists what is here, with the digests of its contents.
func (r *Receiver) tell(w *wire) error {
	tree, err := scan(place{r.root, r.only}, nil, racyWindow)
	if err != nil {
		return err
	}
	if err := contents(r.root, tree, false); err != nil {
		return err
	}
	for _, entry := range tree.Entries {
		if entry.Kind == kindFile {
			r.proved[entry.Path] = entry
		}
		e := encoder{}
		e.entry(entry)
		if err := w.send(recHas, e.bytes); err != nil {
			return err
		}
	}
	if err := w.send(recHasEnd); err != nil {
		return err
	}
	return w.flush()
}

// prove sends the manifest of each volume, for the other side to check.
func (s *session) prove(c *command) (interface{}, error) {
	found := []*Verdict{}
	for i, root := range c.Volumes {
		sender := s.senders[root]
		if sender == nil || sender.known == nil {
			return nil, fmt.Errorf("no pass of %s was made", root)
		}
		tree := sender.known
		if c.All {
			if err := contents(root, tree, true); err != nil {
				return nil, err
			}
		}
		if err := s.wire.send(recVolume, number(uint64(i))); err != nil {
			return nil, err
		}
		for _, entry := range tree.Entries {
			plain := *entry
			plain.Blocks = nil
			e := encoder{}
			e.entry(&plain)
			if err := s.wire.send(recManifest, e.bytes); err != nil {
				return nil, err
			}
		}
		if err := s.wire.send(recProve); err != nil {
			return nil, err
		}
		found = append(found, &Verdict{Digest: tree.Digest(c.Contents), Entries: len(tree.Entries), Bytes: tree.Bytes})
	}
	return found, s.wire.flush()
}

// check compares with the manifests that come.
func (s *session) check(c *command) (interface{}, error) {
	found := []*Verdict{}
	for range c.Volumes {
		payload, err := s.wire.expect(recVolume)
		if err != nil {
			return nil, err
		}
		i, _ := binary.Uvarint(payload)
		if i >= uint64(len(c.Volumes)) {
			return nil, errDamaged
		}
		var wanted []*Entry
		for {
			kind, payload, err := s.wire.receive()
			if err != nil {
				return nil, err
			}
			if kind == recProve {
				break
			}
			d := decoder{bytes: payload}
			wanted = append(wanted, d.entry())
			if kind != recManifest || d.err != nil {
				return nil, errDamaged
			}
		}
		verdict, err := s.receiver(c, c.Volumes[i]).Compare(wanted, c.Contents, c.All)
		if err != nil {
			return nil, err
		}
		found = append(found, verdict)
	}
	return found, nil
}

// sum reads volumes for their digests.
func sum(roots []string) (interface{}, error) {
	found := []*Verdict{}
	for _, root := range roots {
		tree, err := Scan(root, nil)
		if err == nil {
			err = contents(root, tree, true)
		}
		if err != nil {
			return nil, err
		}
		found = append(found, &Verdict{Digest: tree.Digest(true), Entries: len(tree.Entries), Bytes: tree.Bytes})
	}
	return found, nil
}

// copy makes one volume, or folder of one, the same as another on this engine, and compares both.
func (s *session) copy(c *command) (interface{}, error) {
	if err := os.MkdirAll(c.To, 0700); err != nil {
		return nil, err
	}
	here, there := pipePair()
	other := &session{wire: newWire(there), receivers: map[string]*Receiver{}, count: &Counters{}}
	local := &session{wire: newWire(here), senders: map[string]*Sender{}, count: s.count}
	local.wire.pace = &pace{}
	from, to := *c, *c
	from.Volumes, to.Volumes, from.Compress = []string{c.From}, []string{c.To}, "none"
	_, received, err := both(func() (interface{}, error) { return local.pass(&from) }, here,
		func() (interface{}, error) { return other.receive(&to) }, there)
	if err != nil {
		return nil, err
	}
	wanted, found, err := both(func() (interface{}, error) { return local.prove(&from) }, here,
		func() (interface{}, error) { return other.check(&to) }, there)
	if err != nil {
		return nil, err
	}
	verdict := found.([]*Verdict)[0]
	if verdict.Digest != wanted.([]*Verdict)[0].Digest && len(verdict.Differences) == 0 {
		verdict.Differences = []string{"the digests of both differ"}
	}
	return map[string]interface{}{"pass": received, "verdict": verdict}, nil
}

// both runs two ends of a pipe; one that fails ends the other.
func both(first func() (interface{}, error), a io.Closer, second func() (interface{}, error), b io.Closer) (interface{}, interface{}, error) {
	type outcome struct {
		result interface{}
		err    error
	}
	other := make(chan outcome, 1)
	go func() {
		result, err := second()
		if err != nil {
			b.Close()
		}
		other <- outcome{result, err}
	}()
	result, err := first()
	if err != nil {
		a.Close()
	}
	two := <-other
	if two.err != nil && (err == nil || err == io.ErrClosedPipe || err == io.EOF) {
		err = two.err
	}
	return result, two.result, err
}

// clear empties volumes; the folders themselves stay.
func clear(roots []string) error {
	for _, root := range roots {
		children, err := os.ReadDir(root)
		if err != nil {
			return err
		}
		for _, child := range children {
			if err := os.RemoveAll(filepath.Join(root, child.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}
