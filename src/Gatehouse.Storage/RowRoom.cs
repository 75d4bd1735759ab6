using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>
/// The room for the rows of a part of a table: how many there are, and how many there may be. Used on the writer's connection only.
/// </summary>
/// <remarks>
/// The count is kept in memory, because counting two million rows delays every other write. It may be too high, never too low: it is taken again when
/// the room is full, at most once a second, and after a commit that failed.
/// </remarks>
/// <param name="rows">The table, and the condition of its rows.</param>
/// <param name="limit">The most rows.</param>
/// <param name="writes">The one writer.</param>
/// <param name="time">The clock.</param>
internal sealed class RowRoom(string rows, int limit, WriteQueue writes, TimeProvider time)
{
    private static readonly TimeSpan CountPause = TimeSpan.FromSeconds(1);

    private long? count;
    private long failed;
    private DateTimeOffset countedAt;

    public int Limit => limit;

    /// <summary>Returns whether there is room for so many rows beside those that stay free for others.</summary>
    public bool Has(SqliteConnection connection, int wanted, int reserved = 0) => Count(connection) + wanted <= limit - reserved;

    public bool IsHalfUsed(SqliteConnection connection) => Count(connection) * 2 >= limit;

    /// <summary>Notes rows that were added, or deleted where the number is negative.</summary>
    public void Note(int added) => count += added;

    /// <summary>Has the rows counted again before the next use.</summary>
    public void Forget() => count = null;

    /// <summary>Has the rows counted again, unless they were just counted.</summary>
    public void ForgetOld()
    {
        if (time.GetUtcNow() - countedAt >= CountPause) Forget();
    }

    private long Count(SqliteConnection connection)
    {
        if (failed != writes.FailedCommits) (count, failed) = (null, writes.FailedCommits);
        if (count is { } known) return known;
        using var command = StoreTable.Command(connection, $"SELECT COUNT(*) FROM {rows}");
        var counted = Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
        (count, countedAt) = (counted, time.GetUtcNow());
        return counted;
    }
}
