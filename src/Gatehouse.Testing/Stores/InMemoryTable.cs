using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Testing.Stores;

/// <summary>One table: expiry and the limit of rows. Used within <see cref="RunAsync"/> only.</summary>
/// <param name="tables">What the tables share.</param>
/// <param name="rows">The rows.</param>
/// <param name="rowLimit">The most rows.</param>
/// <param name="until">When a row is over.</param>
/// <param name="mayGo">Whether a row that is over may be deleted; always by default.</param>
internal sealed class InMemoryTable<TKey, TRow>(
    InMemoryTables tables, Dictionary<TKey, TRow> rows, int rowLimit, Func<TRow, DateTimeOffset> until, Predicate<TRow>? mayGo = null)
    where TKey : notnull
{
    public int RowLimit => rowLimit;

    public DateTimeOffset Now => tables.Now;

    public int Count => rows.Count;

    public ValueTask<T> RunAsync<T>(Func<T> act, CancellationToken cancellation) => tables.RunAsync(act, cancellation);

    public IEnumerable<KeyValuePair<TKey, TRow>> Rows() => rows;

    /// <summary>The rows that still count.</summary>
    public IEnumerable<TRow> Valid(DateTimeOffset now) => rows.Values.Where(row => until(row) > now);

    public TRow? Find(TKey key) => rows.GetValueOrDefault(key);

    public bool Contains(TKey key) => rows.ContainsKey(key);

    /// <summary>Adds or replaces a row within the limit.</summary>
    /// <param name="key">The row's key.</param>
    /// <param name="merge">Makes the row of the one that is there, if any.</param>
    /// <param name="reserved">Rows that stay free of this one.</param>
    public void Put(TKey key, Func<TRow?, TRow> merge, int reserved = 0)
    {
        var most = rowLimit - reserved;
        if (rows.Count >= most) CleanUp();
        if (rows.Count >= most && !rows.ContainsKey(key))
            throw new StoreException($"The table is full ({most} rows). Nothing was added. Raise its limit.");
        rows[key] = merge(rows.GetValueOrDefault(key));
    }

    /// <summary>Adds or replaces a row whatever the limit; the caller has looked at it.</summary>
    public void Set(TKey key, TRow row) => rows[key] = row;

    public bool Remove(TKey key) => rows.Remove(key);

    public int CleanUp()
    {
        var over = rows.Where(row => until(row.Value) <= tables.Now && mayGo?.Invoke(row.Value) != false).Select(row => row.Key).ToList();
        over.ForEach(key => rows.Remove(key));
        return over.Count;
    }
}
