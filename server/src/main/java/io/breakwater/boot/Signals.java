package io.breakwater.boot;

import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Signals of the operating system. Java has no supported way to receive SIGHUP, and a shutdown
/// hook could neither take SIGTERM for a drain with an exit code of 0 nor see a second one; so this
/// uses `sun.misc.Signal` of the module `jdk.unsupported`, which the JDK keeps for that purpose.
/// Reflection, because the compiler's warning about that class cannot be switched off.
final class Signals {
    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

    private Signals() {}

    /// Runs an action for each signal of a name.
    ///
    /// @param name without `SIG`, such as `TERM`
    /// @param action called on a thread of the JVM's own for each signal; may block
    @SuppressWarnings("ReferenceEquality") // the proxy itself, not its like
    static void on(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy =
                    Proxy.newProxyInstance(
                            Signals.class.getClassLoader(),
                            new Class<?>[] {handler},
                            (self, method, arguments) -> {
                                if (method.getDeclaringClass() != Object.class) {
                                    action.run();
                                    return null;
                                }
                                return switch (method.getName()) {
                                    case "hashCode" -> System.identityHashCode(self);
                                    case "equals" -> arguments != null && self == arguments[0];
                                    default -> "handler of SIG" + name;
                                };
                            });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
        } catch (ReflectiveOperationException e) {
            LOG.warn(
                    "SIG{} keeps its default: {}",
                    name,
                    String.valueOf(e.getCause() == null ? e : e.getCause()));
        }
    }
}
