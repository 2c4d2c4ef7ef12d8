package forward

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// How long a client of UDP keeps its backend without a word.
const quiet = time.Minute

type session struct {
	backend *net.UDPConn
	host    string
	used    time.Time
}

// Datagrams have no end that could be waited for: a client goes on to another backend with its next one.
func (s *server) listenUDP(port Port) (interface{ Close() error }, error) {
	listener, err := s.socketUDP(port)
	if err != nil {
		return nil, err
	}
	var mutex sync.Mutex
	sessions := map[string]*session{}
	end := func(client string, one *session) {
		mutex.Lock()
		defer mutex.Unlock()
		one.backend.Close()
		if sessions[client] == one {
			delete(sessions, client)
		}
	}
	answers := func(client *net.UDPAddr, one *session) {
		defer end(client.String(), one)
		buffer := make([]byte, 64<<10)
		for {
			one.backend.SetReadDeadline(time.Now().Add(quiet))
			count, err := one.backend.Read(buffer)
			mutex.Lock()
			silent := time.Since(one.used) >= quiet
			mutex.Unlock()
			var late net.Error
			switch {
			case err == nil:
				listener.WriteToUDP(buffer[:count], client)
			case errors.As(err, &late) && late.Timeout() && !silent:
			default:
				return
			}
		}
	}
	go func() {
		buffer := make([]byte, 64<<10)
		for {
			count, client, err := listener.ReadFromUDP(buffer)
			if err != nil {
				if isOver(err) {
					return
				}
				continue
			}
			key := client.String()
			mutex.Lock()
			one := sessions[key]
			mutex.Unlock()
			if one == nil || s.table().leaves(one.host) {
				if one != nil {
					end(key, one)
				}
				one = s.openSession(port)
				if one == nil {
					continue
				}
				mutex.Lock()
				sessions[key] = one
				mutex.Unlock()
				go answers(client, one)
			}
			mutex.Lock()
			one.used = time.Now()
			mutex.Unlock()
			one.backend.Write(buffer[:count])
		}
	}()
	return listener, nil
}

func (s *server) socketUDP(port Port) (*net.UDPConn, error) {
	given := s.given[port.key()]
	if given == nil {
		return net.ListenUDP("udp", &net.UDPAddr{Port: port.Port})
	}
	socket, err := net.FilePacketConn(given)
	if err != nil {
		return nil, err
	}
	return socket.(*net.UDPConn), nil
}

func (s *server) openSession(port Port) *session {
	table := s.table()
	candidates := append(table.withUse(useAll), table.withUse(useSpare)...)
	if len(candidates) == 0 {
		return nil
	}
	backend := candidates[0]
	if active := len(table.withUse(useAll)); active > 1 {
		backend = candidates[int(s.turn.Add(1))%active]
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(table.Connect)*time.Millisecond)
	defer cancel()
	addresses, err := s.names.lookup(ctx, backend.Host, false)
	if err != nil || len(addresses) == 0 {
		return nil
	}
	var dialer net.Dialer
	upstream, err := dialer.DialContext(ctx, "udp", net.JoinHostPort(addresses[0], fmt.Sprint(port.target())))
	if err != nil {
		return nil
	}
	return &session{backend: upstream.(*net.UDPConn), host: backend.Host, used: time.Now()}
}

// True if the listener itself was closed.
func isOver(err error) bool { return errors.Is(err, net.ErrClosed) }
