// Package knative holds the decisions of cnv's kpa against those of Knative's own
// autoscaler, in a module of its own: nothing here is part of cnv.
package knative

import (
	"context"
	"time"

	"go.uber.org/zap"
	"k8s.io/apimachinery/pkg/types"
	"knative.dev/serving/pkg/autoscaler/scaling"
)

// A knative is Knative's autoscaler with numbers in the place of its metrics and pods.
type knative struct {
	scaler        scaling.UniScaler
	ready         int
	stable, short float64
}

// newKnative makes an autoscaler that finds so many ready pods at its start.
func newKnative(spec scaling.DeciderSpec, ready int) *knative {
	k := &knative{ready: ready}
	k.scaler = scaling.New(context.Background(), "judge", "judge", k, k, &spec)
	return k
}

// decide is the number of pods that it wants.
func (k *knative) decide(now time.Time, ready int, stable, short float64) int {
	k.ready, k.stable, k.short = ready, stable, short
	return int(k.scaler.Scale(zap.NewNop().Sugar(), now).DesiredPodCount)
}

// ReadyCount implements resources.EndpointsCounter.
func (k *knative) ReadyCount() (int, error) { return k.ready, nil }

// NotReadyCount implements resources.EndpointsCounter.
func (k *knative) NotReadyCount() (int, error) { return 0, nil }

// StableAndPanicConcurrency implements metrics.MetricClient.
func (k *knative) StableAndPanicConcurrency(types.NamespacedName, time.Time) (stable, short float64, err error) {
	return k.stable, k.short, nil
}

// StableAndPanicRPS implements metrics.MetricClient.
func (k *knative) StableAndPanicRPS(types.NamespacedName, time.Time) (stable, short float64, err error) {
	return k.stable, k.short, nil
}
