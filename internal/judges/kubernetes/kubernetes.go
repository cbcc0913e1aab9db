// Package kubernetes holds the replicas that cnv's hpa wants against those of Kubernetes'
// own calculator, in a module of its own: nothing here is part of cnv.
package kubernetes

import (
	"context"
	"errors"
	"fmt"
	"time"

	autoscaling "k8s.io/api/autoscaling/v2"
	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	corelisters "k8s.io/client-go/listers/core/v1"
	"k8s.io/kubernetes/pkg/controller/podautoscaler"
	"k8s.io/kubernetes/pkg/controller/podautoscaler/metrics"
)

// A workload is pods with a processor each, and their metrics, in the place of a cluster.
type workload struct {
	pods    []*v1.Pod
	metrics metrics.PodMetricsInfo
}

// newWorkload has a pod for each use, in thousandths of a processor, so many beside them
// that are not ready, and so many that are and have no metric.
func newWorkload(used []int64, unready, missing int) *workload {
	w := &workload{metrics: metrics.PodMetricsInfo{}}
	for _, milli := range used {
		w.metrics[w.add(v1.PodRunning)] = metrics.PodMetric{Timestamp: time.Now(), Window: time.Second, Value: milli}
	}
	for range unready {
		w.add(v1.PodPending)
	}
	for range missing {
		w.add(v1.PodRunning)
	}
	return w
}

// add adds a pod that is a day old and returns its name.
func (w *workload) add(phase v1.PodPhase) string {
	name := fmt.Sprint("pod-", len(w.pods))
	old := metav1.NewTime(time.Now().Add(-24 * time.Hour))
	w.pods = append(w.pods, &v1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "judge"},
		Spec: v1.PodSpec{Containers: []v1.Container{{Resources: v1.ResourceRequirements{
			Requests: v1.ResourceList{v1.ResourceCPU: *resource.NewMilliQuantity(1000, resource.DecimalSI)},
		}}}},
		Status: v1.PodStatus{Phase: phase, StartTime: &old, Conditions: []v1.PodCondition{{Type: v1.PodReady, Status: v1.ConditionTrue, LastTransitionTime: old}}},
	})
	return name
}

// replicas is what the calculator wants. What it finds no metric for stays as it is.
func (w *workload) replicas(current int, targetPercent int32, tolerance float64) int {
	c := podautoscaler.NewReplicaCalculator(w, w, tolerance, 5*time.Minute, 30*time.Second)
	n, _, _, _, err := c.GetResourceReplicas(context.Background(), int32(current), targetPercent, v1.ResourceCPU, "judge", labels.Everything(), "")
	if err != nil {
		return current
	}
	return int(n)
}

// List and Pods implement corelisters.PodLister, Get corelisters.PodNamespaceLister.
func (w *workload) List(labels.Selector) ([]*v1.Pod, error)    { return w.pods, nil }
func (w *workload) Pods(string) corelisters.PodNamespaceLister { return w }
func (w *workload) Get(string) (*v1.Pod, error)                { return nil, errUnused }

var errUnused = errors.New("nobody asks for this")

// GetResourceMetric implements metrics.MetricsClient, with those below.
func (w *workload) GetResourceMetric(context.Context, v1.ResourceName, string, labels.Selector, string) (metrics.PodMetricsInfo, time.Time, error) {
	return w.metrics, time.Now(), nil
}

// GetRawMetric is not asked for.
func (w *workload) GetRawMetric(string, string, labels.Selector, labels.Selector) (metrics.PodMetricsInfo, time.Time, error) {
	return nil, time.Time{}, errUnused
}

// GetObjectMetric is not asked for.
func (w *workload) GetObjectMetric(string, string, *autoscaling.CrossVersionObjectReference, labels.Selector) (int64, time.Time, error) {
	return 0, time.Time{}, errUnused
}

// GetExternalMetric is not asked for.
func (w *workload) GetExternalMetric(string, string, labels.Selector) ([]int64, time.Time, error) {
	return nil, time.Time{}, errUnused
}
