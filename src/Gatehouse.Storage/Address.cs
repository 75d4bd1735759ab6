using System.Globalization;
using System.Net;
using Gatehouse.Storage.Abstractions;
using Npgsql;

namespace Gatehouse.Storage;

/// <summary>The connection string of the store: that of the options, with the settings on which the promises of the store rest.</summary>
internal static class Address
{
    // Far more than the tables have.
    private const int MostPrepared = 200;

    private static readonly string[] Timeouts = ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"];

    /// <summary>Makes the source of connections. Nothing is connected yet.</summary>
    /// <exception cref="StoreException">The string is not one of Npgsql, or would send the password and every row unprotected.</exception>
    public static NpgsqlDataSource Open(PostgreSqlStoreOptions options)
    {
        var address = Parse(options.ConnectionString);
        RequireOneHost(address);
        RequireProtection(address);
        var milliseconds = ((long)options.CommandTimeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        // The server ends what a gateway left behind: a transaction without its end holds the locks that every other gateway waits for.
        address.Options = string.Join(' ', Timeouts.Select(name => $"-c {name}={milliseconds}"));
        // A temporary table of the same name must not come first.
        address.SearchPath = options.Schema + ",pg_temp";
        address.Timeout = (int)options.ConnectTimeout.TotalSeconds;
        // After the server's own limit, which is the better answer: the transaction has surely ended then.
        address.CommandTimeout = (int)options.CommandTimeout.TotalSeconds + 2;
        address.MaxPoolSize = options.WriteConnections + options.Limits.ReadConnections;
        address.MinPoolSize = 0;
        (address.Pooling, address.Enlist, address.PersistSecurityInfo) = (true, false, false);
        (address.IncludeErrorDetail, address.LogParameters, address.IncludeFailedBatchedCommand) = (false, false, false);
        (address.MaxAutoPrepare, address.AutoPrepareMinUsages) = (MostPrepared, 2);
        // The store sets nothing that outlives a transaction.
        address.NoResetOnClose = true;
        address.TcpKeepAlive = true;
        address.ApplicationName ??= "gatehouse";
        // Only built-in types are used: the catalogue of types need not be read. The name takes the place of the address in metrics.
        return new NpgsqlDataSourceBuilder(address.ConnectionString) { Name = "gatehouse" }
            .ConfigureTypeLoading(static types => types.EnableTypeLoading(false)).Build();
    }

    private static NpgsqlConnectionStringBuilder Parse(string connectionString)
    {
        try
        {
            return new(connectionString);
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            // The fault may quote the string.
            throw new StoreException("The connection string of the store is not in the form of Npgsql. Use Host=…;Database=…;Username=….");
        }
    }

    private static void RequireOneHost(NpgsqlConnectionStringBuilder address)
    {
        // Also behind a socket: Npgsql takes every comma as the beginning of another host.
        if (string.IsNullOrEmpty(address.Host) || address.Host.Contains(',', StringComparison.Ordinal))
            throw new StoreException("The connection string of the store must name one host. Name the server that accepts writes.");
    }

    private static void RequireProtection(NpgsqlConnectionStringBuilder address)
    {
        if (IsThisMachine(address.Host!) || (address.SslMode == SslMode.VerifyFull && !IsTrusting(address))) return;
        throw new StoreException(
            "The connection to the store's server is not protected against another server in its place. Add SSL Mode=VerifyFull, and Root "
            + "Certificate where the server's certificate comes from an authority of your own.");
    }

    // Obsolete in Npgsql 10, where VerifyFull always verifies; a string that asks for trust is nevertheless a mistake.
    private static bool IsTrusting(NpgsqlConnectionStringBuilder address) =>
        address.TryGetValue("Trust Server Certificate", out var value) && value is true;

    private static bool IsThisMachine(string host) => host[0] is '/' or '@' || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
