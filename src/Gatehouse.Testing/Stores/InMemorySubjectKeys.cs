using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Testing.Stores;

/// <summary>The keys of the audit log's subjects, gone with the process.</summary>
public sealed class InMemorySubjectKeys : ISubjectKeyStore
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, SubjectKeyRow> rows = new(StringComparer.Ordinal);
    private ReadOnlyMemory<byte>? tableKey;

    /// <inheritdoc />
    public ReadOnlyMemory<byte>? TableKey()
    {
        lock (gate) return tableKey;
    }

    /// <inheritdoc />
    public void SetTableKey(ReadOnlyMemory<byte> sealedKey)
    {
        lock (gate) tableKey = sealedKey;
    }

    /// <inheritdoc />
    public SubjectKeyRow? Find(ReadOnlyMemory<byte> id)
    {
        lock (gate) return rows.GetValueOrDefault(Text(id));
    }

    /// <inheritdoc />
    public SubjectKeyRow? FindPseudonym(ReadOnlyMemory<byte> pseudonym)
    {
        lock (gate) return rows.Values.FirstOrDefault(row => row.Pseudonym.Span.SequenceEqual(pseudonym.Span));
    }

    /// <inheritdoc />
    public IReadOnlyList<ReadOnlyMemory<byte>> Pseudonyms(ReadOnlyMemory<byte> owner)
    {
        lock (gate) return [.. rows.Values.Where(row => row.Owner.Span.SequenceEqual(owner.Span)).Select(row => row.Pseudonym)];
    }

    /// <inheritdoc />
    public bool Add(SubjectKeyRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        row.Validate();
        lock (gate)
        {
            return !rows.Values.Any(other => other.Pseudonym.Span.SequenceEqual(row.Pseudonym.Span)) && rows.TryAdd(Text(row.Id), row);
        }
    }

    /// <inheritdoc />
    public int Remove(IReadOnlyCollection<ReadOnlyMemory<byte>> pseudonyms)
    {
        ArgumentNullException.ThrowIfNull(pseudonyms);
        lock (gate) return RemoveWhere(row => pseudonyms.Any(pseudonym => pseudonym.Span.SequenceEqual(row.Pseudonym.Span)));
    }

    /// <inheritdoc />
    public int RemoveBefore(int @class, int month)
    {
        lock (gate) return RemoveWhere(row => row.Class == @class && row.Month < month);
    }

    /// <inheritdoc />
    public bool TryOverwrite() => true;

    /// <inheritdoc />
    public long CountBefore(int @class, int month)
    {
        lock (gate) return rows.Values.Count(row => row.Class == @class && row.Month < month);
    }

    /// <inheritdoc />
    public long Count()
    {
        lock (gate) return rows.Count;
    }

    /// <inheritdoc />
    public void Dispose()
    {
    }

    private int RemoveWhere(Func<SubjectKeyRow, bool> isOut)
    {
        var gone = rows.Where(pair => isOut(pair.Value)).Select(pair => pair.Key).ToList();
        foreach (var id in gone) rows.Remove(id);
        return gone.Count;
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => Convert.ToHexString(bytes.Span);
}
