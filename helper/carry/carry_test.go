package carry

import (
	"bytes"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// pair is a volume, its copy, and the two ends between them.
type pair struct {
	t        *testing.T
	from, to string
	a, b     *session
	ends     [2]end
}

func newPair(t *testing.T) *pair {
	if os.Getuid() != 0 {
		t.Skip("owners and devices need root")
	}
	syscall.Umask(0)
	p := &pair{t: t, from: filepath.Join(t.TempDir(), "a"), to: filepath.Join(t.TempDir(), "b")}
	for _, folder := range []string{p.from, p.to} {
		if err := os.Mkdir(folder, 0755); err != nil {
			t.Fatal(err)
		}
	}
	p.restart()
	return p
}

// restart forgets all that both ends know, as after a crash.
func (p *pair) restart() {
	here, there := pipePair()
	p.ends = [2]end{here, there}
	p.a = &session{wire: newWire(here), senders: map[string]*Sender{}, count: &Counters{}}
	p.b = &session{wire: newWire(there), receivers: map[string]*Receiver{}, count: &Counters{}}
	p.a.wire.pace = &pace{}
}

func (p *pair) pass(final bool) (*passResult, error) {
	*p.a.count, *p.b.count = Counters{}, Counters{}
	c := command{Volumes: []string{p.from}, Final: final, Contents: true}
	d := command{Volumes: []string{p.to}, Contents: true}
	sent, _, err := both(func() (interface{}, error) { return p.a.pass(&c) }, p.ends[0],
		func() (interface{}, error) { return p.b.receive(&d) }, p.ends[1])
	if err != nil {
		return nil, err
	}
	return sent.(*passResult), nil
}

func (p *pair) mustPass() *passResult {
	p.t.Helper()
	result, err := p.pass(false)
	if err != nil {
		p.t.Fatal(err)
	}
	return result
}

// mustEqual compares by the protocol, and by a look of its own.
func (p *pair) mustEqual() {
	p.t.Helper()
	c := command{Volumes: []string{p.from}, Contents: true}
	d := command{Volumes: []string{p.to}, Contents: true}
	wanted, found, err := both(func() (interface{}, error) { return p.a.prove(&c) }, p.ends[0],
		func() (interface{}, error) { return p.b.check(&d) }, p.ends[1])
	if err != nil {
		p.t.Fatal(err)
	}
	one, two := wanted.([]*Verdict)[0], found.([]*Verdict)[0]
	if len(two.Differences) > 0 || one.Digest != two.Digest {
		p.t.Fatalf("differs: %v, %s and %s", two.Differences, one.Digest, two.Digest)
	}
	sums, err := sum([]string{p.from, p.to})
	if err != nil {
		p.t.Fatal(err)
	}
	if both := sums.([]*Verdict); both[0].Digest != both[1].Digest || both[0].Digest != one.Digest {
		p.t.Fatalf("sums differ: %s, %s, proved %s", both[0].Digest, both[1].Digest, one.Digest)
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	check(t, os.WriteFile(path, data, 0644))
}

// everything makes one of each thing that a copy may lose.
func everything(t *testing.T, root string) {
	in := func(name string) string { return filepath.Join(root, name) }
	write(t, in("plain"), []byte("text"))
	check(t, os.Chown(in("plain"), 1234, 5678))
	write(t, in("setuid"), []byte("x"))
	check(t, os.Chown(in("setuid"), 7, 7))
	check(t, syscall.Chmod(in("setuid"), 06755))
	check(t, os.MkdirAll(in("deep/er/still"), 0755))
	check(t, syscall.Chmod(in("deep/er"), 01700))
	write(t, in("deep/er/still/latin\xe9 \n name"), []byte("odd"))
	check(t, os.Link(in("plain"), in("deep/hard")))
	check(t, os.Link(in("plain"), in("another hard")))
	check(t, os.Symlink("nowhere/\xff", in("link")))
	check(t, os.Lchown(in("link"), 9, 9))
	check(t, syscall.Mkfifo(in("fifo"), 0620))
	check(t, syscall.Mknod(in("device"), syscall.S_IFCHR|0666, 1<<8|3))
	check(t, setAttribute(in("plain"), attribute{"user.note", []byte{0, 1, 255}}))
	check(t, setAttribute(in("deep"), attribute{"user.folder", []byte("y")}))
	// cap_net_raw, as `setcap` writes it.
	check(t, setAttribute(in("setuid"), attribute{"security.capability", []byte{1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}}))
	file, err := os.Create(in("sparse"))
	check(t, err)
	check(t, file.Truncate(1<<30))
	_, err = file.WriteAt([]byte("island"), 500<<20)
	check(t, err)
	check(t, file.Close())
	check(t, os.WriteFile(in("all hole"), nil, 0600))
	check(t, os.Truncate(in("all hole"), 100<<20))
	check(t, setTime(in("link"), -1500000000))
	check(t, setTime(in("plain"), 1234567890123456789))
	check(t, setTime(in("deep"), 1))
}

func TestEverythingArrives(t *testing.T) {
	p := newPair(t)
	everything(t, p.from)
	result := p.mustPass()
	if result.Sent > 10<<20 {
		t.Fatalf("holes were sent: %d bytes", result.Sent)
	}
	p.mustEqual()
	info, err := os.Stat(filepath.Join(p.to, "sparse"))
	check(t, err)
	if used := info.Sys().(*syscall.Stat_t).Blocks * 512; used > 1<<20 {
		t.Fatalf("the sparse file uses %d bytes", used)
	}
	time.Sleep(2 * time.Duration(racyWindow))
	p.mustPass()
	if again := p.mustPass(); again.Bytes != 0 || again.Changed != 0 {
		t.Fatalf("an unchanged volume was sent again: %+v", again)
	}
}

func TestCopyIsComparedWithTheOriginal(t *testing.T) {
	for name, harm := range map[string]func(string) error{
		"content": func(root string) error {
			stat, _ := os.Stat(root + "/plain")
			if err := os.WriteFile(root+"/plain", []byte("tezt"), 0644); err != nil {
				return err
			}
			return setTime(root+"/plain", stat.ModTime().UnixNano())
		},
		"missing": func(root string) error { return os.Remove(root + "/fifo") },
		"extra":   func(root string) error { return os.WriteFile(root+"/more", nil, 0644) },
		"owner":   func(root string) error { return os.Lchown(root+"/link", 1, 1) },
		"mode":    func(root string) error { return os.Chmod(root+"/deep", 0700) },
		"time":    func(root string) error { return setTime(root+"/plain", 5) },
		"attribute": func(root string) error {
			return removeAttribute(root+"/plain", "user.note")
		},
		"hard link": func(root string) error {
			if err := os.Remove(root + "/deep/hard"); err != nil {
				return err
			}
			return os.WriteFile(root+"/deep/hard", []byte("text"), 0644)
		},
		"holes": func(root string) error {
			file, err := os.OpenFile(root+"/all hole", os.O_WRONLY, 0)
			if err != nil {
				return err
			}
			defer file.Close()
			stat, _ := file.Stat()
			if _, err := file.WriteAt(make([]byte, 50<<20), 0); err != nil {
				return err
			}
			return setTime(root+"/all hole", stat.ModTime().UnixNano())
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPair(t)
			everything(t, p.from)
			p.mustPass()
			check(t, harm(p.to))
			c := command{Volumes: []string{p.from}, Contents: true}
			d := command{Volumes: []string{p.to}, Contents: true, All: true}
			_, found, err := both(func() (interface{}, error) { return p.a.prove(&c) }, p.ends[0],
				func() (interface{}, error) { return p.b.check(&d) }, p.ends[1])
			if err == nil && len(found.([]*Verdict)[0].Differences) == 0 {
				t.Fatal("the harm was not noticed")
			}
		})
	}
}

func TestOnlyBlocksOfLargeFiles(t *testing.T) {
	p := newPair(t)
	data := make([]byte, 64<<20)
	rand.New(rand.NewSource(1)).Read(data)
	path := filepath.Join(p.from, "database")
	write(t, path, data)
	p.mustPass()
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	check(t, err)
	for i := int64(0); i < 64; i++ {
		_, err := file.WriteAt([]byte("changed"), i<<20|12345)
		check(t, err)
	}
	check(t, file.Close())
	if result := p.mustPass(); result.Sent != 64*8192 {
		t.Fatalf("sent %d bytes", result.Sent)
	}
	p.mustEqual()
	check(t, os.Truncate(path, 40<<20))
	p.mustPass()
	check(t, os.Truncate(path, 50<<20))
	p.mustPass()
	p.mustEqual()
}

func TestAnInterruptedPassIsTakenUp(t *testing.T) {
	p := newPair(t)
	everything(t, p.from)
	data := make([]byte, 8<<20)
	rand.New(rand.NewSource(2)).Read(data)
	write(t, filepath.Join(p.from, "large"), data)
	p.mustPass()
	// What a crash may leave: half a file, too much, a folder in the place of a file.
	write(t, filepath.Join(p.to, "plain"), []byte("te"))
	write(t, filepath.Join(p.to, "leftover"), []byte("te"))
	check(t, os.Truncate(filepath.Join(p.to, "large"), 5<<20))
	check(t, os.RemoveAll(filepath.Join(p.to, "link")))
	check(t, os.MkdirAll(filepath.Join(p.to, "link/sub"), 0755))
	p.restart()
	if result := p.mustPass(); result.Sent > 4<<20 {
		t.Fatalf("what was there was sent again: %d bytes", result.Sent)
	}
	p.mustEqual()
}

func TestFinalPassRefusesWriters(t *testing.T) {
	p := newPair(t)
	data := make([]byte, 300<<20)
	path := filepath.Join(p.from, "busy")
	write(t, path, data)
	stop := make(chan struct{})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		file, _ := os.OpenFile(path, os.O_WRONLY, 0)
		defer file.Close()
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
				_, _ = file.WriteAt([]byte(fmt.Sprint(i)), int64(i%100)<<20)
			}
		}
	}()
	_, err := p.pass(true)
	close(stop)
	<-ended
	if err == nil || !strings.Contains(err.Error(), "nobody should write") {
		t.Fatalf("got %v", err)
	}
}

func TestPathsStayInside(t *testing.T) {
	for _, path := range []string{"", "..", "../x", "a/../../x", "/etc", "a//b", "a/./b", "a\x00b"} {
		if inside(path) {
			t.Errorf("%q passes", path)
		}
	}
	for _, path := range []string{".", "a", "a/b", "..a", "a/..b"} {
		if !inside(path) {
			t.Errorf("%q does not pass", path)
		}
	}
}

// Random changes between passes, with what a crash forgets now and then.
func TestRandomHistories(t *testing.T) {
	seeds := int64(60)
	if testing.Short() {
		seeds = 6
	}
	for seed := int64(1); seed <= seeds; seed++ {
		p := newPair(t)
		random := rand.New(rand.NewSource(seed))
		for round := 0; round < 8; round++ {
			for i := 0; i < 12; i++ {
				change(t, p.from, random)
			}
			if random.Intn(4) == 0 {
				p.restart()
			}
			p.mustPass()
			p.mustEqual()
		}
	}
}

func change(t *testing.T, root string, random *rand.Rand) {
	name := func() string {
		parts := []string{root}
		for i := random.Intn(3); i >= 0; i-- {
			parts = append(parts, string(rune('a'+random.Intn(4))))
		}
		return filepath.Join(parts...)
	}
	path := name()
	_ = os.MkdirAll(filepath.Dir(path), 0755)
	// What does not apply fails, which is as good as not tried.
	switch random.Intn(12) {
	case 0, 1:
		_ = os.WriteFile(path, bytes.Repeat([]byte{byte(random.Intn(256))}, random.Intn(5000)), 0644)
	case 2:
		_ = os.WriteFile(path, bytes.Repeat([]byte{byte(random.Intn(256))}, random.Intn(3<<20)), 0644)
	case 3:
		if file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0600); err == nil {
			_, _ = file.WriteAt([]byte("patch"), int64(random.Intn(4<<20)))
			_ = file.Close()
		}
	case 4:
		_ = os.RemoveAll(path)
	case 5:
		_ = os.Rename(path, name())
	case 6:
		_ = os.Link(path, name())
	case 7:
		_ = os.Symlink(name(), path)
	case 8:
		_ = syscall.Chmod(path, uint32(random.Intn(07777))|0400)
	case 9:
		_ = os.Lchown(path, random.Intn(3), random.Intn(3))
	case 10:
		_ = setAttribute(path, attribute{"user.x", []byte{byte(random.Intn(3))}})
	case 11:
		_ = os.Truncate(path, int64(random.Intn(3<<20)))
	}
}

// One file or folder of many: its neighbours on the other side stay as they are.
func TestOnly(t *testing.T) {
	for _, folder := range []bool{false, true} {
		p := newPair(t)
		put := func(root, path, text string) {
			full := filepath.Join(root, path)
			_ = os.MkdirAll(filepath.Dir(full), 0755)
			if err := os.WriteFile(full, []byte(text), 0640); err != nil {
				t.Fatal(err)
			}
		}
		at := "one"
		if folder {
			at = "one/deep/file"
			put(p.to, "one/stale", "goes")
		}
		put(p.from, at, "first")
		put(p.from, "other", "stays here")
		put(p.to, "neighbour", "stays there")
		only := map[string]string{p.from: "one", p.to: "one"}
		work := func(what string) {
			c := command{Volumes: []string{p.from}, Only: only, Contents: true}
			d := command{Volumes: []string{p.to}, Only: only, Contents: true}
			first, second := p.a.pass, p.b.receive
			if what == "prove" {
				first, second = p.a.prove, p.b.check
			}
			_, got, err := both(func() (interface{}, error) { return first(&c) }, p.ends[0],
				func() (interface{}, error) { return second(&d) }, p.ends[1])
			if err != nil {
				t.Fatal(err)
			}
			if found, ok := got.([]*Verdict); ok && len(found[0].Differences) > 0 {
				t.Fatal(found[0].Differences)
			}
		}
		work("pass")
		put(p.from, at, "second, longer")
		work("pass")
		work("prove")
		for path, want := range map[string]string{at: "second, longer", "neighbour": "stays there", "other": "", "one/stale": ""} {
			text, _ := os.ReadFile(filepath.Join(p.to, path))
			if string(text) != want {
				t.Fatalf("%s holds %q, not %q", path, text, want)
			}
		}
	}
}
