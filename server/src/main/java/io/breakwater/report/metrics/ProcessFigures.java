package io.breakwater.report.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.ArrayList;
import java.util.List;

/// Figures of the JVM and the process, under the names that Prometheus dashboards know.
final class ProcessFigures {
    private ProcessFigures() {}

    static List<MetricSnapshot> metrics() {
        List<MetricSnapshot> metrics = new ArrayList<>();
        addMemory(metrics);
        addCollections(metrics);
        metrics.add(
                PrometheusText.gauge(
                        "jvm_threads_current",
                        "Platform threads.",
                        ManagementFactory.getThreadMXBean().getThreadCount()));
        addProcess(metrics);
        return metrics;
    }

    private static void addMemory(List<MetricSnapshot> metrics) {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        MemoryUsage rest = ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage();
        metrics.add(
                PrometheusText.gauge(
                        "jvm_memory_used_bytes",
                        "Memory in use.",
                        List.of(area("heap", heap.getUsed()), area("nonheap", rest.getUsed()))));
        metrics.add(
                PrometheusText.gauge(
                        "jvm_memory_committed_bytes",
                        "Memory obtained from the system.",
                        List.of(
                                area("heap", heap.getCommitted()),
                                area("nonheap", rest.getCommitted()))));
        metrics.add(
                PrometheusText.gauge(
                        "jvm_memory_max_bytes",
                        "The most memory the heap may take.",
                        List.of(area("heap", heap.getMax()))));
        List<GaugeDataPointSnapshot> pools = new ArrayList<>();
        for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            pools.add(
                    new GaugeDataPointSnapshot(
                            pool.getMemoryUsed(), Labels.of("pool", pool.getName()), null));
        }
        metrics.add(
                PrometheusText.gauge(
                        "jvm_buffer_pool_used_bytes", "Memory in buffers off the heap.", pools));
    }

    private static GaugeDataPointSnapshot area(String area, long bytes) {
        return new GaugeDataPointSnapshot(bytes, Labels.of("area", area), null);
    }

    private static void addCollections(List<MetricSnapshot> metrics) {
        List<CounterDataPointSnapshot> counts = new ArrayList<>();
        List<CounterDataPointSnapshot> seconds = new ArrayList<>();
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            Labels labels = Labels.of("gc", collector.getName());
            counts.add(PrometheusText.point(Math.max(0, collector.getCollectionCount()), labels));
            seconds.add(
                    PrometheusText.point(Math.max(0, collector.getCollectionTime()) / 1e3, labels));
        }
        metrics.add(PrometheusText.counter("jvm_gc_collections", "Collections.", counts));
        metrics.add(
                PrometheusText.counter(
                        "jvm_gc_collection_seconds", "Time spent in collections.", seconds));
    }

    private static void addProcess(List<MetricSnapshot> metrics) {
        var runtime = ManagementFactory.getRuntimeMXBean();
        metrics.add(
                PrometheusText.gauge(
                        "process_start_time_seconds",
                        "When the process began, in seconds since 1970.",
                        runtime.getStartTime() / 1e3));
        metrics.add(
                PrometheusText.gauge(
                        "process_uptime_seconds",
                        "How long the process has run.",
                        runtime.getUptime() / 1e3));
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean os) {
            metrics.add(
                    PrometheusText.counter(
                            "process_cpu_seconds",
                            "Processor time used.",
                            List.of(
                                    PrometheusText.point(
                                            Math.max(0, os.getProcessCpuTime()) / 1e9,
                                            Labels.EMPTY))));
            metrics.add(
                    PrometheusText.gauge(
                            "process_open_fds",
                            "Open file descriptors.",
                            os.getOpenFileDescriptorCount()));
        }
    }
}
