package admin

import (
	"net/http"
	"net/http/pprof"
	"strings"
)

// profilesPath is where the profiles are.
const profilesPath = "/debug/pprof/"

// profiled puts the profiles of Go's runtime beside the pages, for those who send the token,
// also on loopback: they tell what is in memory. They take as long as they are asked to.
func profiled(pages http.Handler, access *Access) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+profilesPath, pprof.Index)
	mux.HandleFunc("GET "+profilesPath+"cmdline", pprof.Cmdline)
	mux.HandleFunc("GET "+profilesPath+"profile", pprof.Profile)
	mux.HandleFunc("GET "+profilesPath+"symbol", pprof.Symbol)
	mux.HandleFunc("GET "+profilesPath+"trace", pprof.Trace)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !strings.HasPrefix(r.URL.Path, profilesPath):
			pages.ServeHTTP(w, r)
		case !access.known(r):
			w.Header().Set("WWW-Authenticate", `Bearer realm="cnv"`)
			http.Error(w, "profiles want the token: Authorization: Bearer TOKEN", http.StatusUnauthorized)
		default:
			mux.ServeHTTP(w, r)
		}
	})
}
