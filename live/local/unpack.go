package local

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// unpack checks a worker's package against its hash (hexadecimal) and writes
// its program to dir. A program that is there already is the same.
func unpack(packed []byte, dir, hash string) error {
	if got := fmt.Sprintf("%x", sha256.Sum256(packed)); got != hash {
		return fmt.Errorf("the package's SHA-256 is %s, want %s", got, hash)
	}
	path := filepath.Join(dir, "bootstrap")
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	z, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		return err
	}
	for _, f := range z.File {
		if f.Name != "bootstrap" {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return err
		}
		defer r.Close()
		return write(path, io.LimitReader(r, 250<<20))
	}
	return errors.New("the package has no file called bootstrap")
}

// write makes a program of what is read, whole or not at all.
func write(path string, r io.Reader) error {
	part := path + ".part"
	w, err := os.OpenFile(part, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, r)
	if err = errors.Join(err, w.Close()); err != nil {
		return err
	}
	return os.Rename(part, path)
}
