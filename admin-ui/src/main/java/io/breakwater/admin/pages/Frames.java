package io.breakwater.admin.pages;

import io.breakwater.admin.WebContext;
import io.breakwater.config.Document;
import io.breakwater.config.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes the [Frame] of a page.
final class Frames {
    private final WebContext web;
    private final StaticFiles assets;

    Frames(WebContext web, StaticFiles assets) {
        this.web = web;
        this.assets = assets;
    }

    Frame of(Call call, String title) {
        String path = call.request().getServletPath();
        if (call.user().isEmpty())
            return new Frame(title, "", "", path, List.of(), 0, false, false, null, assets);
        return new Frame(
                title,
                call.user(),
                call.csrfToken(),
                path,
                groups(path),
                web.control().revision(),
                web.accounts().mustChangePassword(call.user()),
                web.control().status().draining(),
                notice(call),
                assets);
    }

    /// The frame of a page for nobody in particular: it asks neither store nor configuration.
    Frame bare(String title) {
        return new Frame(title, "", "", "", List.of(), 0, false, false, null, assets);
    }

    private List<Frame.Group> groups(String path) {
        Document document = web.control().document();
        List<Frame.Link> objects = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            String count = String.valueOf(document.of(kind).size());
            String href = "/" + kind.key();
            boolean here = belongs(path, href) || path.endsWith(href) || path.contains(href + "/");
            objects.add(new Frame.Link(href, Labels.plural(kind), kind.key(), count, here));
        }
        return List.of(
                new Frame.Group(
                        "",
                        List.of(
                                link("/", "Overview", "overview", path),
                                link("/nodes", "Nodes", "nodes", path),
                                link("/cache", "Cache", "cache", path))),
                new Frame.Group("Traffic", objects.subList(0, 3)),
                new Frame.Group("Content", objects.subList(3, objects.size())),
                new Frame.Group(
                        "Control",
                        List.of(
                                link("/route", "Route tester", "route", path),
                                link("/history", "History", "history", path),
                                link("/configuration", "Configuration", "configuration", path))));
    }

    private static Frame.Link link(String href, String label, String icon, String path) {
        return new Frame.Link(href, label, icon, "", belongs(path, href));
    }

    private static boolean belongs(String path, String href) {
        return path.equals(href) || !href.equals("/") && path.startsWith(href + "/");
    }

    private Frame.@Nullable Notice notice(Call call) {
        if (!call.request().getMethod().equals("GET")) return null;
        return switch (call.text("note")) {
            case "applied" -> applied(call);
            case "unchanged" ->
                    new Frame.Notice("Nothing had changed, so nothing was applied.", null, null);
            case "node" ->
                    new Frame.Notice(
                            "In force until Breakwater stops: nodes that are found are in no"
                                    + " configuration.",
                            null,
                            null);
            case "purged" -> new Frame.Notice(objects(call) + " purged.", null, null);
            case "softened" ->
                    new Frame.Notice(
                            objects(call) + " to be validated before the next use.", null, null);
            case "ordered" ->
                    new Frame.Notice(
                            "The certificate is being ordered; its story is told below.",
                            null,
                            null);
            case "password" -> new Frame.Notice("The password is changed.", null, null);
            case "revoked" -> new Frame.Notice("The token is revoked.", null, null);
            default -> null;
        };
    }

    private static String objects(Call call) {
        long count = call.number("count");
        // The count is not known while a purge is carried out.
        return count < 0
                ? "What was meant is"
                : count == 1 ? "1 object" : Wording.number(count) + " objects";
    }

    private Frame.@Nullable Notice applied(Call call) {
        long revision = call.number("revision");
        if (web.control().revision(revision) == null) return null;
        long millis = call.number("ms");
        String took = millis < 0 ? "" : " in " + Math.max(1, millis) + " ms";
        return new Frame.Notice(
                "Applied as revision " + revision + took + ".",
                "/history/" + revision,
                "What changed");
    }
}
