package forward

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// The tests' own program is a helper too.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "forward" {
		os.Exit(Main(os.Args[2:]))
	}
	os.Exit(m.Run())
}

// Programs take each other's place under load: no request fails, what is open goes on, and all are told of changes.
func TestUpgrade(t *testing.T) {
	folder := t.TempDir()
	port, target := freePort(t), freePort(t)
	webOn(t, "127.0.0.2", target)
	webOn(t, "127.0.0.3", target)
	table := func(backends ...Backend) *Table {
		ports := []Port{{Port: port, Target: target, Protocol: "tcp"}, {Port: port, Protocol: "udp"}}
		return &Table{Hold: 1000, Connect: 500, Ports: ports, Backends: backends}
	}
	first := exec.Command(os.Args[0], "forward", "run")
	first.Env = append(os.Environ(), "FORWARD_STATE="+folder, "FORWARD_SECONDS=30")
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	tell := func(asked request) Status {
		t.Helper()
		status, err := ask(folder, asked)
		if err != nil {
			t.Fatal(err)
		}
		return status
	}
	tell(request{Set: table(all("127.0.0.2"))})
	address := fmt.Sprintf("127.0.0.1:%d", port)
	half, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	// In the middle of a request it can not move.
	io.WriteString(half, "GET / HTTP/1.1\r\nHost: x\r\n")

	var wait sync.WaitGroup
	var requests, failures atomic.Int32
	over := make(chan struct{})
	for i := 0; i < 4; i++ {
		kept := i%2 == 0
		wait.Add(1)
		go func() {
			defer wait.Done()
			client := &http.Client{Transport: &http.Transport{DisableKeepAlives: !kept}}
			for {
				select {
				case <-over:
					client.CloseIdleConnections()
					return
				default:
				}
				requests.Add(1)
				if _, err := get(client, "http://"+address+"/"); err != nil {
					failures.Add(1)
					t.Log(err)
				}
			}
		}()
	}
	program := os.Args[0]
	for i := 0; i < 3; i++ {
		time.Sleep(100 * time.Millisecond)
		tell(request{Upgrade: program})
		if open := tell(request{}).Open["127.0.0.2"]; open < 1 {
			t.Errorf("the connection of the first program is not counted after upgrade %d", i+1)
		}
	}
	if _, err := ask(folder, request{Upgrade: "/no/such/program"}); err == nil {
		t.Error("a program that is not there took over")
	}
	status := tell(request{Set: table(none("127.0.0.2"), all("127.0.0.3"))})
	if status.Generation != 2 || status.Program == "" {
		t.Errorf("the last program does not know its table: %+v", status)
	}
	client := &http.Client{}
	if body, err := get(client, "http://"+address+"/"); body != "127.0.0.3" {
		t.Errorf("%q, %v after the change", body, err)
	}
	client.CloseIdleConnections()
	io.WriteString(half, "Connection: close\r\n\r\n")
	if answer, err := io.ReadAll(half); err != nil || len(answer) == 0 {
		t.Errorf("the connection of the first program got %q, %v", answer, err)
	}
	half.Close()
	close(over)
	wait.Wait()
	if failed := failures.Load(); failed > 0 || requests.Load() < 50 {
		t.Errorf("%d of %d requests failed", failed, requests.Load())
	}
	// With nothing to carry any more, it ends.
	if err := first.Wait(); err != nil {
		t.Error(err)
	}
	if body, err := get(client, "http://"+address+"/"); body != "127.0.0.3" {
		t.Errorf("%q, %v without the first program", body, err)
	}
}
