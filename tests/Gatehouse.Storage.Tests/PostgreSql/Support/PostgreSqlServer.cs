using System.Diagnostics;
using System.Globalization;
using Gatehouse.Testing;
using Npgsql;

namespace Gatehouse.Storage.Tests.PostgreSql.Support;

/// <summary>
/// A server of the tests' own, in a temporary folder, that listens on a Unix socket in it and nowhere else. It ends with the tests, also when they
/// are killed.
/// </summary>
public sealed class PostgreSqlServer : IAsyncDisposable
{
    // The shell ends the server when its input ends, which it does whatever happens to this process.
    private const string EndsWithItsInput = "\"$@\" </dev/null & pid=$!; cat >/dev/null; kill -INT $pid; wait $pid";

    private static int schemas;

    private readonly PostgreSqlPrograms? programs = PostgreSqlPrograms.Find();
    private readonly Lazy<Task> started;
    private string folder = "";
    private Process? running;

    public PostgreSqlServer() => started = new(StartAsync);

    /// <summary>The address, with the right to do everything.</summary>
    public string ConnectionString => $"Host={folder};Port=5432;Username=gatehouse;Database=postgres";

    /// <summary>The socket on which the server listens.</summary>
    public string SocketPath => Path.Combine(folder, ".s.PGSQL.5432");

    /// <summary>Starts the server where no test did yet. Skips the test on a machine without PostgreSQL.</summary>
    public Task RequireAsync()
    {
        Assert.SkipUnless(programs is not null, "no PostgreSQL is installed");
        return started.Value;
    }

    /// <summary>A name for a schema or a database that no other test has.</summary>
    public static string NewName() => "test_" + Interlocked.Increment(ref schemas).ToString(CultureInfo.InvariantCulture);

    /// <summary>Runs a statement.</summary>
    public async Task<object?> RunAsync(string sql, string? database = null)
    {
        var address = new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false, Database = database ?? "postgres" };
        await using var connection = new NpgsqlConnection(address.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private async Task StartAsync()
    {
        folder = Directory.CreateTempSubdirectory("gatehouse-pg-").FullName;
        await programs!.GiveAsync(folder);
        var data = Path.Combine(folder, "data");
        await PostgreSqlPrograms.RunAsync(programs.Command(
            "initdb", "-D", data, "-U", "gatehouse", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"));
        Start(data);
        await Eventually.TrueAsync(IsReadyAsync, "the server of the tests accepts connections");
    }

    public async ValueTask DisposeAsync()
    {
        if (running is not null)
        {
            running.StandardInput.Close();
            await running.WaitForExitAsync();
            running.Dispose();
        }

        if (folder.Length > 0) Directory.Delete(folder, recursive: true);
    }

    // Nothing here is meant to outlive a power failure.
    private void Start(string data)
    {
        running = PostgreSqlPrograms.Start(["sh", "-c", EndsWithItsInput, "sh", .. programs!.Command(
            "postgres", "-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=200")]);
        running.ErrorDataReceived += static (_, _) => { };
        running.OutputDataReceived += static (_, _) => { };
        running.BeginErrorReadLine();
        running.BeginOutputReadLine();
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            return await RunAsync("SELECT 1") is not null;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
