package io.breakwater.admin.pages;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What surrounds every page: navigation, who is signed in, notices.
///
/// @param title the page's title
/// @param user who is signed in, empty for nobody
/// @param csrf the token for forms
/// @param path the address shown, for the sign-in's way back
/// @param groups the navigation
/// @param revision the revision in force
/// @param mustChangePassword whether the first password is still in use
/// @param draining whether Breakwater drains
/// @param notice what the last action did, null for none
/// @param assets addresses of static files
record Frame(
        String title,
        String user,
        String csrf,
        String path,
        List<Group> groups,
        long revision,
        boolean mustChangePassword,
        boolean draining,
        @Nullable Notice notice,
        StaticFiles assets) {

    /// Whether the page is the overview.
    public boolean isHome() {
        return path.equals("/");
    }

    /// Whether the page may show nodes, copies or the cache live.
    public boolean isLive() {
        return path.equals("/nodes")
                || path.equals("/cache")
                || path.startsWith("/upstreams/")
                || path.startsWith("/locations/");
    }

    /// Links under a heading.
    ///
    /// @param title the heading, empty for none
    /// @param links in order
    record Group(String title, List<Link> links) {}

    /// A link of the navigation.
    ///
    /// @param href where to
    /// @param label text
    /// @param icon name in the sprite
    /// @param count number of objects, empty for none
    /// @param here whether the page belongs to it
    record Link(String href, String label, String icon, String count, boolean here) {}

    /// What the last action did.
    ///
    /// @param text one sentence
    /// @param href more about it, null for nothing
    /// @param link the link's text, null for none
    record Notice(String text, @Nullable String href, @Nullable String link) {}
}
