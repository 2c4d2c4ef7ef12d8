package forward

import (
	"context"
	"fmt"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

type counts struct {
	Accepted int `json:"accepted"`
	Moved    int `json:"moved"`
	Held     int `json:"held"`
	Retried  int `json:"retried"`
	Refused  int `json:"refused"`
}

// Status is what the forwarder tells of itself.
type Status struct {
	Protocol int `json:"protocol"`
	// Digest of the program.
	Program    string `json:"program"`
	Generation int    `json:"generation"`
	Table      Table  `json:"table"`
	// Connections by backend.
	Open map[string]int `json:"open"`
	counts
}

const protocolVersion = 1

type server struct {
	folder  string
	current atomic.Pointer[Table]
	names   *resolver
	turn    atomic.Uint32
	// Held while a table is replaced.
	setting sync.Mutex

	mutex       sync.Mutex
	counts      counts
	connections map[*connection]struct{}
	listeners   map[string]interface{ Close() error }
	// Closed and replaced at each change of the table.
	changed chan struct{}

	// Sockets of the program before, and where that one is asked from then on.
	given  map[string]*os.File
	former string
	// Another program holds the ports.
	retired atomic.Bool
	over    chan error
}

func newServer(folder string, given map[string]*os.File) (*server, error) {
	table, err := load(folder)
	if err != nil {
		return nil, err
	}
	s := &server{
		folder:      folder,
		names:       newResolver(),
		connections: map[*connection]struct{}{},
		listeners:   map[string]interface{ Close() error }{},
		changed:     make(chan struct{}),
		given:       given,
		over:        make(chan error, 2),
	}
	return s, s.apply(table)
}

func (s *server) table() *Table { return s.current.Load() }

// Makes a table the one in use: ports first, so that nothing is promised that can't be held.
func (s *server) apply(table *Table) error {
	s.mutex.Lock()
	s.current.Store(table)
	wanted := map[string]bool{}
	for _, port := range table.Ports {
		if s.retired.Load() {
			break
		}
		wanted[port.key()] = true
		if s.listeners[port.key()] != nil {
			continue
		}
		listener, err := s.listen(port)
		if err != nil {
			s.mutex.Unlock()
			return err
		}
		s.listeners[port.key()] = listener
	}
	for key, listener := range s.listeners {
		if !wanted[key] {
			listener.Close()
			delete(s.listeners, key)
		}
	}
	close(s.changed)
	s.changed = make(chan struct{})
	open := make([]*connection, 0, len(s.connections))
	for c := range s.connections {
		open = append(open, c)
	}
	s.mutex.Unlock()
	for _, c := range open {
		c.leaveIfIdle(table)
	}
	return nil
}

// Replaces the table if the caller knows the last one.
func (s *server) set(table Table, expected *int) error {
	now := s.table().Generation
	if expected != nil && *expected != now {
		return fmt.Errorf("generation %d was expected, but it is %d: someone else has changed the table", *expected, now)
	}
	if err := table.check(); err != nil {
		return err
	}
	table.Generation = now + 1
	next := withDefaults(table)
	if s.retired.Load() {
		return fmt.Errorf("another program holds the ports by now")
	}
	if err := store(s.folder, next); err != nil {
		return err
	}
	if err := s.apply(next); err != nil {
		return err
	}
	s.withFormer(&Status{Open: map[string]int{}}, request{Follow: next})
	return nil
}

// Ends the program.
func (s *server) end(err error) {
	select {
	case s.over <- err:
	default:
	}
}

func (s *server) listen(port Port) (interface{ Close() error }, error) {
	if port.Protocol == "udp" {
		return s.listenUDP(port)
	}
	listener, err := s.socket(port)
	if err != nil {
		return nil, err
	}
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				if isOver(err) {
					return
				}
				// Out of descriptors, say: those that end make room.
				fmt.Fprintln(os.Stderr, err)
				time.Sleep(50 * time.Millisecond)
				continue
			}
			s.count(func(n *counts) { n.Accepted++ })
			go s.serve(port, client.(*net.TCPConn))
		}
	}()
	return listener, nil
}

// The socket that listens on a port: the one of the program before, if that held it.
func (s *server) socket(port Port) (net.Listener, error) {
	if given := s.given[port.key()]; given != nil {
		return net.FileListener(given)
	}
	return net.Listen("tcp", fmt.Sprintf(":%d", port.Port))
}

// Connects to a backend: those in use in turn, then spare ones; then waits for a change of the table. Returns nil when
// the time for that is over, or the client has gone.
func (s *server) dial(port Port, gone <-chan struct{}) (*net.TCPConn, Backend) {
	deadline := time.Now().Add(time.Duration(s.table().Hold) * time.Millisecond)
	for pass := 0; ; pass++ {
		s.mutex.Lock()
		changed := s.changed
		s.mutex.Unlock()
		table := s.table()
		candidates := table.withUse(useAll)
		first := int(s.turn.Add(1))
		for i := range candidates {
			backend := candidates[(first+i)%len(candidates)]
			if upstream := s.try(table, backend, port, pass > 0); upstream != nil {
				return upstream, backend
			}
		}
		for _, backend := range table.withUse(useSpare) {
			if upstream := s.try(table, backend, port, pass > 0); upstream != nil {
				return upstream, backend
			}
		}
		if pass == 0 {
			s.count(func(n *counts) { n.Held++ })
		}
		select {
		case <-gone:
			return nil, Backend{}
		case <-changed:
		case <-time.After(100 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			s.count(func(n *counts) { n.Refused++ })
			return nil, Backend{}
		}
	}
}

func (s *server) try(table *Table, backend Backend, port Port, again bool) *net.TCPConn {
	limit := time.Duration(table.Connect) * time.Millisecond
	upstream, err := s.names.connect(backend.Host, port.target(), limit, again)
	if err != nil {
		s.count(func(n *counts) { n.Retried++ })
		return nil
	}
	return upstream
}

func (s *server) count(change func(*counts)) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	change(&s.counts)
}

func (s *server) track(c *connection) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.connections[c] = struct{}{}
}

func (s *server) forget(c *connection) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	delete(s.connections, c)
}

func (s *server) status() Status {
	s.mutex.Lock()
	open := make([]*connection, 0, len(s.connections))
	for c := range s.connections {
		open = append(open, c)
	}
	status := Status{Protocol: protocolVersion, Program: digest(), Open: map[string]int{}, counts: s.counts}
	s.mutex.Unlock()
	for _, c := range open {
		if host := c.backend(); host != "" {
			status.Open[host]++
		}
	}
	status.Table = *s.table()
	status.Generation = status.Table.Generation
	return status
}

// With what the program before still carries.
func (s *server) fullStatus() Status {
	status := s.status()
	s.withFormer(&status, request{})
	return status
}

// Waits until no connection is on a backend.
func (s *server) drained(host string, limit time.Duration) {
	deadline := time.Now().Add(limit)
	for s.fullStatus().Open[host] > 0 && time.Now().Before(deadline) {
		time.Sleep(20 * time.Millisecond)
	}
}

// A resolver remembers addresses for a moment, since a container's changes when it is started again.
type resolver struct {
	mutex sync.Mutex
	known map[string]answer
}

type answer struct {
	addresses []string
	until     time.Time
}

const remembered = time.Second

func newResolver() *resolver { return &resolver{known: map[string]answer{}} }

func (r *resolver) connect(host string, port int, limit time.Duration, again bool) (*net.TCPConn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	addresses, err := r.lookup(ctx, host, again)
	if err != nil {
		return nil, err
	}
	var dialer net.Dialer
	for _, address := range addresses {
		var upstream net.Conn
		upstream, err = dialer.DialContext(ctx, "tcp", net.JoinHostPort(address, fmt.Sprint(port)))
		if err == nil {
			return upstream.(*net.TCPConn), nil
		}
	}
	r.drop(host)
	return nil, err
}

func (r *resolver) lookup(ctx context.Context, host string, again bool) ([]string, error) {
	r.mutex.Lock()
	before, found := r.known[host]
	r.mutex.Unlock()
	if found && !again && time.Now().Before(before.until) {
		return before.addresses, nil
	}
	addresses, err := net.DefaultResolver.LookupHost(ctx, host)
	if err != nil {
		return nil, err
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.known[host] = answer{addresses, time.Now().Add(remembered)}
	return addresses, nil
}

func (r *resolver) drop(host string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	delete(r.known, host)
}
