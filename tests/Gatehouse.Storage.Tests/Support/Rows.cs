using System.Diagnostics;
using System.Globalization;
using Gatehouse.Storage.Abstractions;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage.Tests.Support;

/// <summary>Rows and files for tests.</summary>
internal static class Rows
{
    public static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static RevocationRow Revocation(int number, DateTimeOffset? until = null) => new(
        "token-hash", "", number.ToString("x8", CultureInfo.InvariantCulture), Now.AddTicks(number), until ?? Now.AddDays(1), "lost", "alice");

    public static byte[] Digest(byte value) => [.. Enumerable.Repeat(value, 32)];

    /// <summary>
    /// Copies file and log as a crash would leave them. By a process of its own: closing the file here would drop the locks
    /// that this process holds on it.
    /// </summary>
    public static string CopyStore(string path, string folder)
    {
        Directory.CreateDirectory(folder, (UnixFileMode)0b111_000_000);
        using var copy = Process.Start(new ProcessStartInfo("cp", ["-p", path, path + "-wal", folder]))!;
        copy.WaitForExit();
        Assert.Equal(0, copy.ExitCode);
        return Path.Join(folder, Path.GetFileName(path));
    }

    public static object? Query(string path, string sql)
    {
        SqliteLibrary.EnsureLoaded();
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    public static UnixFileMode Mode(string path) => System.IO.File.GetUnixFileMode(path);

    public static void SetMode(string path, int octal) =>
        System.IO.File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32(octal.ToString(CultureInfo.InvariantCulture), 8));
}
