package io.breakwater.acme;

import io.breakwater.control.CertificateOrder;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A store that is not harmed by interrupts of those who use it.
///
/// @param store the store
record SteadyStore(AcmeStore store) implements AcmeStore {
    @Override
    public @Nullable Account account(String id) {
        return call(() -> store.account(id));
    }

    @Override
    public void keep(Account account) {
        run(() -> store.keep(account));
    }

    @Override
    public @Nullable Obtained obtained(String name) {
        return call(() -> store.obtained(name));
    }

    @Override
    public void keep(String name, Obtained obtained) {
        run(() -> store.keep(name, obtained));
    }

    @Override
    public List<CertificateOrder> orders(String name) {
        return call(() -> store.orders(name));
    }

    @Override
    public void keep(CertificateOrder order) {
        run(() -> store.keep(order));
    }

    private static void run(Runnable work) {
        call(() -> {
            work.run();
            return true;
        });
    }

    private static <T extends @Nullable Object> T call(Supplier<T> work) {
        try {
            return Apart.call(work::get);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException known
                    ? known
                    : new IllegalStateException(e.getCause());
        }
    }
}
