package trace

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
)

// fileDigest is the SHA-256 of a file.
func fileDigest(name string) (string, error) {
	f, err := openFile(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// sameDigest refuses a file whose SHA-256 is another than trace.json says.
func sameDigest(path, want string) error {
	sum, err := fileDigest(path)
	if err == nil && sum != want {
		err = fmt.Errorf("%s: its SHA-256 is not that of trace.json: it was changed, or cut off", path)
	}
	return err
}

// textDigest is the SHA-256 of a text.
func textDigest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// SameData says whether two traces are read from the same arrivals: files with
// the same bytes, whatever their names and folders.
func SameData(one, other string) (bool, error) {
	a, err := open(one)
	if err != nil {
		return false, err
	}
	b, err := open(other)
	if err != nil {
		return false, err
	}
	sumA, err := fileDigest(a.path)
	if err != nil {
		return false, err
	}
	sumB, err := fileDigest(b.path)
	return sumA == sumB, err
}
