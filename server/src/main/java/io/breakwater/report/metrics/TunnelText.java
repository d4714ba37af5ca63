package io.breakwater.report.metrics;

import io.breakwater.control.TunnelView;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;

/// Turns the figures of tunnels into metrics.
final class TunnelText {
    private TunnelText() {}

    static void add(TunnelView view, List<MetricSnapshot> metrics) {
        metrics.add(
                PrometheusText.gauge(
                        "breakwater_tunnel_open",
                        "Open connections whose protocol was changed.",
                        view.open()));
        metrics.add(
                PrometheusText.counter(
                        "breakwater_tunnel_opened",
                        "Connections whose protocol was changed, by what to.",
                        List.of(
                                PrometheusText.point(
                                        view.webSockets(), Labels.of("protocol", "websocket")),
                                PrometheusText.point(
                                        view.others(), Labels.of("protocol", "other")))));
        metrics.add(
                PrometheusText.counter(
                        "breakwater_tunnel_bytes",
                        "Bytes through tunnels, received from clients and sent to them.",
                        List.of(
                                PrometheusText.point(
                                        view.receivedBytes(), Labels.of("way", "received")),
                                PrometheusText.point(view.sentBytes(), Labels.of("way", "sent")))));
    }
}
