namespace Gatehouse.Storage.PostgreSql;

/// <summary>
/// The rows of a table whose time is over. They are deleted in parts, so that no write waits long for its lock and no part takes too long.
/// </summary>
/// <param name="table">The table.</param>
/// <param name="condition">A condition of the rows; all by default.</param>
internal sealed class OverRows(string table, string condition = "true")
{
    /// <summary>The most rows that one statement deletes.</summary>
    public const int MostInOneStatement = 10_000;

    // By their places: the server would otherwise look at every row of the table.
    private readonly string delete =
        $"DELETE FROM {table} WHERE ctid = ANY(ARRAY(SELECT ctid FROM {table} WHERE valid_until <= $1 AND {condition} LIMIT {MostInOneStatement}))";

    /// <summary>Deletes some of the rows, as a part of a write that locks the rooms of the table.</summary>
    /// <returns>How many; fewer than the most when there are no further ones.</returns>
    public ValueTask<int> DeleteSomeAsync(Work work, long now) => work.RunAsync(delete, now);
}
