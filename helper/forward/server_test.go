package forward

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Backends listen on one port of several loopback addresses, as containers do on theirs.
func listenOn(t *testing.T, address string, port int) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", net.JoinHostPort(address, fmt.Sprint(port)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	return listener
}

func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", ":0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

// An HTTP server that answers with its address; "/slow" takes its time, "/chunks" answers in chunks.
func webOn(t *testing.T, address string, port int) *httptest.Server {
	t.Helper()
	web := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		switch r.URL.Path {
		case "/slow":
			time.Sleep(200 * time.Millisecond)
		case "/chunks":
			for i := 0; i < 3; i++ {
				fmt.Fprintln(w, i)
				w.(http.Flusher).Flush()
			}
		}
		fmt.Fprint(w, address)
	}))
	web.Listener.Close()
	web.Listener = listenOn(t, address, port)
	web.Start()
	t.Cleanup(web.Close)
	return web
}

type setUp struct {
	*server
	port, target int
	mode         string
}

func open(t *testing.T, more Port) *setUp {
	t.Helper()
	s, err := newServer(t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	go s.obey(nil)
	up := &setUp{server: s, port: freePort(t), target: freePort(t), mode: more.Mode}
	t.Cleanup(func() { s.apply(&Table{}) })
	return up
}

func (u *setUp) use(t *testing.T, backends ...Backend) {
	t.Helper()
	table := Table{Hold: 1000, Connect: 500, Backends: backends}
	table.Ports = []Port{{Port: u.port, Target: u.target, Protocol: "tcp", Mode: u.mode}}
	if err := u.set(table, nil); err != nil {
		t.Fatal(err)
	}
}

func (u *setUp) url(path string) string { return fmt.Sprintf("http://127.0.0.1:%d%s", u.port, path) }

func all(host string) Backend   { return Backend{host, useAll} }
func none(host string) Backend  { return Backend{host, useNone} }
func spare(host string) Backend { return Backend{host, useSpare} }

func get(client *http.Client, url string) (string, error) {
	answer, err := client.Get(url)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return string(body), err
}

// Clients that never repeat a request, whatever happens, while the backends are replaced one after another.
func TestNoRequestFails(t *testing.T) {
	u := open(t, Port{})
	old := webOn(t, "127.0.0.2", u.target)
	u.use(t, all("127.0.0.2"))
	var wait sync.WaitGroup
	var requests, failures atomic.Int32
	stop := make(chan struct{})
	failed := func(err error) {
		failures.Add(1)
		t.Log(err)
	}
	// POST: Go's client repeats a GET by itself.
	ask := func(client *http.Client, path string) {
		requests.Add(1)
		answer, err := client.Post(u.url(path), "text/plain", strings.NewReader("hello"))
		if err != nil {
			failed(err)
			return
		}
		defer answer.Body.Close()
		if body, err := io.ReadAll(answer.Body); err != nil || !strings.Contains(string(body), "127.0.0.") {
			failed(fmt.Errorf("%q %v", body, err))
		}
	}
	for i, path := range []string{"/", "/slow", "/chunks", "/", "/chunks", "/"} {
		i, path := i, path
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: i > 3, MaxConnsPerHost: 1}}
		wait.Add(1)
		go func() {
			defer wait.Done()
			for {
				select {
				case <-stop:
					return
				default:
					ask(client, path)
					time.Sleep(time.Duration(2+i) * time.Millisecond)
				}
			}
		}()
	}
	last := "127.0.0.2"
	for swap := 3; swap < 9; swap++ {
		next := fmt.Sprintf("127.0.0.%d", swap)
		web := webOn(t, next, u.target)
		u.use(t, all(next), none(last))
		u.drained(last, 5*time.Second)
		if left := u.status().Open[last]; left > 0 {
			t.Errorf("%d connections stayed on %s", left, last)
		}
		old.CloseClientConnections()
		old.Close()
		u.use(t, all(next))
		old, last = web, next
		time.Sleep(50 * time.Millisecond)
	}
	close(stop)
	wait.Wait()
	if failures.Load() > 0 || requests.Load() < 50 || u.status().Moved == 0 {
		t.Errorf("%d of %d requests failed, %d moves", failures.Load(), requests.Load(), u.status().Moved)
	}
}

func TestHoldsUntilSomeoneIsThere(t *testing.T) {
	u := open(t, Port{})
	u.use(t)
	go func() {
		time.Sleep(150 * time.Millisecond)
		webOn(t, "127.0.0.2", u.target)
		u.use(t, all("127.0.0.2"))
	}()
	if body, err := get(&http.Client{}, u.url("/")); err != nil || body != "127.0.0.2" {
		t.Fatal(body, err)
	}
	u.use(t, none("127.0.0.2"))
	began := time.Now()
	if _, err := get(&http.Client{}, u.url("/")); err == nil {
		t.Error("answered by a backend that is not to be used")
	}
	if took := time.Since(began); took < 900*time.Millisecond || took > 3*time.Second {
		t.Errorf("held for %v", took)
	}
}

func TestSpareBackendsServeWhenNobodyElseDoes(t *testing.T) {
	u := open(t, Port{})
	webOn(t, "127.0.0.2", u.target)
	fresh := webOn(t, "127.0.0.3", u.target)
	u.use(t, all("127.0.0.3"), spare("127.0.0.2"))
	for i := 0; i < 4; i++ {
		if body, _ := get(&http.Client{}, u.url("/")); body != "127.0.0.3" {
			t.Errorf("answered by %q", body)
		}
	}
	fresh.CloseClientConnections()
	fresh.Close()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	if body, err := get(client, u.url("/")); err != nil || body != "127.0.0.2" {
		t.Errorf("%q %v", body, err)
	}
}

func TestSharesOut(t *testing.T) {
	u := open(t, Port{})
	webOn(t, "127.0.0.2", u.target)
	webOn(t, "127.0.0.3", u.target)
	u.use(t, all("127.0.0.2"), all("127.0.0.3"))
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	seen := map[string]int{}
	for i := 0; i < 10; i++ {
		body, _ := get(client, u.url("/"))
		seen[body]++
	}
	if seen["127.0.0.2"] != 5 || seen["127.0.0.3"] != 5 {
		t.Error(seen)
	}
}

// A protocol in which the server speaks first: a silent connection moves, one with a word on it stays.
func TestOtherProtocols(t *testing.T) {
	u := open(t, Port{})
	greet := func(address string) {
		listener := listenOn(t, address, u.target)
		go func() {
			for {
				client, err := listener.Accept()
				if err != nil {
					return
				}
				go func() {
					line, _ := bufio.NewReader(client).ReadString('\n')
					fmt.Fprintf(client, "%s says %s", address, line)
				}()
			}
		}()
	}
	greet("127.0.0.2")
	greet("127.0.0.3")
	u.use(t, all("127.0.0.2"))
	dial := func() net.Conn {
		client, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", u.port))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { client.Close() })
		return client
	}
	silent, talking := dial(), dial()
	fmt.Fprint(talking, "half a ")
	for deadline := time.Now().Add(time.Second); u.status().Open["127.0.0.2"] < 2 && time.Now().Before(deadline); {
		time.Sleep(5 * time.Millisecond)
	}
	time.Sleep(20 * time.Millisecond)
	u.use(t, all("127.0.0.3"), none("127.0.0.2"))
	answer := func(client net.Conn) string {
		client.SetReadDeadline(time.Now().Add(2 * time.Second))
		line, _ := bufio.NewReader(client).ReadString('\n')
		return line
	}
	fmt.Fprintln(silent, "hello")
	fmt.Fprintln(talking, "word")
	if line := answer(silent); line != "127.0.0.3 says hello\n" {
		t.Errorf("silent: %q", line)
	}
	if line := answer(talking); line != "127.0.0.2 says half a word\n" {
		t.Errorf("talking: %q", line)
	}
}

func TestHalfClosed(t *testing.T) {
	u := open(t, Port{Mode: "tcp"})
	listener := listenOn(t, "127.0.0.2", u.target)
	go func() {
		client, err := listener.Accept()
		if err != nil {
			return
		}
		all, _ := io.ReadAll(client)
		fmt.Fprintf(client, "%d bytes", len(all))
		client.Close()
	}()
	u.use(t, all("127.0.0.2"))
	client, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", u.port))
	if err != nil {
		t.Fatal(err)
	}
	client.Write(make([]byte, 100_000))
	client.(*net.TCPConn).CloseWrite()
	if answer, err := io.ReadAll(client); string(answer) != "100000 bytes" {
		t.Errorf("%q %v", answer, err)
	}
	client.Close()
	for deadline := time.Now().Add(2 * time.Second); u.status().Open["127.0.0.2"] > 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the connection is still there")
		}
	}
}

func TestGenerations(t *testing.T) {
	u := open(t, Port{})
	zero := 0
	status, err := ask(u.folder, request{Set: &Table{Hold: 5}, Expect: &zero})
	if err != nil || status.Generation != 1 {
		t.Fatal(status, err)
	}
	if _, err := ask(u.folder, request{Set: &Table{Hold: 6}, Expect: &zero}); err == nil {
		t.Error("a table of another generation was replaced")
	}
	again, err := load(u.folder)
	if err != nil || again.Generation != 1 || again.Hold != 5 {
		t.Error(again, err)
	}
	if _, err := ask(u.folder, request{Set: &Table{Backends: []Backend{{"a", "sometimes"}}}}); err == nil {
		t.Error("took a use that it does not know")
	}
}

func TestDatagrams(t *testing.T) {
	u := open(t, Port{})
	port, target := freePort(t), freePort(t)
	for _, address := range []string{"127.0.0.2", "127.0.0.3"} {
		address := address
		backend, err := net.ListenPacket("udp", net.JoinHostPort(address, fmt.Sprint(target)))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { backend.Close() })
		go func() {
			buffer := make([]byte, 100)
			for {
				count, from, err := backend.ReadFrom(buffer)
				if err != nil {
					return
				}
				backend.WriteTo([]byte(address+" "+string(buffer[:count])), from)
			}
		}()
	}
	table := Table{Ports: []Port{{Port: port, Target: target, Protocol: "udp"}}}
	client, err := net.Dial("udp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	for _, address := range []string{"127.0.0.2", "127.0.0.3"} {
		table.Backends = []Backend{all(address)}
		if err := u.set(table, nil); err != nil {
			t.Fatal(err)
		}
		for i := 0; i < 3; i++ {
			fmt.Fprint(client, i)
			buffer := make([]byte, 100)
			client.SetReadDeadline(time.Now().Add(2 * time.Second))
			count, err := client.Read(buffer)
			if want := fmt.Sprintf("%s %d", address, i); string(buffer[:count]) != want {
				t.Errorf("%q %v, not %q", buffer[:count], err, want)
			}
		}
	}
}

func TestTellsTheClientsAddress(t *testing.T) {
	u := open(t, Port{})
	listener := listenOn(t, "127.0.0.2", u.target)
	lines := make(chan string, 1)
	go func() {
		client, err := listener.Accept()
		if err != nil {
			return
		}
		line, _ := bufio.NewReader(client).ReadString('\n')
		lines <- line
	}()
	table := Table{Ports: []Port{{Port: u.port, Target: u.target, Protocol: "tcp", Proxy: 1}}, Backends: []Backend{all("127.0.0.2")}}
	if err := u.set(table, nil); err != nil {
		t.Fatal(err)
	}
	client, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", u.port))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if line := <-lines; !strings.HasPrefix(line, "PROXY TCP4 127.0.0.1 127.0.0.1 ") {
		t.Errorf("%q", line)
	}
}
