package io.breakwater.upstream;

import io.breakwater.config.DiscoveryConfig.How;
import io.breakwater.upstream.figures.Journal;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/// Tells of nodes that discovery finds and loses. What comes and goes by a change of the
/// configuration stands in its history.
final class Movements {
    private static final int NAMED_AT_MOST = 8;

    private Movements() {}

    /// Notes which nodes are others than before.
    ///
    /// @param journal is told
    /// @param group the upstream with its nodes
    /// @param before the nodes that it had
    static void note(Journal journal, UpstreamGroup group, List<Member> before) {
        if (before.equals(group.members())) return;
        note(journal, group, Journal.What.FOUND, group.members(), before);
        note(journal, group, Journal.What.LEFT, before, group.members());
    }

    private static void note(
            Journal journal,
            UpstreamGroup group,
            Journal.What what,
            List<Member> among,
            List<Member> without) {
        Set<String> there = new HashSet<>();
        for (Member member : without) there.add(member.node().address());
        for (Member member : among) {
            String from = member.found().from();
            String address = member.node().address();
            if (from != null && !there.contains(address))
                journal.note(group.name(), address, what, why(group, from));
        }
    }

    /// What a name or a file says now.
    private static String why(UpstreamGroup group, String from) {
        List<String> addresses =
                group.members().stream()
                        .filter(member -> Objects.equals(member.found().from(), from))
                        .map(member -> member.node().address())
                        .toList();
        if (addresses.isEmpty()) return "no longer listed by " + from; // nobody asks for it
        boolean is = group.config().discovery().how() == How.DNS;
        String rest =
                addresses.size() > NAMED_AT_MOST
                        ? " and " + (addresses.size() - NAMED_AT_MOST) + " more"
                        : "";
        return addresses.stream()
                .limit(NAMED_AT_MOST)
                .collect(Collectors.joining(", ", from + (is ? " is " : " lists "), rest));
    }
}
