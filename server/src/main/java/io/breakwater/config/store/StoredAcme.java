package io.breakwater.config.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.breakwater.acme.AcmeStore;
import io.breakwater.control.CertificateOrder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Accounts, certificates and stories of orders in tables of the store. Private keys are sealed.
final class StoredAcme implements AcmeStore {
    private static final int MOST_ORDERS = 20;

    private final Store store;
    private final SealingKey key;

    StoredAcme(Store store, SealingKey key) {
        this.store = store;
        this.key = key;
    }

    @Override
    public @Nullable Account account(String id) {
        return store.read(connection -> {
            try (PreparedStatement query =
                    connection.prepareStatement(
                            "select location, public_key, private_key from acme_accounts where id ="
                                    + " ?")) {
                query.setString(1, id);
                try (ResultSet row = query.executeQuery()) {
                    if (!row.next()) return null;
                    byte[] open = Base64.getDecoder().decode(row.getString(2));
                    return new Account(
                            id,
                            row.getString(1),
                            open,
                            key.open(row.getString(3), accountPlace(id)));
                }
            }
        });
    }

    @Override
    public void keep(Account account) {
        String open = Base64.getEncoder().encodeToString(account.publicKey());
        String sealed = key.seal(account.privateKey(), accountPlace(account.id()));
        store.write(connection -> {
            update(connection, "delete from acme_accounts where id = ?", account.id());
            return update(
                    connection,
                    "insert into acme_accounts (id, location, public_key, private_key) values (?,"
                            + " ?, ?, ?)",
                    account.id(),
                    account.location(),
                    open,
                    sealed);
        });
    }

    @Override
    public @Nullable Obtained obtained(String name) {
        return store.read(connection -> {
            try (PreparedStatement query =
                    connection.prepareStatement(
                            "select ordered, chain, private_key, obtained from acme_certificates"
                                    + " where name = ?")) {
                query.setString(1, name);
                try (ResultSet row = query.executeQuery()) {
                    if (!row.next()) return null;
                    byte[] clear = key.open(row.getString(3), certificatePlace(name));
                    return new Obtained(
                            row.getString(1),
                            row.getString(2),
                            new String(clear, StandardCharsets.US_ASCII),
                            row.getLong(4));
                }
            }
        });
    }

    @Override
    public void keep(String name, Obtained obtained) {
        String sealed =
                key.seal(
                        obtained.key().getBytes(StandardCharsets.US_ASCII), certificatePlace(name));
        store.write(connection -> {
            update(connection, "delete from acme_certificates where name = ?", name);
            return update(
                    connection,
                    "insert into acme_certificates (name, ordered, chain, private_key, obtained)"
                            + " values (?, ?, ?, ?, ?)",
                    name,
                    obtained.order(),
                    obtained.chain(),
                    sealed,
                    obtained.atMillis());
        });
    }

    @Override
    public List<CertificateOrder> orders(String name) {
        return store.read(connection -> {
            List<CertificateOrder> orders = new ArrayList<>();
            try (PreparedStatement query =
                    connection.prepareStatement(
                            "select story from acme_orders where name = ? order by number desc"
                                    + " limit ?")) {
                query.setString(1, name);
                query.setInt(2, MOST_ORDERS);
                try (ResultSet rows = query.executeQuery()) {
                    while (rows.next()) orders.add(Json.order(rows.getString(1), name));
                }
            }
            return orders;
        });
    }

    @Override
    public void keep(CertificateOrder order) {
        String story = Json.text(order);
        String name = order.certificate();
        store.write(connection -> {
            update(
                    connection,
                    "delete from acme_orders where name = ? and (number = ? or number <= ?)",
                    name,
                    order.number(),
                    order.number() - MOST_ORDERS);
            return update(
                    connection,
                    "insert into acme_orders (name, number, story) values (?, ?, ?)",
                    name,
                    order.number(),
                    story);
        });
    }

    private static int update(Connection connection, String sql, Object... values)
            throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) update.setObject(i + 1, values[i]);
            return update.executeUpdate();
        }
    }

    private static String accountPlace(String id) {
        return "acme-accounts/" + id;
    }

    private static String certificatePlace(String name) {
        return "acme-certificates/" + name;
    }

    /// Made when it is first needed, which at a start it mostly is not.
    private static final class Json {
        private static final JsonMapper MAPPER = JsonMapper.builder().build();

        static String text(CertificateOrder order) {
            try {
                return MAPPER.writeValueAsString(order);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("a story can always be written", e);
            }
        }

        static CertificateOrder order(String text, String name) {
            try {
                return MAPPER.readValue(text, CertificateOrder.class);
            } catch (JsonProcessingException e) {
                throw new StoreException("the story of an order of " + name + " is damaged", e);
            }
        }
    }
}
