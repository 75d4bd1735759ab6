using System.Globalization;

namespace Gatehouse.Storage;

/// <summary>The mapping of a type to its table: key and columns in order, and both ways between row and columns.</summary>
/// <param name="table">The table. Its first column is the key.</param>
/// <param name="columns">The columns after the key.</param>
/// <param name="read">Makes a row of the columns.</param>
/// <param name="key">The key of a row.</param>
/// <param name="write">The values of the columns, in order.</param>
internal sealed class RowMap<T>(string table, string[] columns, Func<StoredRow, T> read, Func<T, byte[]> key, Func<T, object[]> write)
{
    private readonly string insert =
        $"INSERT INTO {table} AS old (key, {string.Join(", ", columns)}) VALUES ($1, "
        + $"{string.Join(", ", columns.Select((_, at) => "$" + (at + 2).ToString(CultureInfo.InvariantCulture)))}) ";
    private readonly string select = $"SELECT {string.Join(", ", columns)} FROM {table} ";
    private readonly string update = $"UPDATE {table} SET ";
    private readonly string returning = $" RETURNING {string.Join(", ", columns)}";
    private readonly string exists = $"SELECT 1 FROM {table} WHERE key = $1";

    public string Table => table;

    /// <summary>Returns the rows that a clause finds; its parameters are named $1, $2 and so on.</summary>
    public ValueTask<IReadOnlyList<T>> SelectAsync(Work work, string clause, params object[] values) =>
        work.SelectAsync(select + clause, read, values);

    /// <summary>Returns the first row that a clause finds.</summary>
    public async ValueTask<T?> FindAsync(Work work, string clause, params object[] values)
    {
        var found = await SelectAsync(work, clause, values).ConfigureAwait(false);
        return found.Count > 0 ? found[0] : default;
    }

    /// <summary>Changes rows; part of a write. Returns them as they are then, in no order.</summary>
    public ValueTask<IReadOnlyList<T>> UpdateAsync(Work work, string clause, params object[] values) =>
        work.SelectAsync(update + clause + returning, read, values);

    /// <summary>Returns whether a row with the key of this one is there; part of a write.</summary>
    public ValueTask<bool> ExistsAsync(Work work, T row) => work.AnyAsync(exists, key(row));

    /// <summary>Adds a row; part of a write. Further parameters of the clause come after those of key and columns.</summary>
    /// <param name="work">The write.</param>
    /// <param name="onConflict">The treatment of a row with the same key, which is named <c>old</c>.</param>
    /// <param name="row">The row.</param>
    /// <param name="further">Further parameters.</param>
    /// <returns>False when nothing was changed.</returns>
    public async ValueTask<bool> InsertAsync(Work work, string onConflict, T row, params object[] further) =>
        await work.RunAsync(insert + onConflict, [key(row), .. write(row), .. further]).ConfigureAwait(false) == 1;
}
