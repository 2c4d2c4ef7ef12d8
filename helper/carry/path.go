package carry

import (
	"path/filepath"
	"strings"
)

// inside tells whether a path of a record stays in its volume.
func inside(path string) bool {
	return path == "." || (path != "" && filepath.Clean(path) == path && !filepath.IsAbs(path) &&
		path != ".." && !strings.HasPrefix(path, "../") && !strings.ContainsRune(path, 0))
}
