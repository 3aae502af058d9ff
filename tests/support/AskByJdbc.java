import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/** Opens what a path leads to as README.md says, asks, tries to write, and after a line of input opens it anew. */
public class AskByJdbc {
    static Connection opened(String pointer) throws Exception {
        Properties properties = new Properties();
        properties.setProperty("duckdb.read_only", "true");
        return DriverManager.getConnection("jdbc:duckdb:" + Path.of(pointer).toRealPath(), properties);
    }

    static String first(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    public static void main(String[] words) throws Exception {
        Connection connection = opened(words[0]);
        System.out.println(first(connection, "SELECT number FROM edition"));
        System.out.println(first(connection, "SELECT name FROM clusters_as_of(current_date)"));
        try (Statement statement = connection.createStatement()) {
            statement.execute("DELETE FROM clusters");
            System.out.println("written");
        } catch (SQLException refused) {
            System.out.println(refused.getMessage().replace("\n", " "));
        }
        new BufferedReader(new InputStreamReader(System.in)).readLine();
        System.out.println(first(connection, "SELECT number FROM edition"));
        System.out.println(first(opened(words[0]), "SELECT number FROM edition"));
    }
}
